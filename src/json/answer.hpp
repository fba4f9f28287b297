#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "delivery/verdict.hpp"

namespace dropcowboy::json {

/// The service's answer to a send.
struct SendAnswer {
  std::string status{};
  std::optional<std::string> drop_id{};
  std::optional<std::string> request_id{};
};

/// Nothing unless the body is a JSON object with a non-empty string `status`.
std::optional<SendAnswer> decode_send_answer(std::string_view body);

/// Error, failed, failure, rejected, invalid, unauthorized, not authorized or forbidden, in any
/// case.
bool is_word_for_no(std::string_view status) noexcept;

/// Success only if the one `status` is a word for "yes" (queued, accepted, scheduled, sent, success
/// or ok, in any case) and nothing denies it: no `error`, no `"success":false`. Refusal if it is a
/// word for "no". Anything else, a word that nobody knows included, is unclear.
delivery::Reading read_send_answer(std::string_view body);

/// What an answer to a failed request says to a person: its `message`, `error`, `detail` or `title`
/// if it is JSON. Empty if it says nothing.
struct FailureAnswer {
  std::string message{};
  std::string request_id{};
};

FailureAnswer decode_failure_answer(std::string_view body);

}  // namespace dropcowboy::json
