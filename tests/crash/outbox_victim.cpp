// A program that uses an outbox and is killed. Its requests go to a server, or are written into a
// file, which stands for the service: what is in it was POSTed.
//
//   outbox_victim DATABASE SERVICE COMMAND...
//     SERVICE: http://... or the path of a file
//   Commands, one after the other:
//     add FIRST COUNT      adds messages by numbers; "added N" after each ten
//     run                  sends all; ends when nothing is due
//     kill OPERATION       ends at the n-th write or sync from here on
//     cut OPERATION        the same, and the power is cut
//     count                prints the writes and syncs since then
//     die STAGE            the service ends this process: "before", "during" or "after" a POST
//     rescue-to-ready      what the outbox forbids: rules dropped, `sending` made ready again
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "support/fault_vfs.hpp"
#include "support/requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header

std::string stage;  // when the service ends this process

/// Writes the id of each message into a file, as the service would know it.
class FileService final : public Transport {
 public:
  explicit FileService(const std::string& path)
      : file_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {}
  ~FileService() override { ::close(file_); }

  HttpResult perform(const HttpRequest& request, const CancelToken&) override {
    if (stage == "before") ::_exit(9);
    const std::string line = RvmRequest::from_json(request.body).value().foreign_id.value() + "\n";
    if (::write(file_, line.data(), line.size()) < 0) ::_exit(1);
    if (stage == "during") ::_exit(9);
    HttpResult result;
    result.status = 200;
    result.body = R"({"status":"queued"})";
    return result;
  }

 private:
  int file_;
};

ClientOptions client_options(const std::string& service) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.limits.requests_per_second = 0;
  options.retry.max_attempts = 1;
  options.breaker.failures = 0;  // every fault is made on purpose
  if (service.rfind("http://", 0) == 0) {
    options.base_url = service;
  } else {
    options.base_url = "http://127.0.0.1:1";
    options.transport = std::make_shared<FileService>(service);
  }
  return options;
}

void say(const Error& error) { std::cout << "error " << error << std::endl; }

void add(const outbox::Outbox& box, int first, int count) {
  std::vector<outbox::Entry> entries;
  for (int i = 0; i < count; ++i) {
    outbox::Entry& entry = entries.emplace_back();
    entry.request = support::good_request();
    entry.request.foreign_id = "m" + std::to_string(first + i);
    if (entries.size() < 10 && i + 1 < count) continue;
    const auto added = box.add(entries);
    if (!added) return say(added.error());
    std::cout << "added " << i + 1 << std::endl;
    entries.clear();
  }
}

void run(const outbox::Outbox& box, const std::string& service) {
  const Client client(client_options(service));
  outbox::RunOptions options;
  options.until_idle = true;
  options.max_unanswered = 16;
  options.on_change = [](const outbox::Change&) {
    if (stage == "after") ::_exit(9);
  };
  const auto report = box.run(client, options);
  if (report.error) say(*report.error);
  std::cout << "ran " << report.handed_over << std::endl;
}

void rescue_to_ready(const std::string& path) {
  sqlite3* database = nullptr;
  sqlite3_open(path.c_str(), &database);
  sqlite3_busy_timeout(database, 10'000);
  sqlite3_exec(database,
               "DROP TRIGGER message_moves;"
               "UPDATE message SET state = 0, marked_at = NULL WHERE state IN (1, 3)",
               nullptr, nullptr, nullptr);
  sqlite3_close(database);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return 2;
  support::install_fault_vfs();
  outbox::Options options;
  options.path = words[0];
  options.team_id = "team-1";
  options.policy.require_consent = false;
  options.policy.limits.clear();

  std::optional<outbox::Outbox> box;
  const auto opened = [&]() -> const outbox::Outbox& {
    if (!box) {
      auto result = outbox::Outbox::open(options);
      if (!result) {
        say(result.error());
        std::exit(1);
      }
      box.emplace(*std::move(result));
    }
    return *box;
  };
  const auto number = [&](std::size_t index) { return std::atoi(words.at(index).c_str()); };
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& command = words[i];
    if (command == "add") {
      add(opened(), number(i + 1), number(i + 2));
      i += 2;
    } else if (command == "run") {
      run(opened(), words[1]);
    } else if (command == "kill") {
      support::set_disk_fault(support::DiskFault::kills, number(++i));
    } else if (command == "cut") {
      support::set_disk_fault(support::DiskFault::power_cut, number(++i));
    } else if (command == "count") {
      std::cout << "operations " << support::disk_operations() << std::endl;
    } else if (command == "die") {
      stage = words.at(++i);
    } else if (command == "rescue-to-ready") {
      rescue_to_ready(words[0]);
    } else {
      return 2;
    }
  }
  std::cout << "end" << std::endl;
  return 0;
}
