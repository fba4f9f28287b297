#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// What happened to a send.
enum class EventType {
  attempt_started,   ///< a request is about to go out
  retry_scheduled,   ///< the last attempt ended in a way that is safe and useful to repeat
  finished,          ///< the send has its final outcome
  completion_threw,  ///< a callback given to send_async threw; the outcome stands as it was
};

DROPCOWBOY_API std::string_view to_string(EventType type) noexcept;

/// One step in the life of a send, for logs, metrics and traces. Holds no body, no secret and no
/// phone number.
struct Event {
  /// Which step.
  EventType type = EventType::attempt_started;
  /// The message; empty for calls that carry none.
  std::string foreign_id{};
  /// The method and path: "POST /rvm".
  std::string_view operation{};
  /// 1 for the first.
  int attempt = 0;
  /// What the attempt (retry_scheduled) or the send (finished) ended with.
  Outcome outcome = Outcome::unknown;
  /// Whether the same request may succeed later.
  bool transient = false;
  /// The final HTTP status, 0 if none was received.
  int http_status = 0;
  /// Until the next attempt, for retry_scheduled.
  std::chrono::milliseconds wait{};
  /// Since the send began.
  std::chrono::milliseconds elapsed{};
  /// Why, in words of this library, never the service's; empty when accepted.
  std::string reason{};
};

}  // namespace dropcowboy
