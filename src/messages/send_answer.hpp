#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "delivery/understood.hpp"

namespace dropcowboy {

/// The service's answer to a send.
struct SendAnswer {
  std::string status{};
  std::optional<std::string> drop_id{};
  std::string message_id{};  ///< of v2
  std::optional<std::string> request_id{};
};

/// Success, with a SendAnswer, only if the body is an object whose one `status` is a word for "yes"
/// (queued, accepted, scheduled, sent, success or ok, in any case) and nothing denies it: no
/// `error`, no `"success":false`. Refusal if it is a word for "no". Anything else, a word that
/// nobody knows included, is unclear.
delivery::Understood understand_send(std::string_view body, const text::Redactor& redact);

}  // namespace dropcowboy
