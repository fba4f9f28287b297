#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <string_view>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// What happened. Every message handed over to send() or send_async() ends in one `finished`, also
/// if it is refused at once; so does every other call that passed its checks.
enum class EventType {
  attempt_started,   ///< a request is about to go out
  retry_scheduled,   ///< the last attempt ended in a way that is safe and useful to repeat
  finished,          ///< the send has its final outcome
  completion_threw,  ///< a completion given to send_async threw; the outcome stands as it was
  breaker_opened,    ///< this message's failure was one too many: no message is started for `wait`
  breaker_closed,    ///< this message was accepted, and the client is back at its full concurrency
};

DROPCOWBOY_API std::string_view to_string(EventType type) noexcept;

/// One step in the life of a message or another call, for logs, metrics and traces. Holds no body,
/// no secret and no phone number.
struct Event {
  /// Which step.
  EventType type = EventType::attempt_started;
  /// The message; empty for calls that carry none.
  std::string foreign_id{};
  /// The method and path: "POST /rvm"; of the v2 API, "v2 POST /rvm".
  std::string_view operation{};
  /// 1 for the first; 0 for `finished` if there was none.
  int attempt = 0;
  /// What the last attempt ended with; for finished, what the send did.
  Outcome outcome = Outcome::unknown;
  /// Whether the same request may succeed later.
  bool transient = false;
  /// The final HTTP status, 0 if none was received.
  int http_status = 0;
  /// Until the next attempt, for retry_scheduled; until the next probe, for breaker_opened.
  std::chrono::milliseconds wait{};
  /// Since the message was handed over.
  std::chrono::milliseconds elapsed{};
  /// Why, in words of this library, never the service's; empty when accepted.
  std::string reason{};
};

/// One line for a log: type, operation, foreign_id, attempt, outcome, status, times and reason.
DROPCOWBOY_API std::string to_string(const Event& event);
DROPCOWBOY_API std::ostream& operator<<(std::ostream& out, const Event& event);

}  // namespace dropcowboy
