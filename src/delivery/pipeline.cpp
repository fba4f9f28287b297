#include "delivery/pipeline.hpp"

#include <new>
#include <utility>

#include "curl/curl_transport.hpp"
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

}  // namespace

Pipeline::Pipeline(ClientOptions options)
    : options_(std::move(options)),
      environment_(options_.environment ? options_.environment : Environment::system()),
      redact_(options_.credentials.secret),
      quota_(options_.retry.quota),
      context_{options_, *environment_, redact_, quota_},
      headers_with_body_(make_headers(options_, true)),
      headers_without_body_(make_headers(options_, false)),
      transport_(options_.transport ? options_.transport : curl::make_transport(options_)),
      process_(platform::process_id()) {}

std::optional<Error> Pipeline::refuse_after_fork() const {
  if (platform::process_id() == process_) return std::nullopt;
  return not_sent(ErrorKind::configuration,
                  "this client was made before fork(): make a client of its own in the child");
}

Result<Answer> Pipeline::run(const Message& message, const SendOptions& options) const {
  Delivery known = Delivery::not_sent;
  try {
    const Stop stop = options.cancel ? Stop(*options.cancel) : Stop();
    Call call(context_, message.operation, message.foreign_id,
              options.deadline.value_or(options_.deadline));
    while (const auto limits = call.begin_attempt(stop.requested())) {
      known = Delivery::unknown;
      HttpOutcome observed = perform(message, *limits, stop);
      const auto wait = call.end_attempt(std::move(observed), stop.requested());
      if (!wait) break;
      environment_->wait_until(environment_->now() + *wait, stop);
    }
    return std::move(call).result();
  } catch (const std::bad_alloc&) {
    return out_of_memory(known);
  }
}

HttpOutcome Pipeline::perform(const Message& message, const Call::Limits& limits,
                              const Stop& stop) const {
  HttpRequest request;
  request.method = message.operation.method;
  request.url = message.url;
  request.headers = message.body.empty() ? headers_without_body_ : headers_with_body_;
  request.body = message.body;
  request.connect_timeout = limits.connect_timeout;
  request.timeout = limits.timeout;
  request.fresh_connection = limits.fresh_connection;
  try {
    return transport_->perform(request, stop);
  } catch (const std::exception& thrown) {
    HttpOutcome unknown;
    unknown.failure = TransportFailure::other;
    unknown.detail = thrown.what();
    return unknown;
  } catch (...) {
    HttpOutcome unknown;
    unknown.failure = TransportFailure::other;
    return unknown;
  }
}

}  // namespace dropcowboy::delivery
