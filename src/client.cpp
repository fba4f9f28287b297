#include "dropcowboy/client.hpp"

#include <new>
#include <utility>

#include "delivery/background.hpp"
#include "delivery/pipeline.hpp"
#include "errors.hpp"
#include "foreign_id_tag.hpp"
#include "json/answer.hpp"
#include "json/json_text.hpp"
#include "json/rvm_codec.hpp"
#include "options_checks.hpp"

namespace dropcowboy {

namespace {

constexpr delivery::Operation send_rvm{"POST /rvm", HttpMethod::post, false,
                                       &json::read_send_answer};

Error invalid_request(std::vector<Issue> issues) {
  const std::string count = std::to_string(issues.size());
  Error error =
      not_sent(ErrorKind::invalid_request,
               issues.size() == 1 ? "the request has an error, so nothing was sent"
                                  : "the request has " + count + " errors, so nothing was sent");
  error.issues = std::move(issues);
  return error;
}

/// Throws if the options cannot work.
ClientOptions require_valid(ClientOptions options) {
  Validation validation = validate(options);
  if (validation.ok()) return options;
  Error error = not_sent(ErrorKind::configuration, "the client's options cannot work");
  error.issues = std::move(validation.errors);
  throw Exception(std::move(error));
}

std::string without_trailing_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

/// The members that every send carries. The vendor reads the credentials of sends from the body.
std::string credentials_prefix(const Credentials& credentials) {
  std::string text = R"({"team_id":)";
  json::append_json_string(text, credentials.team_id);
  text += R"(,"secret":)";
  json::append_json_string(text, credentials.secret);
  return text;
}

Error about(Error error, std::string foreign_id) {
  error.foreign_id = std::move(foreign_id);
  return error;
}

/// The id of a message, as the caller knows it and as it travels.
struct MessageId {
  std::string own{};
  /// Empty without a tagger.
  std::string tagged{};

  const std::string& wire() const noexcept { return tagged.empty() ? own : tagged; }
};

Result<RvmReceipt> receipt_of(Result<delivery::Answer> answer, MessageId id) {
  if (!answer) return about(std::move(answer).error(), std::move(id.own));
  HttpOutcome& http = answer->http;
  RvmReceipt receipt;
  if (auto decoded = json::decode_send_answer(http.body)) {
    receipt.status = std::move(decoded->status);
    receipt.drop_id = std::move(decoded->drop_id);
    receipt.request_id = std::move(decoded->request_id);
  }
  if (!http.request_id.empty()) receipt.request_id = std::move(http.request_id);
  receipt.wire_foreign_id = id.wire();
  receipt.foreign_id = std::move(id.own);
  receipt.http_status = http.status;
  receipt.attempts = std::move(answer->attempts);
  receipt.body = std::move(http.body);
  return receipt;
}

}  // namespace

struct Client::Impl {
  explicit Impl(ClientOptions options)
      : pipeline(std::make_shared<delivery::Pipeline>(require_valid(std::move(options)))),
        background(pipeline),
        rvm_url(without_trailing_slash(pipeline->options().base_url) + "/rvm"),
        body_prefix(credentials_prefix(pipeline->options().credentials)) {}

  /// Why this voicemail must not be sent, if the application says so.
  std::optional<Error> refused_by_application(const RvmRequest& request) const {
    const auto& may_send = pipeline->options().may_send;
    if (!may_send) return std::nullopt;
    try {
      if (may_send(request)) return std::nullopt;
      return not_sent(ErrorKind::cancelled, "may_send refused this message");
    } catch (...) {
      return not_sent(ErrorKind::cancelled, "may_send threw an exception, so nothing was sent");
    }
  }

  std::optional<Error> refuse(const RvmRequest& request, const MessageId& id) const {
    if (auto error = pipeline->refuse_after_fork()) return error;
    Validation found = validate(request);
    if (auto issue = check_tagged_length(pipeline->options(), id.own))
      found.errors.push_back(*std::move(issue));
    if (!found.ok()) return invalid_request(std::move(found.errors));
    return refused_by_application(request);
  }

