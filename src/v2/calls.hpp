#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checker.hpp"
#include "core/make_error.hpp"
#include "delivery/plain_call.hpp"
#include "dropcowboy/v2/account.hpp"

namespace dropcowboy::v2 {

/// What HTTP 401 means. Of a send it comes only if there are no credentials at all.
inline constexpr std::string_view refused_credentials =
    "the service refused the API key: check credentials.key and credentials.secret, which are not "
    "the team_id and secret of v1";

constexpr delivery::Operation operation(std::string_view name, HttpMethod method,
                                        delivery::Effect effect, delivery::Understand understand,
                                        std::string_view if_unknown = {}) noexcept {
  delivery::Operation made{name, method, effect, understand, if_unknown};
  made.if_not_found = "the service knows no such thing: check the id, and base_url";
  made.if_unauthorized = refused_credentials;
  return made;
}

// The calls behind Client's members of the same names. They throw nothing but std::bad_alloc.

Result<Readiness> readiness(const delivery::Pipeline& pipeline, const CallOptions& options);
Result<std::vector<PhoneLine>> list_phone_lines(const delivery::Pipeline& pipeline,
                                                std::string_view type, const CallOptions& options);
Result<std::vector<Voice>> list_voices(const delivery::Pipeline& pipeline,
                                       const CallOptions& options);
Result<std::vector<Media>> list_media(const delivery::Pipeline& pipeline, int limit,
                                      const CallOptions& options);
Result<Media> get_media(const delivery::Pipeline& pipeline, std::string_view media_id,
                        const CallOptions& options);
Result<Media> upload_media(const delivery::Pipeline& pipeline, const std::string& path,
                           std::string_view name, const CallOptions& options);
Result<std::vector<WebhookSubscription>> list_webhooks(const delivery::Pipeline& pipeline,
                                                       const CallOptions& options);
Result<WebhookSubscription> create_webhook(const delivery::Pipeline& pipeline,
                                           const WebhookSettings& settings,
                                           const CallOptions& options);
Result<WebhookSubscription> update_webhook(const delivery::Pipeline& pipeline,
                                           std::string_view webhook_id,
                                           const WebhookSettings& settings,
                                           const CallOptions& options);
Result<void> delete_webhook(const delivery::Pipeline& pipeline, std::string_view webhook_id,
                            const CallOptions& options);
Result<WebhookSubscription> rotate_webhook_secret(const delivery::Pipeline& pipeline,
                                                  std::string_view webhook_id,
                                                  const CallOptions& options);
Result<std::string> record_consent(const delivery::Pipeline& pipeline, std::string_view contact_id,
                                   const Consent& consent, const CallOptions& options);

}  // namespace dropcowboy::v2
