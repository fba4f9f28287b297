#include "dropcowboy/client.hpp"

#include <utility>

#include "account/account_calls.hpp"
#include "contacts/contact_list_calls.hpp"
#include "core/make_error.hpp"
#include "core/options_checks.hpp"
#include "curl/curl_transport.hpp"
#include "curl/multi_engine.hpp"
#include "dropcowboy/version.hpp"
#include "json/failure_answer.hpp"
#include "messages/messenger.hpp"

namespace dropcowboy {

namespace {

/// Throws if the options cannot work.
ClientOptions require_valid(ClientOptions options) {
  Validation validation = validate(options);
  if (validation.ok()) return options;
  Error error = not_sent(ErrorKind::configuration, "the client's options cannot work");
  error.issues = std::move(validation.errors);
  throw Exception(std::move(error));
}

std::string user_agent(const std::string& application) {
  const std::string own = "dropcowboy-cpp/" DROPCOWBOY_VERSION;
  return application.empty() ? own : application + " " + own;
}

delivery::Parts::Headers headers_of(const ClientOptions& options, bool with_body) {
  std::vector<HttpHeader> headers = {{"x-team-id", options.credentials.team_id},
                                     {"x-secret", options.credentials.secret},
                                     {"Accept", "application/json"},
                                     {"User-Agent", user_agent(options.user_agent)}};
  if (with_body) headers.push_back({"Content-Type", "application/json"});
  return std::make_shared<const std::vector<HttpHeader>>(std::move(headers));
}

std::shared_ptr<const delivery::Pipeline> make_pipeline(ClientOptions options) {
  auto runtime = options.runtime ? options.runtime : Runtime::system();
  delivery::Parts parts;
  if (options.transport) {
    parts.transport = options.transport;
  } else {
    parts.transport = curl::make_transport(options, runtime);
    parts.make_engine = curl::engine_factory(options);
  }
  parts.headers_with_body = headers_of(options, true);
  parts.headers_without_body = headers_of(options, false);
  parts.read_failure = &json::decode_failure_answer;
  return std::make_shared<const delivery::Pipeline>(std::move(options), std::move(runtime),
                                                    std::move(parts));
}

}  // namespace

struct Client::Impl {
  explicit Impl(ClientOptions options)
      : pipeline(make_pipeline(require_valid(std::move(options)))), messenger(pipeline) {}

  const std::shared_ptr<const delivery::Pipeline> pipeline;
  const Messenger messenger;
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

Result<Receipt> Client::send(const RvmRequest& request, const SendOptions& options) const {
  return impl_->messenger.send(request, options);
}

Result<Receipt> Client::send(const SmsRequest& request, const SendOptions& options) const {
  return impl_->messenger.send(request, options);
}

std::future<Result<Receipt>> Client::send_async(const RvmRequest& request,
                                                const SendOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

std::future<Result<Receipt>> Client::send_async(const SmsRequest& request,
                                                const SendOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

void Client::send_async(const RvmRequest& request, Completion completion,
                        const SendOptions& options) const {
  impl_->messenger.send_async(request, std::move(completion), options);
}

void Client::send_async(const SmsRequest& request, Completion completion,
                        const SendOptions& options) const {
  impl_->messenger.send_async(request, std::move(completion), options);
}

bool Client::drain(std::chrono::milliseconds timeout) const {
  return impl_->messenger.background().drain(timeout);
}

void Client::cancel_pending() const { impl_->messenger.background().cancel_pending(); }

Result<void> Client::set_rate(double requests_per_second) const {
  if (auto issue = check_rate(requests_per_second, impl_->pipeline->options().base_url)) {
    Error error = not_sent(ErrorKind::configuration, "the rate cannot be set");
    error.issues.push_back(*std::move(issue));
    return error;
  }
  impl_->pipeline->context().admission.set_rate(requests_per_second);
  return {};
}

Stats Client::stats() const {
  Stats stats = impl_->pipeline->context().statistics.snapshot();
  const delivery::Admission& admission = impl_->pipeline->context().admission;
  stats.breaker_open = !admission.is_breaker_closed();
  stats.breaker_opened = admission.times_breaker_opened();
  stats.queued = impl_->messenger.background().queued();
  return stats;
}

const std::string& Client::team_id() const noexcept {
  return impl_->pipeline->options().credentials.team_id;
}

Result<AccountCheck> Client::check_account(const SendOptions& options) const {
  return dropcowboy::check_account(*impl_->pipeline, options);
}

Result<std::vector<Brand>> Client::list_brands(const SendOptions& options) const {
  return dropcowboy::list_brands(*impl_->pipeline, options);
}

Result<std::vector<Media>> Client::list_recordings(std::optional<bool> api_allowed,
                                                   const SendOptions& options) const {
  return dropcowboy::list_recordings(*impl_->pipeline, api_allowed, options);
}

Result<std::vector<Media>> Client::list_media(const SendOptions& options) const {
  return dropcowboy::list_media(*impl_->pipeline, options);
}

Result<std::vector<Pool>> Client::list_pools(const SendOptions& options) const {
  return dropcowboy::list_pools(*impl_->pipeline, options);
}

Result<ContactList> Client::create_contact_list(std::string_view list_name,
                                                const SendOptions& options) const {
  return dropcowboy::create_contact_list(*impl_->pipeline, list_name, options);
}

Result<ContactList> Client::get_contact_list(std::string_view list_id,
                                             const SendOptions& options) const {
  return dropcowboy::get_contact_list(*impl_->pipeline, list_id, options);
}

Result<void> Client::rename_contact_list(std::string_view list_id, std::string_view list_name,
                                         const SendOptions& options) const {
  return dropcowboy::rename_contact_list(*impl_->pipeline, list_id, list_name, options);
}

Result<void> Client::delete_contact_list(std::string_view list_id,
                                         const SendOptions& options) const {
  return dropcowboy::delete_contact_list(*impl_->pipeline, list_id, options);
}

AppendReport Client::append_contacts(std::string_view list_id, const ContactRows& rows,
                                     const AppendOptions& options) const {
  return dropcowboy::append_contacts(*impl_->pipeline, list_id, rows, options);
}

}  // namespace dropcowboy
