#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/callback_sink.hpp"
#include "support/event_stream.hpp"
#include "support/raw_client.hpp"

namespace dropcowboy::support {

inline testing::SimulatorOptions with_page() {
  testing::SimulatorOptions options;
  options.page = true;
  return options;
}

/// What never comes by itself within a test.
inline testing::SimulatorOptions with_late_callbacks() {
  testing::SimulatorOptions options = with_page();
  options.callback_delay = std::chrono::hours(72);
  return options;
}

/// Asks for what a page in a browser asks for.
class PageClient {
 public:
  /// `origin`: "http://127.0.0.1:PORT".
  explicit PageClient(std::string origin) : origin_(std::move(origin)), http_(origin_) {
    http_.set_keep_alive(true);
    http_.set_tcp_nodelay(true);
    http_.set_read_timeout(60);  // an emulated processor takes its time
  }

  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) {
    return http_.Get(path, headers);
  }
  httplib::Result post(const std::string& what, const nlohmann::json& order,
                       httplib::Headers headers = {}, const char* type = "application/json") {
    if (headers.empty()) headers.emplace("Origin", origin_);
    return http_.Post("/page/api/" + what, headers, order.dump(), type);
  }
  nlohmann::json message(int number) {
    const auto answer = get("/page/api/messages/" + std::to_string(number));
    return nlohmann::json::parse(answer ? answer->body : "{}", nullptr, false);
  }
  nlohmann::json messages() { return nlohmann::json::parse(get("/page/api/messages.json")->body); }
  const std::string& origin() const { return origin_; }
  std::string port() const { return origin_.substr(origin_.rfind(':')); }

  /// The paths of the page's scripts: main.js and what it imports, and so on.
  std::set<std::string> scripts() {
    std::set<std::string> found = {"/page/main.js"};
    for (std::vector<std::string> open = {"/page/main.js"}; !open.empty();) {
      const std::string script = get(open.back())->body;
      open.pop_back();
      const std::string import = "from \"./";
      for (auto at = script.find(import); at != std::string::npos; at = script.find(import, at)) {
        at += import.size();
        const std::string path = "/page/" + script.substr(at, script.find('"', at) - at);
        if (found.insert(path).second) open.push_back(path);
      }
    }
    return found;
  }

 private:
  const std::string origin_;
  httplib::Client http_;
};

/// A simulator with a page, and a receiver of its callbacks.
class SimulatorPage : public ::testing::Test {
 protected:
  explicit SimulatorPage(testing::SimulatorOptions options = with_page())
      : simulator(std::move(options)) {}

  void send(const nlohmann::json& patch = nlohmann::json::object()) {
    nlohmann::json with_callback = {{"callback_url", sink.url()}};
    with_callback.merge_patch(patch);
    ASSERT_TRUE(raw.post_rvm(raw.good_body_with(with_callback)));
  }

  CallbackSink sink;
  testing::Simulator simulator;
  RawClient raw{simulator};
  PageClient page{simulator.v2_url()};
};

class LateSimulatorPage : public SimulatorPage {
 protected:
  LateSimulatorPage() : SimulatorPage(with_late_callbacks()) {}
};

inline bool has_state(const std::vector<EventStream::Event>& events, const std::string& state) {
  for (const auto& event : events) {
    for (const nlohmann::json& message : event.data["messages"]) {
      if (message["state"] == state) return true;
    }
  }
  return false;
}

}  // namespace dropcowboy::support
