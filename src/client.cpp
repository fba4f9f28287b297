#include "dropcowboy/client.hpp"

#include <utility>

#include "account/account_calls.hpp"
#include "contacts/contact_list_calls.hpp"
#include "core/options_checks.hpp"
#include "curl/make_pipeline.hpp"
#include "json/failure_answer.hpp"
#include "messages/messenger.hpp"

namespace dropcowboy {

namespace {

std::shared_ptr<const delivery::Pipeline> make_pipeline(ClientOptions options) {
  require_valid(validate(options));
  HttpHeader account{"x-team-id", options.credentials.team_id};
  return curl::make_pipeline(std::move(options), std::move(account), &json::decode_failure_answer);
}

}  // namespace

struct Client::Impl {
  explicit Impl(ClientOptions options)
      : pipeline(make_pipeline(std::move(options))), messenger(pipeline) {}

  const std::shared_ptr<const delivery::Pipeline> pipeline;
  const Messenger messenger;
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

// Completions use their client until the last of them has been called: so it ends before its parts
// are taken away, which a std::unique_ptr may do in either order.
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&& other) noexcept {
  if (this == &other) return *this;
  if (impl_) impl_->messenger.background().end();
  impl_ = std::move(other.impl_);
  return *this;
}
Client::~Client() {
  if (impl_) impl_->messenger.background().end();
}

Result<Client> Client::create(ClientOptions options) {
  try {
    return Client(std::move(options));
  } catch (const Exception& exception) {
    return exception.error();
  }
}

Result<Receipt> Client::send(const RvmRequest& request, const CallOptions& options) const {
  return impl_->messenger.send(request, options);
}

Result<Receipt> Client::send(const SmsRequest& request, const CallOptions& options) const {
  return impl_->messenger.send(request, options);
}

std::future<Result<Receipt>> Client::send_async(const RvmRequest& request,
                                                const CallOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

std::future<Result<Receipt>> Client::send_async(const SmsRequest& request,
                                                const CallOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

void Client::send_async(const RvmRequest& request, Completion completion,
                        const CallOptions& options) const {
  impl_->messenger.send_async(request, std::move(completion), options);
}

void Client::send_async(const SmsRequest& request, Completion completion,
                        const CallOptions& options) const {
  impl_->messenger.send_async(request, std::move(completion), options);
}

bool Client::drain(std::chrono::milliseconds timeout) const {
  return impl_->messenger.background().drain(timeout);
}

void Client::cancel_pending() const { impl_->messenger.background().cancel_pending(); }

Result<void> Client::set_rate(double requests_per_second) const {
  return impl_->pipeline->set_rate(requests_per_second);
}

Stats Client::stats() const {
  return impl_->pipeline->stats(impl_->messenger.background().queued());
}

const std::string& Client::team_id() const noexcept {
  return impl_->pipeline->options().credentials.team_id;
}

Result<AccountCheck> Client::check_account(const CallOptions& options) const {
  return dropcowboy::check_account(*impl_->pipeline, options);
}

Result<std::vector<Brand>> Client::list_brands(const CallOptions& options) const {
  return dropcowboy::list_brands(*impl_->pipeline, options);
}

Result<std::vector<Media>> Client::list_recordings(std::optional<bool> api_allowed,
                                                   const CallOptions& options) const {
  return dropcowboy::list_recordings(*impl_->pipeline, api_allowed, options);
}

Result<std::vector<Media>> Client::list_media(const CallOptions& options) const {
  return dropcowboy::list_media(*impl_->pipeline, options);
}

Result<std::vector<Pool>> Client::list_pools(const CallOptions& options) const {
  return dropcowboy::list_pools(*impl_->pipeline, options);
}

Result<ContactList> Client::create_contact_list(std::string_view list_name,
                                                const CallOptions& options) const {
  return dropcowboy::create_contact_list(*impl_->pipeline, list_name, options);
}

Result<ContactList> Client::get_contact_list(std::string_view list_id,
                                             const CallOptions& options) const {
  return dropcowboy::get_contact_list(*impl_->pipeline, list_id, options);
}

Result<void> Client::rename_contact_list(std::string_view list_id, std::string_view list_name,
                                         const CallOptions& options) const {
  return dropcowboy::rename_contact_list(*impl_->pipeline, list_id, list_name, options);
}

Result<void> Client::delete_contact_list(std::string_view list_id,
                                         const CallOptions& options) const {
  return dropcowboy::delete_contact_list(*impl_->pipeline, list_id, options);
}

AppendReport Client::append_contacts(std::string_view list_id, const ContactRows& rows,
                                     const AppendOptions& options) const {
  return dropcowboy::append_contacts(*impl_->pipeline, list_id, rows, options);
}

}  // namespace dropcowboy
