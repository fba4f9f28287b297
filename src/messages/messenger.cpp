#include "messages/messenger.hpp"

#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "json/json_text.hpp"
#include "messages/foreign_id_tag.hpp"
#include "messages/request_codec.hpp"
#include "messages/send_answer.hpp"
#include "messages/sending.hpp"

namespace dropcowboy {

namespace {

constexpr std::string_view wait_for_the_callback =
    "The message may have been taken: do not send it again, wait for its callback";

constexpr delivery::Operation send_rvm{"POST /rvm", HttpMethod::post, delivery::Effect::sends,
                                       &understand_send, wait_for_the_callback};
constexpr delivery::Operation send_sms{"POST /sms", HttpMethod::post, delivery::Effect::sends,
                                       &understand_send, wait_for_the_callback};

// What the kinds of message differ in.

const delivery::Operation& operation_for(const RvmRequest&) noexcept { return send_rvm; }
const delivery::Operation& operation_for(const SmsRequest&) noexcept { return send_sms; }

constexpr MessageKind kind_of(const RvmRequest&) noexcept { return MessageKind::voicemail; }
constexpr MessageKind kind_of(const SmsRequest&) noexcept { return MessageKind::sms; }

/// The members that every send carries. The vendor reads the credentials of sends from the body.
std::string credentials_prefix(const Credentials& credentials) {
  std::string text = R"({"team_id":)";
  json::append_json_string(text, credentials.team_id);
  text += R"(,"secret":)";
  json::append_json_string(text, credentials.secret);
  return text;
}

Result<Receipt> receipt_of(Result<delivery::Response> answer, MessageId id) noexcept {
  if (!answer) return with_foreign_id(std::move(answer).error(), std::move(id.own));
  HttpResult& http = answer->http;
  Receipt receipt;
  try {
    auto& said = *std::any_cast<SendAnswer>(&answer->value);
    receipt.status = std::move(said.status);
    receipt.drop_id = std::move(said.drop_id);
    receipt.request_id = std::move(said.request_id);
    receipt.wire_foreign_id = id.wire();
    receipt.body = (*answer->redact)(std::move(http.body));
  } catch (const std::bad_alloc&) {
    return with_foreign_id(out_of_memory(Outcome::unknown), std::move(id.own));
  }
  if (!receipt.request_id && !http.request_id.empty()) {
    receipt.request_id = std::move(http.request_id);
  }
  receipt.foreign_id = std::move(id.own);
  receipt.http_status = http.status;
  receipt.attempts = std::move(answer->attempts);
  return receipt;
}

}  // namespace

Messenger::Messenger(std::shared_ptr<const delivery::Pipeline> pipeline)
    : pipeline_(std::move(pipeline)),
      rvm_url_(pipeline_->url("/rvm")),
      sms_url_(pipeline_->url("/sms")),
      body_prefix_(credentials_prefix(pipeline_->options().credentials)),
      background_(pipeline_) {}

template <class Request>
std::string Messenger::own_id(const Request& request) const {
  return request.foreign_id ? *request.foreign_id : pipeline_->runtime()->new_id();
}

template <class Request>
std::optional<Error> Messenger::refuse(const Request& request, const MessageId& id) const {
  if (auto error = pipeline_->refuse_after_fork()) return error;
  Validation found = validate(request);
  if (auto issue = check_tagged_length(pipeline_->options(), id.own)) {
    found.errors.push_back(*std::move(issue));
  }
  if (!found.ok()) return invalid_request(std::move(found.errors));
  return refused_by_application(pipeline_->options(),
                                {kind_of(request), request.phone_number, id.own});
}

/// What is to be sent; tags `id` if there is a tagger.
template <class Request>
Result<delivery::PreparedRequest> Messenger::encode(const Request& request, MessageId& id) const {
  if (pipeline_->options().foreign_id_tagger) {
    auto tagged = tag_foreign_id(pipeline_->options(), id.own, request.phone_number);
    if (!tagged) return std::move(tagged).error();
    id.tagged = *std::move(tagged);
  }
  std::string body;
  body.reserve(body_prefix_.size() + 512);
  body += body_prefix_;
  json::append_members(body, request, id.wire());
  body += '}';
  const delivery::Operation& operation = operation_for(request);
  const std::string& url = &operation == &send_rvm ? rvm_url_ : sms_url_;
  return delivery::PreparedRequest{operation, url, std::move(body), id.own};
}

/// The same with every check before it; an Error (not_sent) if the message is refused.
template <class Request>
Result<delivery::PreparedRequest> Messenger::prepare(const Request& request, MessageId& id) const {
  try {
    id.own = own_id(request);
  } catch (const Exception& exception) {
    return exception.error();  // no id could be made
  }
  if (auto error = refuse(request, id)) return *std::move(error);
  return encode(request, id);
}

template <class Request>
Result<Receipt> Messenger::send(const Request& request, const CallOptions& options) const {
  const auto submitted = pipeline_->runtime()->now();
  MessageId id;
  auto ready = prepare(request, id);
  if (ready) return receipt_of(pipeline_->run(*ready, options, submitted), std::move(id));
  Error refused = pipeline_->report_refused(operation_for(request), id.own, submitted,
                                            std::move(ready).error());
  return with_foreign_id(std::move(refused), std::move(id.own));
}

template <class Request>
std::future<Result<Receipt>> Messenger::send_async(const Request& request,
                                                   const CallOptions& options) const {
  return future_of<Receipt>(
      [&](Completion completion) { send_async(request, std::move(completion), options); });
}

template <class Request>
void Messenger::send_async(const Request& request, Completion completion,
                           const CallOptions& options) const {
  require_completion(static_cast<bool>(completion));
  const auto submitted = pipeline_->runtime()->now();
  MessageId id;
  auto ready = prepare(request, id);
  delivery::Background::Completion complete = [completion = std::move(completion),
                                               id](Result<delivery::Response> response) mutable {
    completion(receipt_of(std::move(response), std::move(id)));
  };
  hand_over(pipeline_, background_, {operation_for(request), id.own, submitted}, std::move(ready),
            options, complete);
}

template Result<Receipt> Messenger::send(const RvmRequest&, const CallOptions&) const;
template std::future<Result<Receipt>> Messenger::send_async(const RvmRequest&,
                                                            const CallOptions&) const;
template void Messenger::send_async(const RvmRequest&, Completion, const CallOptions&) const;
template Result<Receipt> Messenger::send(const SmsRequest&, const CallOptions&) const;
template std::future<Result<Receipt>> Messenger::send_async(const SmsRequest&,
                                                            const CallOptions&) const;
template void Messenger::send_async(const SmsRequest&, Completion, const CallOptions&) const;

}  // namespace dropcowboy
