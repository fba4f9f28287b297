#pragma once

#include <chrono>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/issue.hpp"

namespace dropcowboy {

/// What went wrong, by cause.
enum class ErrorKind {
  invalid_request,  ///< the request breaks a rule: see Error::issues
  configuration,    ///< the client's options, or the machine, cannot work as they are
  overloaded,       ///< the client's own queue, rate or memory has no room
  not_allowed,      ///< ClientOptions::may_send refused the message: for good, unless transient
  cancelled,        ///< stopped by a CancelToken or Client::cancel_pending()
  shutdown,         ///< the client ended first
  unavailable,      ///< nothing is started for now, because too much failed: see BreakerOptions
  timeout,          ///< a time limit passed
  network,          ///< name resolution, connecting, or a broken connection
  tls,              ///< the server could not prove who it is, or no secure connection came about
  authentication,   ///< HTTP 401
  rate_limited,     ///< HTTP 429
  refused,          ///< the service understood and said no
  service,          ///< the service, or a proxy before it, failed
  bad_response,     ///< an answer that does not make sense
  storage,          ///< the outbox's file, or its disk, cannot be used
};

/// What is known about a message, or another call, and about each attempt. A call that only reads
/// leaves nothing behind, so whatever becomes of it short of a refusal is not_sent.
enum class Outcome {
  accepted,  ///< the service took it; never the outcome of an Error
  not_sent,  ///< nothing left, or it came back unread: sending again makes no duplicate
  rejected,  ///< the service received and refused it: sending again makes no duplicate
  unknown,   ///< it may have been accepted: sending again may leave a second message
};

/// Why a failed attempt was not repeated, though that would have been safe and useful.
enum class RetryStop {
  none,       ///< nothing stopped it: no attempt was made, or repeating was not safe or not useful
  attempts,   ///< RetryOptions::max_attempts were made
  budget,     ///< RetryOptions::budget is used up
  deadline,   ///< the next attempt would have begun after the time limit
  breaker,    ///< the same, because the breaker lets nothing start before it
  cancelled,  ///< a CancelToken or Client::cancel_pending() ended the wait for it
  shutdown,   ///< the client ended first
};

DROPCOWBOY_API std::string_view to_string(ErrorKind kind) noexcept;
DROPCOWBOY_API std::string_view to_string(Outcome outcome) noexcept;
DROPCOWBOY_API std::string_view to_string(RetryStop stop) noexcept;

/// One exchange with the service; a send makes several only when retrying is safe.
struct Attempt {
  /// What became of it.
  Outcome outcome = Outcome::unknown;
  /// The final HTTP status, 0 if none was received.
  int http_status = 0;
  /// What ended the attempt, in words; empty when accepted.
  std::string detail{};
};

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const Attempt& a, const Attempt& b) noexcept;
inline bool operator!=(const Attempt& a, const Attempt& b) noexcept { return !(a == b); }
/// @}

/// Everything that is known about a failure. Never holds the account's secret: it is cut out of
/// what the service said. `message` and `body` may quote the service, and the service may repeat a
/// phone number that it was sent.
struct Error {
  /// What went wrong, by cause: what to branch on.
  ErrorKind kind = ErrorKind::service;
  /// Is a resend *safe*? See safe_to_resend().
  Outcome outcome = Outcome::unknown;
  /// Is a resend *useful*? True when the same request may succeed later without being changed.
  bool transient = false;
  /// One sentence or two: what happened and what to do.
  std::string message{};
  /// The id of the message this is about; empty if there is none.
  std::string foreign_id{};
  /// The final HTTP status, 0 if none was received.
  int http_status = 0;
  /// The problems found, for invalid_request and configuration.
  std::vector<Issue> issues{};
  /// How long the service asked to wait; at most a day.
  std::optional<std::chrono::seconds> retry_after{};
  /// Every attempt made, in order; empty if no attempt was started.
  std::vector<Attempt> attempts{};
  /// Why there was no further attempt, if one would have been safe and useful.
  RetryStop retry_stop = RetryStop::none;
  /// The service's id of the exchange, for its support; empty if it gave none.
  std::string request_id{};
  /// The service's stable word for the reason, to branch on: "insufficient_balance". v2 tells one
  /// for what it refuses; empty where the answer has none.
  std::string code{};
  /// Of a v2::Prepared whose outcome is unknown: sent again before then, it cannot leave a second
  /// message, because it has the same idempotency key. Anything else can. Nothing once that moment
  /// has passed. Never set by v1.
  std::optional<std::chrono::system_clock::time_point> resend_safe_until{};
  /// The beginning of the service's answer (at most 4 KiB), the secret cut out.
  std::string body{};

  /// True if sending the same message again cannot leave a second message.
  bool safe_to_resend() const noexcept { return outcome != Outcome::unknown; }
};

/// One line for a log: kind, outcome, status, code, what stopped the retries, foreign_id, message,
/// and every issue, made printable(): whatever the service has said, it is one line.
DROPCOWBOY_API std::string to_string(const Error& error);
DROPCOWBOY_API std::ostream& operator<<(std::ostream& out, const Error& error);

/// Thrown by Result::value() and by constructors; carries the whole Error.
class DROPCOWBOY_API Exception : public std::runtime_error {
 public:
  /// Its what() is to_string() of the Error.
  explicit Exception(Error error);
  /// Everything that is known about the failure; lives as long as any copy of this.
  const Error& error() const noexcept { return *error_; }

 private:
  std::shared_ptr<const Error> error_;  // shared, so that copying an exception cannot throw
};

}  // namespace dropcowboy
