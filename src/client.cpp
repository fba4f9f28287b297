#include "dropcowboy/client.hpp"

#include <new>
#include <utility>

#include "account_calls.hpp"
#include "contact_list_calls.hpp"
#include "delivery/background.hpp"
#include "delivery/pipeline.hpp"
#include "errors.hpp"
#include "json/answer.hpp"
#include "json/json_text.hpp"
#include "json/request_codec.hpp"
#include "options_checks.hpp"

namespace dropcowboy {

namespace {

constexpr std::string_view wait_for_the_callback =
    "The message may have been taken: do not send it again, wait for its callback";

constexpr delivery::Operation send_rvm{"POST /rvm", HttpMethod::post, delivery::Effect::sends,
                                       &json::read_send_answer, wait_for_the_callback};
constexpr delivery::Operation send_sms{"POST /sms", HttpMethod::post, delivery::Effect::sends,
                                       &json::read_send_answer, wait_for_the_callback};

/// Throws if the options cannot work.
ClientOptions require_valid(ClientOptions options) {
  Validation validation = validate(options);
  if (validation.ok()) return options;
  Error error = not_sent(ErrorKind::configuration, "the client's options cannot work");
  error.issues = std::move(validation.errors);
  throw Exception(std::move(error));
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

Result<Receipt> receipt_of(Result<delivery::Answer> answer, std::string foreign_id) {
  if (!answer) return about(std::move(answer).error(), std::move(foreign_id));
  HttpOutcome& http = answer->http;
  Receipt receipt;
  if (auto decoded = json::decode_send_answer(http.body)) {
    receipt.status = std::move(decoded->status);
    receipt.drop_id = std::move(decoded->drop_id);
    receipt.request_id = std::move(decoded->request_id);
  }
  if (!http.request_id.empty()) receipt.request_id = std::move(http.request_id);
  receipt.foreign_id = std::move(foreign_id);
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
        rvm_url(pipeline->url("/rvm")),
        sms_url(pipeline->url("/sms")),
        body_prefix(credentials_prefix(pipeline->options().credentials)) {}

  /// Whether the application lets a message go.
  bool may_send(const RvmRequest& request) const {
    const ClientOptions& options = pipeline->options();
    return !options.may_send || options.may_send(request);
  }
  bool may_send(const SmsRequest& request) const {
    const ClientOptions& options = pipeline->options();
    return options.may_send_sms ? options.may_send_sms(request) : !options.may_send;
  }

  /// Why this message must not be sent, if the application says so.
  template <class Request>
  std::optional<Error> refused_by_application(const Request& request) const {
    try {
      if (may_send(request)) return std::nullopt;
      return not_sent(ErrorKind::cancelled, "may_send refused this message");
    } catch (...) {
      return not_sent(ErrorKind::cancelled, "may_send threw an exception, so nothing was sent");
    }
  }

  template <class Request>
  std::optional<Error> refuse(const Request& request) const {
    if (auto error = pipeline->refuse_after_fork()) return error;
    if (auto found = validate(request); !found.ok())
      return invalid_request(std::move(found.errors));
    return refused_by_application(request);
  }

  template <class Request>
  std::string encode(const Request& request, const std::string& foreign_id) const {
    std::string body;
    body.reserve(body_prefix.size() + 512);
    body += body_prefix;
    json::append_members(body, request, foreign_id);
    body += '}';
    return body;
  }

  template <class Request>
  std::string foreign_id_of(const Request& request) const {
    return request.foreign_id ? *request.foreign_id : pipeline->environment()->new_id();
  }

  delivery::Message message(const RvmRequest& request, const std::string& foreign_id) const {
    return {send_rvm, rvm_url, encode(request, foreign_id), foreign_id};
  }
  delivery::Message message(const SmsRequest& request, const std::string& foreign_id) const {
    return {send_sms, sms_url, encode(request, foreign_id), foreign_id};
  }

  template <class Request>
  Result<Receipt> send(const Request& request, const SendOptions& options) const;
  template <class Request>
  std::future<Result<Receipt>> send_async(Request request, SendOptions options) const;
  template <class Request>
  void send_async(Request request, Completion completion, SendOptions options) const;

  const std::shared_ptr<const delivery::Pipeline> pipeline;
  mutable delivery::Background background;
  std::string rvm_url;
  std::string sms_url;
  std::string body_prefix;
};

template <class Request>
Result<Receipt> Client::Impl::send(const Request& request, const SendOptions& options) const {
  std::string foreign_id;
  Delivery known = Delivery::not_sent;
  try {
    foreign_id = foreign_id_of(request);
    if (auto error = refuse(request)) return about(*std::move(error), std::move(foreign_id));
    const delivery::Message ready = message(request, foreign_id);
    known = Delivery::unknown;
    return receipt_of(pipeline->run(ready, options), std::move(foreign_id));
  } catch (const Exception& exception) {
    return about(exception.error(), std::move(foreign_id));
  } catch (const std::bad_alloc&) {
    return about(out_of_memory(known), std::move(foreign_id));
  }
}

template <class Request>
std::future<Result<Receipt>> Client::Impl::send_async(Request request, SendOptions options) const {
  auto promise = std::make_shared<std::promise<Result<Receipt>>>();
  auto future = promise->get_future();
  send_async(
      std::move(request),
      [promise = std::move(promise)](Result<Receipt> result) {
        promise->set_value(std::move(result));
      },
      std::move(options));
  return future;
}

template <class Request>
void Client::Impl::send_async(Request request, Completion completion, SendOptions options) const {
  std::string foreign_id;
  std::optional<Error> refused;
  try {
    foreign_id = foreign_id_of(request);
    refused = refuse(request);
    if (!refused) {
      refused =
          background.submit(message(request, foreign_id), options,
                            [completion, foreign_id](Result<delivery::Answer> answer) mutable {
                              completion(receipt_of(std::move(answer), std::move(foreign_id)));
                            });
    }
  } catch (const Exception& exception) {
    refused = exception.error();
  } catch (const std::bad_alloc&) {
    refused = out_of_memory(Delivery::not_sent);
  }
  if (refused) completion(about(*std::move(refused), std::move(foreign_id)));
}

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
  return impl_->send(request, options);
}

Result<SmsReceipt> Client::send(const SmsRequest& request, const SendOptions& options) const {
  return impl_->send(request, options);
}

std::future<Result<RvmReceipt>> Client::send_async(RvmRequest request, SendOptions options) const {
  return impl_->send_async(std::move(request), std::move(options));
}

std::future<Result<SmsReceipt>> Client::send_async(SmsRequest request, SendOptions options) const {
  return impl_->send_async(std::move(request), std::move(options));
}

void Client::send_async(RvmRequest request, Completion completion, SendOptions options) const {
  impl_->send_async(std::move(request), std::move(completion), std::move(options));
}

void Client::send_async(SmsRequest request, Completion completion, SendOptions options) const {
  impl_->send_async(std::move(request), std::move(completion), std::move(options));
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

Result<std::vector<Brand>> Client::brands(const SendOptions& options) const {
  return list_brands(*impl_->pipeline, options);
}

Result<std::vector<Media>> Client::recordings(std::optional<bool> api_allowed,
                                              const SendOptions& options) const {
  return list_recordings(*impl_->pipeline, api_allowed, options);
}

Result<std::vector<Media>> Client::media(const SendOptions& options) const {
  return list_media(*impl_->pipeline, options);
}

Result<std::vector<Pool>> Client::pools(const SendOptions& options) const {
  return list_pools(*impl_->pipeline, options);
}

Result<ContactList> Client::create_contact_list(std::string_view list_name,
                                                const SendOptions& options) const {
  return dropcowboy::create_contact_list(*impl_->pipeline, list_name, options);
}

Result<ContactList> Client::contact_list(std::string_view list_id,
                                         const SendOptions& options) const {
  return get_contact_list(*impl_->pipeline, list_id, options);
}

Result<void> Client::rename_contact_list(std::string_view list_id, std::string_view list_name,
                                         const SendOptions& options) const {
  return dropcowboy::rename_contact_list(*impl_->pipeline, list_id, list_name, options);
}

Result<void> Client::remove_contact_list(std::string_view list_id,
                                         const SendOptions& options) const {
  return dropcowboy::remove_contact_list(*impl_->pipeline, list_id, options);
}

AppendReport Client::append_contacts(std::string_view list_id, const ContactRows& rows,
                                     const AppendOptions& options) const {
  return dropcowboy::append_contacts(*impl_->pipeline, list_id, rows, options);
}

}  // namespace dropcowboy
