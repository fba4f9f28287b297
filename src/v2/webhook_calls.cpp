#include <algorithm>
#include <ostream>
#include <utility>

#include "json/json_text.hpp"
#include "messages/request_codec.hpp"
#include "text/url.hpp"
#include "v2/answers.hpp"
#include "v2/calls.hpp"

namespace dropcowboy::v2 {

namespace {

using delivery::Effect;
using delivery::Operation;
using delivery::Pipeline;

/// Of an answer that holds a signing secret, or may.
constexpr Operation secretive(Operation operation) noexcept {
  operation.is_answer_secret = true;
  return operation;
}

constexpr Operation list =
    secretive(operation("v2 GET /register/public/webhooks", HttpMethod::get, Effect::reads,
                        &understand_list<WebhookSubscription>));
constexpr Operation create = secretive(operation(
    "v2 POST /register/public/webhooks", HttpMethod::post, Effect::adds,
    &understand_one<WebhookSubscription>,
    "The webhook may exist, and its secret is lost: list the webhooks, delete it if it is "
    "there, and make it anew"));
constexpr Operation update =
    secretive(operation("v2 PUT /register/public/webhooks/{webhook_id}", HttpMethod::put,
                        Effect::sets, &understand_one<WebhookSubscription>,
                        "It may have been changed; changing it once more does no harm"));
constexpr Operation remove =
    operation("v2 DELETE /register/public/webhooks/{webhook_id}", HttpMethod::del, Effect::sets,
              &understand_done, "It may have been deleted; deleting it once more does no harm");
constexpr Operation rotate = secretive(
    operation("v2 POST /register/public/webhooks/{webhook_id}/rotate-secret", HttpMethod::post,
              Effect::adds, &understand_one<WebhookSubscription>,
              "The old secret may be dead: rotate it once more, and use the secret that is told"));

std::string path_of(std::string_view webhook_id, std::string_view rest = {}) {
  return "/register/public/webhooks/" + text::percent_encoded(webhook_id) + std::string(rest);
}

void check_settings(Checker& check, const WebhookSettings& settings) {
  constexpr std::size_t longest_name = 100;
  if (!settings.hook_url.empty()) {
    const auto url = text::parse_url(settings.hook_url);
    if (!url || !url->is_https || url->has_userinfo) {
      check.error("hook_url", IssueCode::invalid_url,
                  "must be an absolute https URL without user and password");
    }
  }
  for (const std::string& type : settings.event_types) {
    if (text::is_blank(type)) {
      check.error("event_types", IssueCode::blank, "holds a blank name: remove it");
    } else {
      check.check_clean("event_types", type);
    }
  }
  if (!settings.name.empty()) check.check_clean("name", settings.name);
  if (text::count_code_points(settings.name) > longest_name) {
    check.error("name", IssueCode::too_long, "must have at most 100 characters");
  }
}

std::string body_of(const WebhookSettings& settings) {
  std::string members;
  if (!settings.hook_url.empty()) json::append_member(members, "hook_url", settings.hook_url);
  if (!settings.event_types.empty()) {
    members += ",\"event_types\":";
    json::append_json_strings(members, settings.event_types);
  }
  if (!settings.name.empty()) json::append_member(members, "name", settings.name);
  return json::object_around(std::move(members));
}

Result<WebhookSubscription> webhook_of(const Pipeline& pipeline, const Operation& operation,
                                       const std::string& path, std::string body,
                                       const CallOptions& options) {
  return delivery::call_for<WebhookSubscription>(pipeline, operation, path, std::move(body),
                                                 options);
}

/// The one moment at which it is told.
Result<WebhookSubscription> with_secret(Result<WebhookSubscription> webhook) {
  if (webhook && webhook->signing_secret.empty()) {
    webhook->issues.push_back(
        {Severity::error, "signing_secret", IssueCode::missing, "was not told: rotate it"});
  }
  return webhook;
}

}  // namespace

Result<std::vector<WebhookSubscription>> list_webhooks(const Pipeline& pipeline,
                                                       const CallOptions& options) {
  return delivery::call_for<std::vector<WebhookSubscription>>(
      pipeline, list, "/register/public/webhooks", {}, options);
}

Result<WebhookSubscription> create_webhook(const Pipeline& pipeline,
                                           const WebhookSettings& settings,
                                           const CallOptions& options) {
  Checker check;
  if (settings.hook_url.empty()) {
    check.error("hook_url", IssueCode::missing, "is required: the https URL for the events");
  }
  if (settings.event_types.empty()) {
    check.error("event_types", IssueCode::missing,
                "is required: the events to be told, such as contact.rvm.status");
  }
  check_settings(check, settings);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return with_secret(
      webhook_of(pipeline, create, "/register/public/webhooks", body_of(settings), options));
}

Result<WebhookSubscription> update_webhook(const Pipeline& pipeline, std::string_view webhook_id,
                                           const WebhookSettings& settings,
                                           const CallOptions& options) {
  Checker check;
  check.check_path_id("webhook_id", webhook_id, "is required");
  check_settings(check, settings);
  if (settings.hook_url.empty() && settings.event_types.empty() && settings.name.empty()) {
    check.error("hook_url", IssueCode::missing,
                "there is nothing to change: set it, or event_types, or name");
  }
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return webhook_of(pipeline, update, path_of(webhook_id), body_of(settings), options);
}

Result<void> delete_webhook(const Pipeline& pipeline, std::string_view webhook_id,
                            const CallOptions& options) {
  Checker check;
  check.check_path_id("webhook_id", webhook_id, "is required");
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  auto answer = delivery::call(pipeline, remove, path_of(webhook_id), {}, options);
  if (answer || delivery::is_gone(answer.error())) return {};
  return std::move(answer).error();
}

Result<WebhookSubscription> rotate_webhook_secret(const Pipeline& pipeline,
                                                  std::string_view webhook_id,
                                                  const CallOptions& options) {
  Checker check;
  check.check_path_id("webhook_id", webhook_id, "is required");
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return with_secret(
      webhook_of(pipeline, rotate, path_of(webhook_id, "/rotate-secret"), "{}", options));
}

std::ostream& operator<<(std::ostream& out, const SigningSecret& secret) {
  return out << (secret.empty() ? "[no secret]" : "[secret]");
}

}  // namespace dropcowboy::v2