  std::string encode(const RvmRequest& request, const std::string& wire_foreign_id) const {
    std::string body;
    body.reserve(body_prefix.size() + 512);
    body += body_prefix;
    json::append_rvm_members(body, request, wire_foreign_id);
    body += '}';
    return body;
  }

  std::string foreign_id_of(const RvmRequest& request) const {
    return request.foreign_id ? *request.foreign_id : pipeline->environment()->new_id();
  }

  /// What is to be sent; tags `id` if there is a tagger.
  Result<delivery::Message> message(const RvmRequest& request, MessageId& id) const {
    if (pipeline->options().foreign_id_tagger) {
      auto tagged = tag_foreign_id(pipeline->options(), id.own, request.phone_number);
      if (!tagged) return std::move(tagged).error();
      id.tagged = *std::move(tagged);
    }
    return delivery::Message{send_rvm, rvm_url, encode(request, id.wire()), id.own};
  }

  const std::shared_ptr<const delivery::Pipeline> pipeline;
  mutable delivery::Background background;
  std::string rvm_url;
  std::string body_prefix;
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::create(ClientOptions options) {
  try {
    return Client(std::move(options));
  } catch (const Exception& exception) {
    return exception.error();
  }
}

Result<RvmReceipt> Client::send(const RvmRequest& request, const SendOptions& options) const {
  MessageId id;
  Delivery known = Delivery::not_sent;
  try {
    id.own = impl_->foreign_id_of(request);
    if (auto error = impl_->refuse(request, id)) return about(*std::move(error), std::move(id.own));
    const auto message = impl_->message(request, id);
    if (!message) return about(message.error(), std::move(id.own));
    known = Delivery::unknown;
    return receipt_of(impl_->pipeline->run(*message, options), std::move(id));
  } catch (const Exception& exception) {
    return about(exception.error(), std::move(id.own));
  } catch (const std::bad_alloc&) {
    return about(out_of_memory(known), std::move(id.own));
  }
}

std::future<Result<RvmReceipt>> Client::send_async(RvmRequest request, SendOptions options) const {
  auto promise = std::make_shared<std::promise<Result<RvmReceipt>>>();
  auto future = promise->get_future();
  send_async(
      std::move(request),
      [promise = std::move(promise)](Result<RvmReceipt> result) {
        promise->set_value(std::move(result));
      },
      std::move(options));
  return future;
}

void Client::send_async(RvmRequest request, Completion completion, SendOptions options) const {
  MessageId id;
  std::optional<Error> refused;
  try {
    id.own = impl_->foreign_id_of(request);
    refused = impl_->refuse(request, id);
    if (!refused) {
      auto message = impl_->message(request, id);
      refused = message ? impl_->background.submit(
                              *std::move(message), options,
                              [completion, id](Result<delivery::Answer> answer) mutable {
                                completion(receipt_of(std::move(answer), std::move(id)));
                              })
                        : std::move(message).error();
    }
  } catch (const Exception& exception) {
    refused = exception.error();
  } catch (const std::bad_alloc&) {
    refused = out_of_memory(Delivery::not_sent);
  }
  if (refused) completion(about(*std::move(refused), std::move(id.own)));
}

bool Client::drain(std::chrono::milliseconds timeout) const {
  return impl_->background.drain(timeout);
}

void Client::cancel_pending() const { impl_->background.cancel_pending(); }

Result<void> Client::set_rate(double requests_per_second) const {
  if (auto issue = check_rate(requests_per_second, impl_->pipeline->options().base_url)) {
    Error error = not_sent(ErrorKind::configuration, "the rate cannot be set");
    error.issues.push_back(*std::move(issue));
    return error;
  }
  impl_->pipeline->context().pacer.set_rate(requests_per_second);
  return {};
}

Stats Client::stats() const {
  Stats stats = impl_->pipeline->context().statistics.snapshot();
  stats.queued = impl_->background.queued();
  return stats;
}

}  // namespace dropcowboy
