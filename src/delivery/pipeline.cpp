#include "delivery/pipeline.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "curl/curl_transport.hpp"
#include "delivery/blocking_engine.hpp"
#include "dropcowboy/version.hpp"
#include "errors.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::delivery {

namespace {

using Headers = std::vector<HttpHeader>;

std::string user_agent(const std::string& application) {
  const std::string own = "dropcowboy-cpp/" DROPCOWBOY_VERSION;
  return application.empty() ? own : application + " " + own;
}

std::shared_ptr<const Headers> make_headers(const ClientOptions& options, bool with_body) {
  Headers headers = {{"x-team-id", options.credentials.team_id},
                     {"x-secret", options.credentials.secret},
                     {"Accept", "application/json"},
                     {"User-Agent", user_agent(options.user_agent)}};
  if (with_body) headers.push_back({"Content-Type", "application/json"});
  return std::make_shared<const Headers>(std::move(headers));
}

Halt halt_of(const Stop& stop) noexcept { return stop.requested() ? Halt::cancelled : Halt::none; }

}  // namespace

Pipeline::Pipeline(ClientOptions options)
    : options_(std::move(options)),
      environment_(options_.environment ? options_.environment : Environment::system()),
      redact_(options_.credentials.secret),
      quota_(options_.retry.quota),
      admission_(options_, *environment_),
      context_{options_, *environment_, redact_, quota_, admission_, statistics_},
      headers_with_body_(make_headers(options_, true)),
      headers_without_body_(make_headers(options_, false)),
      transport_(options_.transport ? options_.transport
                                    : curl::make_transport(options_, environment_)),
      generation_(platform::fork_generation()) {}

std::optional<Error> Pipeline::refuse_after_fork() const {
  if (platform::fork_generation() == generation_) return std::nullopt;
  return not_sent(ErrorKind::configuration,
                  "this client was made before fork(): make a client of its own in the child");
}

Result<Answer> Pipeline::run(const Message& message, const SendOptions& options) const {
  const Stop stop = options.cancel ? Stop(*options.cancel) : Stop();
  const auto submitted = environment_->now();
  std::optional<Call> call;
  try {
    call.emplace(context_, message.operation, message.foreign_id, submitted,
                 deadline_of(options, submitted));
    while (auto permit = wait_for_turn(*call, stop)) {
      const auto limits = call->begin_attempt(*std::move(permit), halt_of(stop));
      if (!limits) break;
      const HttpRequest request = http_request(message, *limits);
      HttpOutcome observed = perform_guarded(*transport_, request, stop);
      const auto wait = call->end_attempt(std::move(observed), halt_of(stop));
      if (!wait) break;
      environment_->wait_until(environment_->now() + *wait, stop);
    }
  } catch (const std::bad_alloc&) {
    if (!call) {
      return refuse(message.operation, message.foreign_id, submitted,
                    out_of_memory(Delivery::not_sent));
    }
    call->give_up_without_memory();
  }
  return std::move(*call).result();
}

Error Pipeline::refuse(const Operation& operation, const std::string& foreign_id,
                       Call::TimePoint submitted, Error error) const noexcept {
  const auto elapsed = environment_->now() - submitted;
  statistics_.call_ended(Outcome::not_sent,
                         std::chrono::duration_cast<LatencyHistogram::Duration>(elapsed));
  if (!options_.on_event) return error;
  try {
    Event event;
    event.type = EventType::finished;
    event.operation = operation.name;
    event.foreign_id = foreign_id;
    event.outcome = Outcome::not_sent;
    event.transient = error.transient;
    event.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed);
    event.reason.append("refused at once (").append(to_string(error.kind)).append(")");
    options_.on_event(event);
  } catch (...) {
    // A listener must not change what becomes of a message.
  }
  return error;
}

Call::TimePoint Pipeline::deadline_of(const SendOptions& options,
                                      Call::TimePoint now) const noexcept {
  // A week is more than anybody means, and no time point overflows.
  return now + std::clamp<std::chrono::milliseconds>(options.deadline.value_or(options_.deadline),
                                                     std::chrono::milliseconds(0),
                                                     std::chrono::hours(24 * 7));
}

/// Blocks until the next attempt may start; nothing, with the call given up, if none may before the
/// deadline, or a stop.
std::optional<Admission::Permit> Pipeline::wait_for_turn(Call& call, const Stop& stop) const {
  Admission::Turn turn;
  turn.guarded = call.is_guarded();
  const auto latest = std::max(environment_->now(), call.deadline());
  const auto held = admission_.wait(turn, latest, stop);
  if (held == Admission::Held::no) return turn.take();
  call.give_up(stop.requested() ? GivenUp::cancelled : to_given_up(held));
  return std::nullopt;
}

std::string Pipeline::url(std::string_view path) const {
  std::string url = options_.base_url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url.append(path);
}

HttpRequest Pipeline::http_request(const Message& message,
                                   const Call::Limits& limits) const noexcept {
  HttpRequest request;
  request.method = message.operation.method;
  request.url = message.url;
  request.headers = message.body.empty() ? headers_without_body_ : headers_with_body_;
  request.body = message.body;
  request.connect_timeout = limits.connect_timeout;
  request.timeout = limits.timeout;
  request.fresh_connection = limits.fresh_connection;
  request.max_answer_bytes = message.operation.max_answer_bytes;
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
    event.reason = "the completion callback threw an exception";
    options_.on_event(event);
  } catch (...) {
    // A listener must not end the worker.
  }
}

}  // namespace dropcowboy::delivery
