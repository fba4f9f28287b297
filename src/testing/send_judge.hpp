#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>

#include "dropcowboy/credentials.hpp"

namespace dropcowboy::testing {

/// What the result of an accepted message depends on.
struct AcceptedMessage {
  bool is_sms = false;
  std::string phone_number{};
  std::optional<std::string> foreign_id{};
  std::optional<std::string> callback_url{};
  bool has_status_format = false;
  bool is_speech = false;
  bool is_speech_too_long = false;
};

struct Refusal {
  int status = 400;
  /// Names the key at fault; never quotes what was sent.
  std::string message{};
};

// These judge the body, an object, of a send by the vendor's page and the facts around it, on
// purpose without the library's own validation and codec: two independent readings of one page are
// what makes the tests worth something. They stop at the first fault. Pure.

std::variant<AcceptedMessage, Refusal> judge_rvm(const nlohmann::json& body,
                                                 const Credentials& account);
std::variant<AcceptedMessage, Refusal> judge_sms(const nlohmann::json& body,
                                                 const Credentials& account);

}  // namespace dropcowboy::testing
