#pragma once

#include <any>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/service_words.hpp"
#include "delivery/admission.hpp"
#include "delivery/operation.hpp"
#include "delivery/retry_budget.hpp"
#include "delivery/statistics.hpp"
#include "dropcowboy/options.hpp"
#include "dropcowboy/result.hpp"
#include "text/redactor.hpp"

namespace dropcowboy::delivery {

/// What every call of one client shares. Outlives its calls.
struct Context {
  const ClientOptions& options;
  Runtime& runtime;
  const text::Redactor& redact;
  RetryBudget& budget;
  Admission& admission;
  Statistics& statistics;
  ServiceWords (*read_failure)(std::string_view body);
};

/// An accepted answer: as it came, and what the operation has read in it. `redact` cuts the secret
/// out of each text of it that is kept; it is the client's, and lives as long as its pipeline.
struct Response {
  HttpResult http{};
  std::any value{};
  std::vector<Attempt> attempts{};
  const text::Redactor* redact = nullptr;
};

/// What earlier calls have done with an idempotency key.
struct KeyHistory {
  /// When the first attempt was made, or may have been; nothing if there was none.
  std::optional<std::chrono::system_clock::time_point> first_attempt{};
  /// Whether one of them may have been taken.
  bool may_exist = false;
};

/// Why there will be no attempt, or no further one.
enum class GivenUp {
  cancelled,  ///< a token, or cancel_pending()
  shutdown,   ///< the client ends
  deadline,   ///< the call's time limit passed
  pace,       ///< the same, because the pace lets nothing start before it
  breaker,    ///< the same, because the breaker lets nothing start before it
  key,        ///< the service may have forgotten the idempotency key
};

/// Whether somebody wants a call to end, though it could go on.
enum class Halt { none, cancelled, shutdown };

/// Of one that is wanted.
GivenUp to_given_up(Halt halt) noexcept;
GivenUp to_given_up(Admission::HeldBy held) noexcept;
/// The error of a message that the pace or the breaker keeps from being sent in time.
Error not_sent_in_time(GivenUp why);

/// One call to the service, from before its first attempt to its final result. It decides and keeps
/// the books, but neither sends nor waits: whoever drives it does, blocking or not.
///
///   ... wait for a permit ...
///   while (auto limits = call.begin_attempt(permit, halt)) {
///     ... perform ...
///     auto wait = call.end_attempt(outcome, halt);
///     if (!wait) break;
///     ... wait, also for a permit ...
///   }
///   return std::move(call).result();
///
/// Not thread-safe; used by one thread at a time.
class CallState {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// How one attempt is to be made.
  struct AttemptSettings {
    std::chrono::milliseconds connect_timeout{};
    std::chrono::milliseconds timeout{};
    bool fresh_connection = false;
  };

  /// No attempt begins, or lasts, after `deadline`; none of a call with a key after the key's time.
  CallState(const Context& context, const Operation& operation, std::string foreign_id,
            TimePoint submitted, TimePoint deadline, const KeyHistory& key = {});

  /// Starts the next attempt; nothing if the deadline has passed or the call is to halt.
  std::optional<AttemptSettings> begin_attempt(Admission::Permit permit, Halt halt);
  /// Takes what the attempt ended with. Returns how long to wait before the next one, or nothing if
  /// there is none.
  std::optional<std::chrono::milliseconds> end_attempt(HttpResult observed, Halt halt);
  /// Ends the call before its first or next attempt.
  void give_up(GivenUp why);
  /// Ends the call because one of the three above found no memory to go on. Of an attempt that was
  /// begun and not ended nothing is known then.
  void give_up_without_memory() noexcept;
  /// The final result. Call it once, when no attempt is left. Without memory it says less.
  Result<Response> result() &&;

  TimePoint deadline() const noexcept { return deadline_; }
  /// Whether the breaker guards the attempts.
  bool is_guarded() const noexcept { return carries_message(operation_.effect); }

 private:
  void advise() noexcept;
  std::chrono::steady_clock::duration since_submission() const;
  std::chrono::milliseconds elapsed() const;
  std::chrono::milliseconds time_left() const;
  std::chrono::milliseconds key_left() const;
  void tell_breaker(int status);
  std::optional<std::chrono::milliseconds> decide_next(Halt halt);
  void slow_the_client_down() const;
  void redact_details(HttpResult& observed) const;
  void fail(ErrorKind kind, std::string message);
  void fail(const HttpResult& observed);
  void enter(Attempt attempt) noexcept;
  Outcome outcome_of_attempts() const noexcept;
  Outcome outcome() const noexcept;
  void emit(EventType type, std::chrono::milliseconds wait) const;
  void tell(Event& event) const noexcept;

  const Context& context_;
  const Operation& operation_;
  std::string foreign_id_;
  TimePoint submitted_;
  TimePoint deadline_;
  KeyHistory key_;
  Admission::Permit permit_;
  Verdict verdict_{Outcome::not_sent};
  bool is_attempting_ = false;
  int last_retry_cost_ = 0;
  std::vector<Attempt> attempts_;
  Response accepted_;
  std::optional<Error> error_;
  std::string reason_;  // of error_, for events: without the service's words, which may be personal
};

}  // namespace dropcowboy::delivery
