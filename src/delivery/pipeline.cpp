#include "delivery/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "core/options_checks.hpp"
#include "delivery/blocking_engine.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::delivery {

namespace {

Halt halt_of(const CancelToken& cancel) noexcept {
  return cancel.cancelled() ? Halt::cancelled : Halt::none;
}

}  // namespace

Pipeline::Pipeline(ClientOptions options, std::shared_ptr<Runtime> runtime, Parts parts)
    : options_(std::move(options)),
      runtime_(std::move(runtime)),
      redact_(options_.credentials.secret),
      budget_(options_.retry.budget),
      admission_(options_, *runtime_),
      parts_(std::move(parts)),
      context_{options_, *runtime_, redact_, budget_, admission_, statistics_, parts_.read_failure},
      process_(platform::process_id()) {}

std::optional<Error> Pipeline::refuse_after_fork() const {
  if (platform::process_id() == process_) return std::nullopt;
  return not_sent(ErrorKind::configuration,
                  "this client was made before fork(): make a client of its own in the child");
}

Result<void> Pipeline::set_rate(double requests_per_second) const {
  if (auto error = refuse_after_fork()) return *std::move(error);
  if (auto issue = check_rate(requests_per_second, options_.base_url)) {
    return bad_configuration("the rate cannot be set", {*std::move(issue)});
  }
  admission_.set_rate(requests_per_second);
  return {};
}

Stats Pipeline::stats(std::size_t queued) const {
  Stats stats = statistics_.snapshot();
  if (refuse_after_fork()) return stats;  // the other locks may be held there for ever
  stats.breaker_open = !admission_.is_breaker_closed();
  stats.breaker_opened = admission_.times_breaker_opened();
  stats.queued = queued;
  return stats;
}

Result<Response> Pipeline::run(const PreparedRequest& prepared, const CallOptions& options,
                               CallState::TimePoint submitted) const {
  const CancelToken& cancel = options.cancel;
  CallState call(context_, prepared.operation, prepared.foreign_id, submitted,
                 deadline_of(options, submitted), prepared.key);
  while (auto permit = wait_for_turn(call, cancel)) {
    const auto limits = call.begin_attempt(*std::move(permit), halt_of(cancel));
    if (!limits) break;
    const HttpRequest request = http_request(prepared, *limits);
    HttpResult observed = perform_guarded(*parts_.transport, request, cancel);
    const auto wait = call.end_attempt(std::move(observed), halt_of(cancel));
    if (!wait) break;
    runtime_->wait_until(runtime_->now() + *wait, cancel);
  }
  return std::move(call).result();
}

Error Pipeline::report_refused(const Operation& operation, const std::string& foreign_id,
                               CallState::TimePoint submitted, Error error) const noexcept {
  const auto elapsed = runtime_->now() - submitted;
  statistics_.call_ended(error.outcome);
  if (!options_.on_event) return error;
  try {
    Event event;
    event.type = EventType::finished;
    event.operation = operation.name;
    event.foreign_id = foreign_id;
    event.outcome = error.outcome;
    event.transient = error.transient;
    event.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed);
    event.reason.append("refused at once (").append(to_string(error.kind)).append(")");
    options_.on_event(event);
  } catch (...) {
    // A listener must not change what becomes of a message.
  }
  return error;
}

CallState::TimePoint Pipeline::deadline_of(const CallOptions& options,
                                           CallState::TimePoint now) const noexcept {
  // A week is more than anybody means, and no time point overflows.
  return now + std::clamp<std::chrono::milliseconds>(
                   options.total_timeout.value_or(options_.total_timeout),
                   std::chrono::milliseconds(0), std::chrono::hours(24 * 7));
}

/// Blocks until the next attempt may start; nothing, with the call given up, if none may before the
/// deadline, or a stop.
std::optional<Admission::Permit> Pipeline::wait_for_turn(CallState& call,
                                                         const CancelToken& cancel) const {
  Admission::Turn turn;
  turn.guarded = call.is_guarded();
  const auto latest = std::max(runtime_->now(), call.deadline());
  const auto held = admission_.wait(turn, latest, cancel);
  if (held == Admission::HeldBy::nothing) return turn.take();
  call.give_up(cancel.cancelled() ? GivenUp::cancelled : to_given_up(held));
  return std::nullopt;
}

std::string Pipeline::url(std::string_view path) const {
  std::string url = options_.base_url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url.append(path);
}

HttpRequest Pipeline::http_request(const PreparedRequest& prepared,
                                   const CallState::AttemptSettings& limits) const noexcept {
  HttpRequest request;
  request.method = prepared.operation.method;
  request.url = prepared.url;
  request.headers = prepared.headers        ? prepared.headers
                    : prepared.body.empty() ? parts_.headers_without_body
                                            : parts_.headers_with_body;
  request.body = prepared.body;
  request.connect_timeout = limits.connect_timeout;
  request.timeout = limits.timeout;
  request.fresh_connection = limits.fresh_connection;
  request.max_response_bytes = prepared.operation.max_response_bytes;
  return request;
}

void Pipeline::report_throwing_completion(const Operation& operation,
                                          const std::string& foreign_id) const noexcept {
  if (!options_.on_event) return;
  try {
    Event event;
    event.type = EventType::completion_threw;
    event.operation = operation.name;
    event.foreign_id = foreign_id;
    event.reason = "the completion threw an exception";
    options_.on_event(event);
  } catch (...) {
    // A listener must not end the worker.
  }
}

}  // namespace dropcowboy::delivery
