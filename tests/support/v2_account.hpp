#pragma once

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "dropcowboy/testing/simulator.hpp"
#include "support/http_client.hpp"

namespace dropcowboy::support {

/// Speaks the v2 service's API to a simulator without any part of the library in between.
class V2Account {
 public:
  using json = nlohmann::json;

  explicit V2Account(const testing::Simulator& simulator)
      : pair_(simulator.v2_api_key()), http_(simulator.v2_url()) {}

  HttpClient& http() { return http_; }

  httplib::Headers headers(const std::string& idempotency_key = "") const {
    httplib::Headers headers = {{"x-key", pair_.key}, {"x-secret", pair_.secret}};
    if (!idempotency_key.empty()) headers.emplace("Idempotency-Key", idempotency_key);
    return headers;
  }

  /// A voicemail that succeeds, with a JSON merge patch on it: null takes a key away.
  static json voicemail(const json& patch = json::object()) {
    json body = {{"to", "+15550010001"},
                 {"media_id", "0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e21"},
                 {"foreign_id", "order-17"}};
    body.merge_patch(patch);
    return body;
  }
  /// The same for a text.
  static json text(const json& patch = json::object()) {
    json body = {{"to", "+15550020001"}, {"body", "Hello"}, {"foreign_id", "order-17"}};
    body.merge_patch(patch);
    return body;
  }

  httplib::Result post(const std::string& path, const json& body, const std::string& key = "") {
    return http_.Post(path.c_str(), headers(key), body.dump(), "application/json");
  }
  httplib::Result get(const std::string& path) { return http_.Get(path.c_str(), headers()); }
  httplib::Result put(const std::string& path, const json& body) {
    return http_.Put(path.c_str(), headers(), body.dump(), "application/json");
  }
  httplib::Result remove(const std::string& path) { return http_.Delete(path.c_str(), headers()); }

  /// The `data` of an answer; null without one.
  static json data_of(const httplib::Result& answer) {
    return answer ? json::parse(answer->body).value("data", json()) : json();
  }
  static std::string message_id_of(const httplib::Result& answer) {
    return answer ? json::parse(answer->body).value("message_id", "") : "";
  }

  /// A new webhook, with its secret.
  json make_webhook(const std::string& url, const json& event_types) {
    return data_of(
        post("/register/public/webhooks", {{"hook_url", url}, {"event_types", event_types}}));
  }

 private:
  testing::SimulatedApiKey pair_;
  HttpClient http_;
};

}  // namespace dropcowboy::support
