#include "receiver/dedup_key.hpp"

#include <algorithm>

#include "receiver/crypto.hpp"
#include "text/characters.hpp"

namespace dropcowboy::receiver {

namespace {

constexpr std::string_view domain = "dropcowboy event v3";

std::string_view status_of(const Webhook& callback) noexcept {
  return callback.status == DropStatus::other ? std::string_view(callback.status_text)
                                              : to_string(callback.status);
}

/// One that cannot be read stands for nothing, so that then the whole callback has to be the same.
std::string date_of(const Webhook& callback) {
  const auto& issues = callback.issues;
  const bool is_unreadable = std::any_of(issues.begin(), issues.end(), [](const Issue& issue) {
    return issue.field == "attempt_date" && issue.severity == Severity::error;
  });
  if (is_unreadable) return callback.body;
  if (!callback.attempt_date) return {};
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                            callback.attempt_date->time_since_epoch())
                            .count());
}

/// As it is matched, so that another spelling makes no other event.
std::string reason_of(const Webhook& callback) {
  std::string reason;
  text::LettersAndDigits characters(callback.reason);
  for (char c = characters.next(); c != '\0'; c = characters.next()) reason += c;
  if (callback.reason_code) reason += ' ' + std::to_string(*callback.reason_code);
  return reason;
}

}  // namespace

std::string dedup_key(const CallbackEvent& event) {
  const Webhook& callback = event.callback;
  std::string text;
  crypto::append_field(text, domain);
  crypto::append_field(text, to_string(event.authenticity));
  const std::string event_id = callback.event_id.value_or("");
  const std::string drop_id = callback.drop_id.value_or("");
  if (!event_id.empty() && event.authenticity != Authenticity::tag) {
    crypto::append_field(text, "event");
    crypto::append_field(text, event_id);
    crypto::append_field(text, callback.event.value_or(""));
  } else if (!event.wire_foreign_id.empty() || !drop_id.empty()) {
    crypto::append_field(text, "drop");
    crypto::append_field(text, event.wire_foreign_id);
    crypto::append_field(text, text::digits_of(callback.phone_number.value_or("")));
    crypto::append_field(text, drop_id);
    crypto::append_field(text, callback.event.value_or(""));
    crypto::append_field(text, status_of(callback));
    crypto::append_field(text, callback.opted_out() ? "opt-out" : "");
    crypto::append_field(text, reason_of(callback));
    crypto::append_field(text, date_of(callback));
  } else {
    crypto::append_field(text, "body");
    crypto::append_field(text, callback.body);
  }
  const crypto::Digest digest = crypto::sha256(text);
  return crypto::base64url(digest, digest.size());
}

}  // namespace dropcowboy::receiver
