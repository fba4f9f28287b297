#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/outbox.hpp"
#include "support/process.hpp"

namespace dropcowboy::support {

/// An outbox that another program, outbox_victim, uses and is killed.
class WithVictim : public WithOutbox {
 protected:
  using States = std::map<std::string, outbox::State>;

  std::string service() const { return (directory_.path() / "posted").string(); }

  /// What the victim says, up to its end; `status` is how it ended.
  std::string let_run(std::vector<std::string> commands, int* status = nullptr) const {
    commands.insert(commands.begin(), {path(), service()});
    Process process(victim, commands, {});
    std::string said = process.read_all();
    const int ended = process.wait();
    if (status != nullptr) *status = ended;
    return said;
  }

  /// The lines that the victim has written in place of the service, and how often each.
  std::map<std::string, int> posted() const {
    std::map<std::string, int> counts;
    std::ifstream file(service());
    for (std::string line; std::getline(file, line);) ++counts[line];
    return counts;
  }

  outbox::Outbox open_real() const {
    outbox::Options real = options();
    real.now = nullptr;
    real.lock_timeout = std::chrono::seconds(10);
    return outbox::Outbox::open(std::move(real)).value();
  }

  static States states(const outbox::Outbox& box) {
    States all;
    outbox::Query query;
    for (;;) {
      const outbox::Page page = box.list(query).value();
      for (const outbox::Message& message : page.messages) all[message.foreign_id] = message.state;
      if (!page.next) return all;
      query.after = *page.next;
    }
  }

  static int added_in(const std::string& said) {
    const auto at = said.rfind("added ");
    return at == std::string::npos ? 0 : std::atoi(said.c_str() + at + 6);
  }

  void start_anew() const {
    for (const char* end : {"", "-wal", "-shm", ".run", ".marks"}) {
      std::filesystem::remove(path() + end);
    }
    std::filesystem::remove(service());
  }

  const std::string victim = DROPCOWBOY_PROGRAMS "/outbox_victim";
};

/// How often the victim is killed at random.
inline int crash_rounds() {
  const char* wanted = std::getenv("DROPCOWBOY_CRASH_ROUNDS");
  return wanted == nullptr ? 20 : std::atoi(wanted);
}

}  // namespace dropcowboy::support
