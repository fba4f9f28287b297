#include "dropcowboy/v2/client.hpp"

#include <utility>

#include "core/make_error.hpp"
#include "core/options_checks.hpp"
#include "curl/make_pipeline.hpp"
#include "json/failure_answer.hpp"
#include "v2/calls.hpp"
#include "v2/core_options.hpp"
#include "v2/messenger.hpp"

namespace dropcowboy::v2 {

namespace {

std::shared_ptr<const delivery::Pipeline> make_pipeline(const ClientOptions& options) {
  require_valid(validate(options));
  return curl::make_pipeline(core_options(options), {"x-key", options.credentials.key},
                             &json::decode_failure_answer);
}

}  // namespace

struct Client::Impl {
  explicit Impl(const ClientOptions& options)
      : pipeline(make_pipeline(options)), messenger(pipeline) {}

  const std::shared_ptr<const delivery::Pipeline> pipeline;
  const Messenger messenger;
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(options)) {}

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

// ---- Messages ----

Result<Prepared> Client::prepare(const RvmRequest& request) const {
  return impl_->messenger.prepare(request);
}

Result<Prepared> Client::prepare(const SmsRequest& request) const {
  return impl_->messenger.prepare(request);
}

Prepared Client::with_age(const Prepared& prepared, std::chrono::milliseconds age) const {
  return impl_->messenger.with_age(prepared, age);
}

Result<Receipt> Client::send(const RvmRequest& request, const CallOptions& options) const {
  return impl_->messenger.send(request, options);
}

Result<Receipt> Client::send(const SmsRequest& request, const CallOptions& options) const {
  return impl_->messenger.send(request, options);
}

Result<Receipt> Client::send(const Prepared& prepared, const CallOptions& options) const {
  return impl_->messenger.send(prepared, options);
}

std::future<Result<Receipt>> Client::send_async(const RvmRequest& request,
                                                const CallOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

std::future<Result<Receipt>> Client::send_async(const SmsRequest& request,
                                                const CallOptions& options) const {
  return impl_->messenger.send_async(request, options);
}

std::future<Result<Receipt>> Client::send_async(const Prepared& prepared,
                                                const CallOptions& options) const {
  return impl_->messenger.send_async(prepared, options);
}

void Client::send_async(const RvmRequest& request, Completion completion,
                        const CallOptions& options) const {
  impl_->messenger.send_async(request, std::move(completion), options);
}

void Client::send_async(const SmsRequest& request, Completion completion,
                        const CallOptions& options) const {
  impl_->messenger.send_async(request, std::move(completion), options);
}

void Client::send_async(const Prepared& prepared, Completion completion,
                        const CallOptions& options) const {
  impl_->messenger.send_async(prepared, std::move(completion), options);
}

bool Client::drain(std::chrono::milliseconds timeout) const {
  return impl_->messenger.background().drain(timeout);
}

void Client::cancel_pending() const { impl_->messenger.background().cancel_pending(); }

// ---- Pace and figures ----

Result<void> Client::set_rate(double requests_per_second) const {
  return impl_->pipeline->set_rate(requests_per_second);
}

Stats Client::stats() const {
  return impl_->pipeline->stats(impl_->messenger.background().queued());
}

const std::string& Client::team_id() const noexcept {
  return impl_->pipeline->options().credentials.team_id;
}

// ---- The calls around a send ----

Result<Readiness> Client::readiness(const CallOptions& options) const {
  return v2::readiness(*impl_->pipeline, options);
}

Result<std::vector<PhoneLine>> Client::list_phone_lines(std::string_view type,
                                                        const CallOptions& options) const {
  return v2::list_phone_lines(*impl_->pipeline, type, options);
}

Result<std::vector<Voice>> Client::list_voices(const CallOptions& options) const {
  return v2::list_voices(*impl_->pipeline, options);
}

Result<std::vector<Media>> Client::list_media(int limit, const CallOptions& options) const {
  return v2::list_media(*impl_->pipeline, limit, options);
}

Result<Media> Client::get_media(std::string_view media_id, const CallOptions& options) const {
  return v2::get_media(*impl_->pipeline, media_id, options);
}

Result<Media> Client::upload_media(const std::string& path, std::string_view name,
                                   const CallOptions& options) const {
  return v2::upload_media(*impl_->pipeline, path, name, options);
}

Result<std::vector<WebhookSubscription>> Client::list_webhooks(const CallOptions& options) const {
  return v2::list_webhooks(*impl_->pipeline, options);
}

Result<WebhookSubscription> Client::create_webhook(const WebhookSettings& settings,
                                                   const CallOptions& options) const {
  return v2::create_webhook(*impl_->pipeline, settings, options);
}

Result<WebhookSubscription> Client::update_webhook(std::string_view webhook_id,
                                                   const WebhookSettings& settings,
                                                   const CallOptions& options) const {
  return v2::update_webhook(*impl_->pipeline, webhook_id, settings, options);
}

Result<void> Client::delete_webhook(std::string_view webhook_id, const CallOptions& options) const {
  return v2::delete_webhook(*impl_->pipeline, webhook_id, options);
}

Result<WebhookSubscription> Client::rotate_webhook_secret(std::string_view webhook_id,
                                                          const CallOptions& options) const {
  return v2::rotate_webhook_secret(*impl_->pipeline, webhook_id, options);
}

Result<std::string> Client::record_consent(std::string_view contact_id, const Consent& consent,
                                           const CallOptions& options) const {
  return v2::record_consent(*impl_->pipeline, contact_id, consent, options);
}

}  // namespace dropcowboy::v2
