#include "delivery/call_state.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "delivery/explain.hpp"
#include "delivery/retry.hpp"
#include "text/characters.hpp"

namespace dropcowboy::delivery {

namespace {

using std::chrono::milliseconds;

// After that one message may try again whether the service still wants the pause.
constexpr milliseconds longest_pause = std::chrono::minutes(1);

constexpr std::size_t kept_answer_bytes = 200;

Understood understand(const Operation& operation, const HttpResult& observed,
                      const text::Redactor& redact) {
  if (observed.status < 200 || observed.status >= 300) return {};
  // Some calls are answered with nothing; but here something may have been lost.
  const bool is_complete = observed.failure == TransportFailure::none;
  if (!is_complete && text::is_blank(observed.body)) return {};
  return operation.understand(observed.body, redact);
}

RetryStop retry_stop_of(GivenUp why) noexcept {
  switch (why) {
    case GivenUp::cancelled: return RetryStop::cancelled;
    case GivenUp::shutdown: return RetryStop::shutdown;
    case GivenUp::breaker: return RetryStop::breaker;
    case GivenUp::deadline:
    case GivenUp::key:
    case GivenUp::pace: break;
  }
  return RetryStop::deadline;
}

}  // namespace

GivenUp to_given_up(Halt halt) noexcept {
  return halt == Halt::shutdown ? GivenUp::shutdown : GivenUp::cancelled;
}

GivenUp to_given_up(Admission::HeldBy held) noexcept {
  return held == Admission::HeldBy::breaker ? GivenUp::breaker : GivenUp::pace;
}

Error not_sent_in_time(GivenUp why) {
  if (why == GivenUp::breaker) {
    return not_sent_for_now(ErrorKind::unavailable,
                            "too much failed in a row, so that no message is started before the "
                            "deadline: see what the others ended with, and try later");
  }
  return not_sent_for_now(ErrorKind::overloaded,
                          "the rate limit leaves no room before the deadline: send more slowly, "
                          "allow more time, or raise limits.requests_per_second");
}

CallState::CallState(const Context& context, const Operation& operation, std::string foreign_id,
                     TimePoint submitted, TimePoint deadline, const KeyHistory& key)
    : context_(context),
      operation_(operation),
      foreign_id_(std::move(foreign_id)),
      submitted_(submitted),
      deadline_(deadline),
      key_(key) {}

std::optional<CallState::AttemptSettings> CallState::begin_attempt(Admission::Permit permit,
                                                                   Halt halt) {
  const milliseconds for_key = key_left();
  const milliseconds left = std::min(time_left(), for_key);
  if (halt != Halt::none) {
    give_up(to_given_up(halt));
    return std::nullopt;
  }
  if (left <= milliseconds(0)) {
    give_up(for_key <= milliseconds(0) ? GivenUp::key : GivenUp::deadline);
    return std::nullopt;
  }
  permit_ = std::move(permit);
  attempts_.reserve(attempts_.size() + 1);  // so that what becomes of it can be entered
  is_attempting_ = true;
  if (operation_.effect == Effect::keyed && !key_.first_attempt) {
    key_.first_attempt = context_.runtime.wall_now();
  }
  context_.statistics.attempt_started(!attempts_.empty());
  emit(EventType::attempt_started, {});
  const ClientOptions& options = context_.options;
  return AttemptSettings{std::min(options.connect_timeout, left),
                         std::min(options.attempt_timeout, left), verdict_.fresh_connection};
}

std::optional<milliseconds> CallState::end_attempt(HttpResult observed, Halt halt) {
  context_.statistics.attempt_ended(observed.new_connection);
  Understood understood = understand(operation_, observed, context_.redact);
  verdict_ =
      judge(observed, understood.meaning, context_.options.retry.service_unavailable_is_rejection);
  if (verdict_.kind == ErrorKind::cancelled && halt == Halt::shutdown) {
    verdict_.kind = ErrorKind::shutdown;
  }
  tell_breaker(observed.status);
  redact_details(observed);
  if (verdict_.outcome == Outcome::accepted) {
    enter({verdict_.outcome, observed.status, {}});
    context_.budget.pay_back(std::max(1, last_retry_cost_));
    accepted_.http = std::move(observed);
    accepted_.value = std::move(understood.value);
    error_.reset();
    reason_.clear();
    return std::nullopt;
  }
  fail(observed);
  enter({verdict_.outcome, observed.status, error_->message});
  error_->outcome = outcome_of_attempts();
  slow_the_client_down();
  return decide_next(halt);
}

std::optional<milliseconds> CallState::decide_next(Halt halt) {
  const RetryState state{verdict_,
                         operation_.effect,
                         static_cast<int>(attempts_.size()),
                         std::min(time_left(), key_left()),
                         error_->retry_after,
                         context_.budget.tokens(),
                         context_.runtime.jitter()};
  const RetryDecision decision = decide_retry(state, context_.options.retry);
  error_->retry_stop = decision.stopped_by;
  if (!decision.wait) return std::nullopt;
  if (halt != Halt::none) {
    error_->retry_stop = retry_stop_of(to_given_up(halt));
    return std::nullopt;
  }
  const int cost = retry_cost(verdict_);
  if (!context_.budget.take(cost)) {  // another call was faster
    error_->retry_stop = RetryStop::budget;
    return std::nullopt;
  }
  last_retry_cost_ = cost;
  emit(EventType::retry_scheduled, *decision.wait);
  return decision.wait;
}

void CallState::give_up(GivenUp why) {
  const bool is_first = attempts_.empty();
  switch (why) {
    case GivenUp::cancelled:
      fail(ErrorKind::cancelled, is_first ? "the call was cancelled before anything was sent"
                                          : "the call was cancelled while it waited to try again");
      break;
    case GivenUp::shutdown:
      fail(ErrorKind::shutdown, is_first ? "the client ended before anything was sent"
                                         : "the client ended while the call waited to try again");
      break;
    // From here on what the last attempt ended with says more, if there was one.
    case GivenUp::deadline:
      if (is_first) fail(ErrorKind::timeout, "the deadline passed before anything was sent");
      break;
    case GivenUp::key:
      if (is_first) fail(ErrorKind::timeout, "the time of the idempotency key is over");
      break;
    case GivenUp::pace:
    case GivenUp::breaker:
      if (!is_first) break;
      const Error late = not_sent_in_time(why);
      fail(late.kind, late.message);
      break;
  }
  if (!is_first) error_->retry_stop = retry_stop_of(why);
}

/// begin_attempt() has made room for it.
void CallState::enter(Attempt attempt) noexcept {
  attempts_.push_back(std::move(attempt));
  is_attempting_ = false;
}

void CallState::give_up_without_memory() noexcept {
  permit_ = {};
  if (is_attempting_) enter({Outcome::unknown, 0, {}});
  error_ = out_of_memory(outcome_of_attempts());
  reason_.clear();
}

/// What the call as a whole has ended with.
Outcome CallState::outcome() const noexcept { return error_ ? error_->outcome : Outcome::accepted; }

Result<Response> CallState::result() && {
  context_.statistics.call_ended(outcome());
  advise();
  emit(EventType::finished, {});
  if (!error_) {
    accepted_.attempts = std::move(attempts_);
    accepted_.redact = &context_.redact;
    return std::move(accepted_);
  }
  error_->attempts = std::move(attempts_);
  error_->foreign_id = std::move(foreign_id_);
  return *std::move(error_);
}

/// Whatever the last attempt ended with: what to do depends on all of them.
void CallState::advise() noexcept {
  if (outcome() != Outcome::unknown || operation_.if_unknown.empty()) return;
  try {
    std::string message = error_->message;
    message.append(message.empty() ? "" : ". ").append(operation_.if_unknown);
    error_->message = std::move(message);
  } catch (const std::bad_alloc&) {
    // The outcome says so as well.
  }
}

std::chrono::steady_clock::duration CallState::since_submission() const {
  return context_.runtime.now() - submitted_;
}

milliseconds CallState::elapsed() const {
  return std::chrono::duration_cast<milliseconds>(since_submission());
}

milliseconds CallState::time_left() const {
  return std::chrono::ceil<milliseconds>(deadline_ - context_.runtime.now());
}

/// How long the service surely remembers the key; for ever where there is none, or none that was
/// used.
milliseconds CallState::key_left() const {
  if (!key_.first_attempt) return milliseconds::max();
  const auto now = context_.runtime.wall_now();
  if (now < *key_.first_attempt - key_clock_error) return milliseconds(0);
  return std::chrono::floor<milliseconds>(*key_.first_attempt + key_lifetime - now);
}

void CallState::tell_breaker(int status) {
  const auto [change, wait] =
      context_.admission.end(std::exchange(permit_, {}), CircuitBreaker::sign_of(verdict_, status),
                             context_.runtime.now());
  if (change == CircuitBreaker::Change::none || !context_.options.on_event) return;
  const bool opened = change == CircuitBreaker::Change::opened;
  Event event;
  event.type = opened ? EventType::breaker_opened : EventType::breaker_closed;
  event.attempt = static_cast<int>(attempts_.size()) + 1;
  event.outcome = verdict_.outcome;
  event.transient = verdict_.transient;
  event.http_status = status;
  event.wait = wait;
  if (opened) event.reason = "too much failed in a row: no message is started for now";
  tell(event);
}

/// A service that says when to come back means the account, not one message.
void CallState::slow_the_client_down() const {
  const bool is_overload = error_->http_status == 429 || error_->http_status == 503;
  if (!is_overload || !error_->retry_after) return;
  context_.admission.pause_until(context_.runtime.now() +
                                 std::min<milliseconds>(*error_->retry_after, longest_pause));
}

/// Not the body: values are taken out of it before, and texts are redacted as they are kept.
void CallState::redact_details(HttpResult& observed) const {
  observed.detail = context_.redact(std::move(observed.detail));
  observed.request_id = context_.redact(std::move(observed.request_id));
}

void CallState::fail(ErrorKind kind, std::string message) {
  if (!error_) error_.emplace();
  error_->kind = kind;
  error_->transient = true;
  error_->message = message;
  error_->outcome = outcome_of_attempts();
  reason_ = std::move(message);
}

void CallState::fail(const HttpResult& observed) {
  const bool is_success = observed.status >= 200 && observed.status < 300;
  const bool is_quotable = !(operation_.is_answer_secret && is_success);
  const ServiceWords words = is_quotable ? context_.read_failure(observed.body) : ServiceWords();
  error_.emplace();
  error_->kind = verdict_.kind;
  error_->transient = verdict_.transient;
  error_->http_status = observed.status >= 200 ? observed.status : 0;
  error_->message =
      explain(operation_, verdict_, observed, context_.redact(words.message, kept_answer_bytes));
  reason_ = explain(operation_, verdict_, observed, {});
  error_->request_id =
      words.request_id.empty() ? observed.request_id : context_.redact(words.request_id);
  if (!words.code.empty()) error_->code = context_.redact(words.code);
  if (is_quotable) error_->body = context_.redact(observed.body, kept_body_bytes);
  if (observed.retry_after) {
    error_->retry_after = std::clamp<std::chrono::seconds>(
        *observed.retry_after, std::chrono::seconds(0), std::chrono::hours(24));
  }
}

Outcome CallState::outcome_of_attempts() const noexcept {
  if (key_.may_exist) return Outcome::unknown;
  const bool changes_something = operation_.effect != Effect::reads;
  Outcome worst = Outcome::not_sent;
  for (const Attempt& attempt : attempts_) {
    if (attempt.outcome == Outcome::unknown && changes_something) return Outcome::unknown;
    if (attempt.outcome == Outcome::rejected) worst = Outcome::rejected;
  }
  return worst;
}

void CallState::emit(EventType type, milliseconds wait) const {
  if (!context_.options.on_event) return;
  const bool started = type == EventType::attempt_started;
  Event event;
  event.type = type;
  event.attempt = static_cast<int>(attempts_.size()) + (started ? 1 : 0);
  event.wait = wait;
  if (!started) {
    event.outcome = type == EventType::finished ? outcome() : attempts_.back().outcome;
    event.transient = error_ && error_->transient;
    event.http_status = attempts_.empty() ? 0 : attempts_.back().http_status;
  }
  try {
    if (!started) event.reason = reason_;
  } catch (...) {
    return;  // no memory to say why
  }
  tell(event);
}

/// Fills in what all events have, and tells them.
void CallState::tell(Event& event) const noexcept {
  try {
    event.operation = operation_.name;
    event.foreign_id = foreign_id_;
    event.elapsed = elapsed();
    context_.options.on_event(event);
  } catch (...) {
    // A listener must not change what becomes of a message.
  }
}

}  // namespace dropcowboy::delivery
