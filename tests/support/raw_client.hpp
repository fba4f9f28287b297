#pragma once

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "dropcowboy/testing/simulator.hpp"

namespace dropcowboy::support {

/// Speaks to a simulator without any part of the library in between, over one kept-alive
/// connection.
class RawClient {
 public:
  explicit RawClient(const testing::Simulator& simulator)
      : account_(simulator.credentials()),
        http_(simulator.url().substr(0, simulator.url().rfind('/'))) {
    http_.set_keep_alive(true);
    http_.set_tcp_nodelay(true);
    http_.set_read_timeout(60);  // an emulated processor takes its time
  }

  httplib::Client& http() { return http_; }

  httplib::Headers headers() const {
    return {{"x-team-id", account_.team_id}, {"x-secret", account_.secret}};
  }

  /// A body that is accepted.
  nlohmann::json good_body() const {
    return {{"team_id", account_.team_id},
            {"secret", account_.secret},
            {"brand_id", "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10"},
            {"phone_number", "+15550010001"},
            {"recording_id", "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"},
            {"forwarding_number", "+15557654321"},
            {"foreign_id", "order-17"}};
  }

  /// The good body with a JSON merge patch on it: null takes a key away.
  nlohmann::json good_body_with(const nlohmann::json& patch) const {
    nlohmann::json body = good_body();
    body.merge_patch(patch);
    return body;
  }

  httplib::Result post_rvm(const nlohmann::json& body) { return post_rvm(body.dump()); }
  httplib::Result post_rvm(const std::string& body) { return post_rvm(headers(), body); }
  httplib::Result post_rvm(const httplib::Headers& headers, const std::string& body,
                           const char* content_type = "application/json") {
    return http_.Post("/v1/rvm", headers, body, content_type);
  }

  static std::string message_of(const httplib::Result& answer) {
    if (!answer) return "no answer";
    const auto body = nlohmann::json::parse(answer->body);
    return body.value("message", body.value("detail", ""));  // the second one is v2's
  }

 private:
  Credentials account_;
  httplib::Client http_;
};

}  // namespace dropcowboy::support
