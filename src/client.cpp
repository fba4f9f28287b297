#include "dropcowboy/client.hpp"

#include <new>
#include <utility>

#include "delivery/pipeline.hpp"
#include "errors.hpp"
#include "json/answer.hpp"
#include "json/json_text.hpp"
#include "json/rvm_codec.hpp"

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

}  // namespace

struct Client::Impl {
  explicit Impl(ClientOptions options)
      : pipeline(require_valid(std::move(options))),
        rvm_url(without_trailing_slash(pipeline.options().base_url) + "/rvm"),
        body_prefix(credentials_prefix(pipeline.options().credentials)) {}

  /// Why this voicemail must not be sent, if the application says so.
  std::optional<Error> refused_by_application(const RvmRequest& request) const {
    const auto& may_send = pipeline.options().may_send;
    if (!may_send) return std::nullopt;
    try {
      if (may_send(request)) return std::nullopt;
      return not_sent(ErrorKind::cancelled, "may_send refused this message");
    } catch (...) {
      return not_sent(ErrorKind::cancelled, "may_send threw an exception, so nothing was sent");
    }
  }

  std::optional<Error> refuse(const RvmRequest& request) const {
    if (auto error = pipeline.refuse_after_fork()) return error;
    if (auto found = validate(request); !found.ok())
      return invalid_request(std::move(found.errors));
    return refused_by_application(request);
  }

  std::string encode(const RvmRequest& request, const std::string& foreign_id) const {
    std::string body;
    body.reserve(body_prefix.size() + 512);
    body += body_prefix;
    json::append_rvm_members(body, request, foreign_id);
    body += '}';
    return body;
  }

  RvmReceipt receipt(delivery::Answer answer, std::string foreign_id) const {
    RvmReceipt receipt;
    if (auto decoded = json::decode_send_answer(answer.http.body)) {
      receipt.status = std::move(decoded->status);
      receipt.drop_id = std::move(decoded->drop_id);
      receipt.request_id = std::move(decoded->request_id);
    }
    if (!answer.http.request_id.empty()) receipt.request_id = std::move(answer.http.request_id);
    receipt.foreign_id = std::move(foreign_id);
    receipt.http_status = answer.http.status;
    receipt.attempts = std::move(answer.attempts);
    receipt.body = std::move(answer.http.body);
    return receipt;
  }

  delivery::Pipeline pipeline;
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
  std::string foreign_id;
  const auto failed = [&foreign_id](Error error) {
    error.foreign_id = std::move(foreign_id);
    return error;
  };
  Delivery known = Delivery::not_sent;
  try {
    foreign_id = request.foreign_id ? *request.foreign_id : impl_->pipeline.environment().new_id();
    if (auto error = impl_->refuse(request)) return failed(*std::move(error));
    const delivery::Message message{send_rvm, impl_->rvm_url, impl_->encode(request, foreign_id),
                                    foreign_id};
    known = Delivery::unknown;
    auto answer = impl_->pipeline.run(message, options);
    if (!answer) return failed(std::move(answer).error());
    return impl_->receipt(*std::move(answer), foreign_id);
  } catch (const Exception& exception) {
    return failed(exception.error());
  } catch (const std::bad_alloc&) {
    return failed(out_of_memory(known));
  }
}

}  // namespace dropcowboy
