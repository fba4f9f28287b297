#pragma once

#include <optional>
#include <string>
#include <variant>

#include "dropcowboy/credentials.hpp"

namespace dropcowboy::testing {

/// What counts of a `POST /rvm`; a header that was not sent is empty.
struct RvmPost {
  std::string content_type{};
  std::string team_id_header{};
  std::string secret_header{};
  std::string body{};
};

/// What the result of an accepted voicemail depends on.
struct AcceptedRvm {
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

/// Judges by the vendor's page and the facts around it, on purpose without the library's own
/// validation and codec: two independent readings of one page are what makes the tests worth
/// something. Stops at the first fault. Pure.
std::variant<AcceptedRvm, Refusal> judge_rvm(const RvmPost& post, const Credentials& account);

}  // namespace dropcowboy::testing
