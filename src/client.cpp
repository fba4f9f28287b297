#include "dropcowboy/client.hpp"

#include <utility>

#include "calls/account_calls.hpp"
#include "calls/contact_list_calls.hpp"
#include "calls/messenger.hpp"
#include "errors.hpp"
#include "validation/options_checks.hpp"

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

}  // namespace

struct Client::Impl {
  explicit Impl(ClientOptions options)
      : pipeline(std::make_shared<delivery::Pipeline>(require_valid(std::move(options)))),
        messenger(pipeline) {}

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

Result<RvmReceipt> Client::send(const RvmRequest& request, const SendOptions& options) const {
  return impl_->messenger.send(request, options);
}

Result<SmsReceipt> Client::send(const SmsRequest& request, const SendOptions& options) const {
  return impl_->messenger.send(request, options);
}

std::future<Result<RvmReceipt>> Client::send_async(const RvmRequest& request,
                                                   const SendOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

std::future<Result<SmsReceipt>> Client::send_async(const SmsRequest& request,
                                                   const SendOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

void Client::send_async(const RvmRequest& request, const Completion& completion,
                        const SendOptions& options) const {
  impl_->messenger.send_async(request, completion, options);
}

void Client::send_async(const SmsRequest& request, const Completion& completion,
                        const SendOptions& options) const {
  impl_->messenger.send_async(request, completion, options);
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
