#pragma once

#include <chrono>
#include <string>

#include "dropcowboy/receiver/webhook_receiver.hpp"
#include "support/callbacks.hpp"

// Requests as a receiver gets them, and receivers that take them.

namespace dropcowboy::support {

inline constexpr const char* good_number = "+15550010001";
inline const std::string webhook_path = "4f1c8a523f0e4d0b9a550d6c1c1f7c3e";
inline const std::string webhook_secret = "whsec-current";
inline const std::string signed_at = "1700000000";
inline const std::string signed_body =
    R"({"event_id":"e-1","event":"contact.rvm.status","event_at":1700000000000,)"
    R"("data":{"status":"failure","reason":"No Answer","drop_id":"d-1","to":"+15550010004"}})";

inline std::string tagged(const std::string& id, const std::string& phone_number = good_number) {
  return signer()->tag({"team-1", id, phone_number}).value();
}

inline receiver::ReceiverOptions tag_options() {
  receiver::ReceiverOptions options;
  options.signer = signer();
  return options;
}

inline receiver::ReceiverOptions signature_options() {
  receiver::ReceiverOptions options;
  options.webhook_secrets = {"whsec-next", webhook_secret};
  options.now = [] {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  };
  return options;
}

inline receiver::CallbackRequest post(const std::string& body) {
  static const std::string target = "/hooks/" + webhook_path + "/rvm?x=1";
  return {"POST", target, {}, body};
}

inline receiver::CallbackRequest signed_post(const std::string& body) {
  receiver::CallbackRequest request{"POST", "/", {}, body};
  request.headers = {{"X-Timestamp", signed_at},
                     {"X-Signature", signature_of(webhook_secret, signed_at, body)}};
  return request;
}

}  // namespace dropcowboy::support
