#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "dropcowboy/credentials.hpp"

namespace dropcowboy::testing {

struct Refusal {
  int status = 400;
  /// Names the key at fault; never quotes what was sent.
  std::string message{};
};

// These judge the body, an object, of a send by the vendor's page and the facts around it, on
// purpose without the library's own validation and codec: two independent readings of one page are
// what makes the tests worth something. They stop at the first fault; the service itself does not
// look before it answers (see late_judge.hpp). Pure.

std::optional<Refusal> judge_rvm(const nlohmann::json& body, const Credentials& account);
std::optional<Refusal> judge_sms(const nlohmann::json& body, const Credentials& account);

}  // namespace dropcowboy::testing
