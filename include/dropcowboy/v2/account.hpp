#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dropcowboy/v2/options.hpp"

namespace dropcowboy::v2 {

// What an account holds, as the v2 service lists it. What the answer lacks, or has in a type
// that is not documented, is left unset and, for the latter and a missing id, named in `issues`.
// `json` is the element as received, secrets cut out: keys that this library does not know are in
// it.

/// What Client::readiness() found. That there is one means that the key and the secret hold.
struct Readiness {
  /// Whether RvmRequest::audio_url may be used.
  std::optional<bool> audio_url_allowed{};
  /// Whether nothing but the test numbers may be sent to (testing mode).
  std::optional<bool> test_numbers_only{};
  /// The account's own test numbers.
  std::vector<std::string> test_numbers{};
  /// As the service calls it.
  std::string usage_plan{};
  /// Whether there is money for a message.
  std::optional<bool> funds_ok{};
  /// What is left to spend, as the service writes it, in dollars; empty if the answer had none.
  std::string funds_available{};
  /// Whether a carrier of the account's own is connected.
  std::optional<bool> byoc_connected{};
  /// How many phone numbers the account has.
  std::optional<std::uint64_t> number_count{};
  /// How many voices it has.
  std::optional<std::uint64_t> voice_count{};
  /// What the service says is left to do; each as a text, or as JSON where it is none.
  std::vector<std::string> next_actions{};
  /// The service's clock when it answered, to the second, if the answer had it.
  std::optional<std::chrono::system_clock::time_point> service_time{};
  /// What of the answer does not have its documented type.
  std::vector<Issue> issues{};
  /// As received, the secret cut out.
  std::string json{};
};

/// A phone line: what phone_line_id names.
struct PhoneLine {
  /// What RvmRequest::phone_line_id and SmsRequest::phone_line_id take; the service calls it
  /// ivr_id.
  std::string phone_line_id{};
  /// As the account's owner called it.
  std::string name{};
  /// "voice" or "sms".
  std::string type{};
  /// Whether it sends what names no line.
  std::optional<bool> is_default{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received.
  std::string json{};
};

/// An audio file of the account.
struct Media {
  /// What RvmRequest::media_id takes.
  std::string media_id{};
  /// As it was called.
  std::string name{};
  /// Whether its upload is complete; a message with one that is not fails.
  std::optional<bool> media_exists{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received.
  std::string json{};
};

/// A voice that reads texts.
struct Voice {
  /// What RvmRequest::voice_id takes.
  std::string voice_id{};
  /// As it was called.
  std::string name{};
  /// "ready", "training" or "processing"; only a ready one can be used.
  std::string status{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received.
  std::string json{};
};

/// What nobody should see in a log: a webhook's signing secret. Compare and use it by value();
/// printed, it is "[secret]".
class SigningSecret {
 public:
  /// Holds nothing.
  SigningSecret() = default;
  /// Holds `value`.
  explicit SigningSecret(std::string value) : value_(std::move(value)) {}

  /// The secret itself: for a WebhookReceiver, or a safe place.
  const std::string& value() const noexcept DROPCOWBOY_LIFETIMEBOUND { return value_; }
  /// Whether it holds nothing.
  bool empty() const noexcept { return value_.empty(); }

 private:
  std::string value_;
};

DROPCOWBOY_API std::ostream& operator<<(std::ostream& out, const SigningSecret& secret);

/// A webhook of the account: where its events are sent.
struct WebhookSubscription {
  /// Its id in every other call.
  std::string webhook_id{};
  /// As it was called.
  std::string name{};
  /// Where the events go.
  std::string hook_url{};
  /// "contact.rvm.status" and the like; "*" means all.
  std::vector<std::string> event_types{};
  /// What its deliveries are signed with. Told by create_webhook() and rotate_webhook_secret()
  /// alone: store it at once. Not in `json`.
  SigningSecret signing_secret{};
  /// When the secret was made.
  std::optional<std::chrono::system_clock::time_point> signing_secret_created_at{};
  /// What of the element is missing or mistyped.
  std::vector<Issue> issues{};
  /// The element as received, secrets cut out.
  std::string json{};
};

/// What create_webhook() and update_webhook() set. What is empty is left as it is by an update.
struct WebhookSettings {
  /// An https URL that the service can reach. Required to create one.
  std::string hook_url{};
  /// The events it is told; an update replaces the whole set. Required to create one.
  std::vector<std::string> event_types{};
  /// For people; at most 100 characters.
  std::string name{};
};

/// What a contact agreed to.
enum class ConsentType {
  sms_optin,   ///< text messages
  tcpa_optin,  ///< calls and voicemails
};

/// How.
enum class ConsentMethod { phone, in_person, web_form, paper };

DROPCOWBOY_API std::string_view to_string(ConsentType type) noexcept;
DROPCOWBOY_API std::string_view to_string(ConsentMethod method) noexcept;

/// A consent to record: your word that this person gave it.
struct Consent {
  /// What for.
  ConsentType consent_type = ConsentType::sms_optin;
  /// The number that it is about, in E.164 form. Required.
  std::string phone_number{};
  /// The words that the contact agreed to. Required.
  std::string consent_text{};
  /// How it was given.
  ConsentMethod consent_method = ConsentMethod::web_form;
};

}  // namespace dropcowboy::v2
