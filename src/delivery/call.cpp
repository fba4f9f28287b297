#include "delivery/call.hpp"

#include <algorithm>
#include <utility>

#include "delivery/explain.hpp"
#include "delivery/retry.hpp"
#include "delivery/retry_after.hpp"
#include "errors.hpp"
#include "json/answer.hpp"
#include "text/characters.hpp"

namespace dropcowboy::delivery {

namespace {

using std::chrono::milliseconds;

// After that one message may try again whether the service still wants the pause.
constexpr milliseconds longest_pause = std::chrono::minutes(1);

constexpr std::size_t kept_answer_bytes = 200;

Reading read_body(const Operation& operation, const HttpOutcome& observed) {
  if (observed.status < 200 || observed.status >= 300) return Reading::unclear;
  // Some calls are answered with nothing; but here something may have been lost.
  const bool is_complete = observed.failure == TransportFailure::none;
  if (!is_complete && text::is_blank(observed.body)) return Reading::unclear;
  return operation.read(observed.body);
}

Outcome outcome_of(Delivery delivery) noexcept {
  switch (delivery) {
    case Delivery::not_sent: return Outcome::not_sent;
    case Delivery::rejected: return Outcome::rejected;
    case Delivery::unknown: break;
  }
  return Outcome::unknown;
}

RetryStop retry_stop_of(GivenUp why) noexcept {
  switch (why) {
    case GivenUp::cancelled: return RetryStop::cancelled;
    case GivenUp::shutdown: return RetryStop::shutdown;
    case GivenUp::breaker: return RetryStop::breaker;
    case GivenUp::deadline:
    case GivenUp::pace: break;
  }
  return RetryStop::deadline;
}

}  // namespace

GivenUp to_given_up(Admission::Held held) noexcept {
  return held == Admission::Held::by_breaker ? GivenUp::breaker : GivenUp::pace;
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

Call::Call(const Context& context, const Operation& operation, std::string foreign_id,
           TimePoint submitted, TimePoint deadline)
    : context_(context),
      operation_(operation),
      foreign_id_(std::move(foreign_id)),
      submitted_(submitted),
      deadline_(deadline) {}

std::optional<Call::Limits> Call::begin_attempt(Admission::Permit permit, Halt halt) {
  const milliseconds left = time_left();
  if (halt != Halt::none) {
    give_up(halt == Halt::shutdown ? GivenUp::shutdown : GivenUp::cancelled);
    return std::nullopt;
  }
  if (left <= milliseconds(0)) {
    give_up(GivenUp::deadline);
    return std::nullopt;
  }
  permit_ = std::move(permit);
  attempts_.reserve(attempts_.size() + 1);  // so that what becomes of it can be entered
  is_attempting_ = true;
  context_.statistics.attempt_started(!attempts_.empty());
  emit(EventType::attempt_started, {});
  const ClientOptions& options = context_.options;
  return Limits{std::min(options.connect_timeout, left), std::min(options.attempt_timeout, left),
                verdict_.fresh_connection};
}

std::optional<milliseconds> Call::end_attempt(HttpOutcome observed, Halt halt) {
  context_.statistics.attempt_ended(observed.new_connection);
  verdict_ = judge(observed, read_body(operation_, observed),
                   context_.options.retry.service_unavailable_is_rejection);
  if (verdict_.kind == ErrorKind::cancelled && halt == Halt::shutdown) {
    verdict_.kind = ErrorKind::shutdown;
  }
  tell_breaker(observed.status);
  redact_details(observed);
  if (verdict_.outcome == Outcome::accepted) {
    enter({verdict_.outcome, observed.status, {}});
    context_.quota.pay_back(std::max(1, last_retry_cost_));
    accepted_ = std::move(observed);
    error_.reset();
    reason_.clear();
    return std::nullopt;
  }
  fail(observed);
  enter({verdict_.outcome, observed.status, error_->message});
  error_->delivery = delivery();
  slow_the_client_down();
  return decide_next(halt);
}

std::optional<milliseconds> Call::decide_next(Halt halt) {
  const RetryState state{verdict_,
                         operation_.effect,
                         static_cast<int>(attempts_.size()),
                         time_left(),
                         error_->retry_after,
                         context_.quota.tokens(),
                         context_.environment.jitter()};
  const RetryDecision decision = decide_retry(state, context_.options.retry);
  error_->retry_stop = decision.stopped_by;
  if (!decision.wait) return std::nullopt;
  if (halt != Halt::none) {
    error_->retry_stop = halt == Halt::shutdown ? RetryStop::shutdown : RetryStop::cancelled;
    return std::nullopt;
  }
  const int cost = retry_cost(verdict_);
  if (!context_.quota.take(cost)) {  // another call was faster
    error_->retry_stop = RetryStop::quota;
    return std::nullopt;
  }
  last_retry_cost_ = cost;
  emit(EventType::retry_scheduled, *decision.wait);
  return decision.wait;
}

void Call::give_up(GivenUp why) {
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
void Call::enter(Attempt attempt) noexcept {
  attempts_.push_back(std::move(attempt));
  is_attempting_ = false;
}

void Call::give_up_without_memory() noexcept {
  permit_ = {};
  if (is_attempting_) enter({Outcome::unknown, 0, {}});
  error_ = out_of_memory(delivery());
  reason_.clear();
}

/// What the call as a whole has ended with.
Outcome Call::outcome() const noexcept {
  return error_ ? outcome_of(error_->delivery) : Outcome::accepted;
}

Result<Answer> Call::result() && {
  context_.statistics.call_ended(
      outcome(), std::chrono::duration_cast<LatencyHistogram::Duration>(since_submission()));
  emit(EventType::finished, {});
  if (!error_) return Answer{std::move(accepted_), std::move(attempts_), &context_.redact};
  error_->attempts = std::move(attempts_);
  error_->foreign_id = std::move(foreign_id_);
  return *std::move(error_);
}

std::chrono::steady_clock::duration Call::since_submission() const {
  return context_.environment.now() - submitted_;
}

milliseconds Call::elapsed() const {
  return std::chrono::duration_cast<milliseconds>(since_submission());
}

milliseconds Call::time_left() const {
  return std::chrono::ceil<milliseconds>(deadline_ - context_.environment.now());
}

void Call::tell_breaker(int status) {
  const auto [change, wait] =
      context_.admission.end(std::exchange(permit_, {}), CircuitBreaker::sign_of(verdict_, status),
                             context_.environment.now());
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
void Call::slow_the_client_down() const {
  const bool is_overload = error_->http_status == 429 || error_->http_status == 503;
  if (!is_overload || !error_->retry_after) return;
  context_.admission.pause_until(context_.environment.now() +
                                 std::min<milliseconds>(*error_->retry_after, longest_pause));
}

/// Not the body: values are taken out of it before, and texts are redacted as they are kept.
void Call::redact_details(HttpOutcome& observed) const {
  observed.detail = context_.redact(std::move(observed.detail));
  observed.request_id = context_.redact(std::move(observed.request_id));
}

void Call::fail(ErrorKind kind, std::string message) {
  if (!error_) error_.emplace();
  error_->kind = kind;
  error_->transient = true;
  error_->message = message;
  error_->delivery = delivery();
  reason_ = std::move(message);
}

void Call::fail(const HttpOutcome& observed) {
  const json::FailureAnswer answer = json::decode_failure_answer(observed.body);
  error_.emplace();
  error_->kind = verdict_.kind;
  error_->transient = verdict_.transient;
  error_->http_status = observed.status >= 200 ? observed.status : 0;
  error_->message =
      explain(operation_, verdict_, observed, context_.redact(answer.message, kept_answer_bytes));
  reason_ = explain(operation_, verdict_, observed, {});
  error_->request_id =
      observed.request_id.empty() ? context_.redact(answer.request_id) : observed.request_id;
  error_->body = context_.redact(observed.body, kept_body_bytes);
  if (observed.retry_after) {
    error_->retry_after =
        parse_retry_after(*observed.retry_after, context_.environment.calendar_now());
  }
}

Delivery Call::delivery() const noexcept {
  const bool changes_something = operation_.effect != Effect::reads;
  Delivery worst = Delivery::not_sent;
  for (const Attempt& attempt : attempts_) {
    if (attempt.outcome == Outcome::unknown && changes_something) return Delivery::unknown;
    if (attempt.outcome == Outcome::rejected) worst = Delivery::rejected;
  }
  return worst;
}

void Call::emit(EventType type, milliseconds wait) const {
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
void Call::tell(Event& event) const noexcept {
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
