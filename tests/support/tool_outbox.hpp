#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

#include "support/tool.hpp"

namespace dropcowboy::support {

/// The tool's outbox commands against a simulator, with a file of their own.
class WithToolOutbox : public ::testing::Test {
 protected:
  static constexpr const char* keys = "1:0123456789abcdef0123456789abcdef";

  WithToolOutbox() : simulator(options()) {}

  std::string file() const { return home.path("calls.db"); }
  Process::Variables variables() const {
    Process::Variables all = account_of(simulator);
    all.emplace_back("DROPCOWBOY_OUTBOX", file());
    return all;
  }
  Process::Variables variables_with_keys() const {
    Process::Variables all = variables();
    all.emplace_back("DROPCOWBOY_CALLBACK_KEYS", keys);
    return all;
  }
  Ended run(Arguments arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), "outbox");
    return run_tool(arguments, variables(), input);
  }

  /// A message for one number, and that this person agreed.
  static Arguments add(const std::string& id, const Arguments& more = {},
                       const std::string& number = "+15550010001") {
    Arguments arguments = {"add",
                           "--json=-",
                           "--foreign-id=" + id,
                           "--phone-number=" + number,
                           "--consent-source=form",
                           "--consent-at=2026-05-01"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  static std::string request() {
    return R"({"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10",
               "recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21",
               "forwarding_number":"+15557654321"})";
  }
  static std::string keyed_request() {
    return R"({"media_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"})";
  }
  Ended import(const std::string& csv, const Arguments& more = {"--batch=spring"}) const {
    return import_with(request(), csv, more);
  }
  /// Into messages of the v2 API.
  Ended import_keyed(const std::string& csv, Arguments more = {"--batch=spring"}) const {
    more.emplace_back("--api=v2");
    return import_with(keyed_request(), csv, more);
  }
  static Arguments with_consent(Arguments more = {"--batch=spring"}) {
    more.insert(more.end(), {"--consent-source=form", "--consent-at=2026-05-01"});
    return more;
  }

  /// So many different people, a CSV.
  static std::string people(int count) {
    std::string csv = "phone_number\r\n";
    for (int i = 0; i < count; ++i) csv += "+1" + std::to_string(2'220'000'000LL + i) + "\r\n";
    return csv;
  }

  nlohmann::json status() const { return run({"status"}).document(); }
  std::string state(const std::string& id) const {
    const auto messages = run({"list", "--id", id}).document()["messages"];
    return messages.size() == 1 ? messages[0].value("state", "") : "";
  }

  /// How often the simulator was POSTed each message; the tag of its id, if any, left out.
  std::map<std::string, int> posts() const {
    std::map<std::string, int> counts;
    for (const auto& request : simulator.requests()) {
      const auto body = nlohmann::json::parse(request.body, nullptr, false);
      ++counts[body.value("foreign_id", "")];
    }
    return counts;
  }

  /// Blocks until the simulator has read so many requests.
  void wait_for_requests(int count) const {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return requests_ >= count; });
  }

  const Home home;

 private:
  Ended import_with(const std::string& request, const std::string& csv,
                    const Arguments& more) const {
    Arguments arguments = {"import", home.write("contacts.csv", csv),
                           "--json=" + home.write("template.json", request)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  testing::SimulatorOptions options() {
    testing::SimulatorOptions made;
    made.on_request = [this](const testing::RecordedRequest&) {
      const std::lock_guard lock(mutex_);
      ++requests_;
      came_.notify_all();
    };
    return made;
  }

  mutable std::mutex mutex_{};
  mutable std::condition_variable came_{};
  int requests_ = 0;  // under mutex_

 protected:
  testing::Simulator simulator;  // last: its threads use the above
};

}  // namespace dropcowboy::support
