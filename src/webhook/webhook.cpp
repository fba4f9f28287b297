#include "dropcowboy/webhook.hpp"

#include <algorithm>
#include <limits>
#include <ostream>

#include "text/characters.hpp"
#include "webhook/event_names.hpp"
#include "webhook/webhook_codec.hpp"

namespace dropcowboy {

namespace {

struct ReasonEntry {
  Reason reason;
  Advice advice;
  std::string_view name;
  /// In the vendor's words.
  std::string_view text;
};

using R = Reason;
using A = Advice;

constexpr ReasonEntry reasons[] = {
    {R::none, A::none, "none", ""},
    {R::no_funds, A::fix_and_resend, "no_funds", "No Funds"},
    {R::invalid_audio_file, A::fix_and_resend, "invalid_audio_file", "Audio file not valid"},
    {R::no_voice, A::fix_and_resend, "no_voice", "No Voice"},
    {R::not_authorized, A::fix_and_resend, "not_authorized", "Not authorized"},
    {R::not_e164, A::fix_and_resend, "not_e164", "Must be E.164 format"},
    {R::invalid_phone_number, A::fix_and_resend, "invalid_phone_number", "Phone number not valid"},
    {R::invalid_ivr_or_route, A::fix_and_resend, "invalid_ivr_or_route", "Invalid IVR or Route"},
    {R::audio_url_not_allowed, A::fix_and_resend, "audio_url_not_allowed", "Not allowed audio_url"},
    {R::no_tts, A::fix_and_resend, "no_tts", "No TTS"},
    {R::byoc_not_enabled, A::fix_and_resend, "byoc_not_enabled", "BYOC not enabled"},
    {R::invalid_sti_orig_id, A::fix_and_resend, "invalid_sti_orig_id", "sti_orig_id not a UUID"},
    {R::invalid_attestation, A::fix_and_resend, "invalid_attestation", "attestation not A, B or C"},
    {R::invalid_callback, A::fix_and_resend, "invalid_callback", "Invalid Callback"},
    {R::tts_too_long, A::fix_and_resend, "tts_too_long", "TTS too long"},
    {R::not_allowed_in_trial, A::fix_and_resend, "not_allowed_in_trial", "Not Allowed in Trial"},
    {R::idempotency_key_conflict, A::fix_and_resend, "idempotency_key_conflict",
     "Idempotency Key Conflict"},
    {R::idempotency_key_invalid, A::fix_and_resend, "idempotency_key_invalid",
     "Idempotency Key not valid"},
    {R::media_not_found, A::fix_and_resend, "media_not_found", "Media Not Found"},
    {R::test_numbers_only, A::fix_and_resend, "test_numbers_only", "Test Numbers Only"},
    {R::voicemail_not_detected, A::try_later, "voicemail_not_detected", "VoiceMail Not Detected"},
    {R::voicemail_not_setup, A::do_not_resend, "voicemail_not_setup", "VoiceMail Not Setup"},
    {R::voicemail_full, A::do_not_resend, "voicemail_full", "VoiceMail Full"},
    {R::number_not_reachable, A::try_later, "number_not_reachable", "Number not reachable"},
    {R::no_answer, A::try_later, "no_answer", "No Answer"},
    {R::user_busy, A::try_later, "user_busy", "User Busy"},
    {R::spam_detected, A::do_not_resend, "spam_detected", "Spam detected"},
    {R::no_caller_id, A::fix_and_resend, "no_caller_id", "No Caller ID"},
    {R::outside_calling_hours, A::try_later, "outside_calling_hours", "outside calling hours"},
    {R::too_many_attempts, A::try_later, "too_many_attempts", "Too Many Attempts"},
    {R::internal_dnc, A::do_not_resend, "internal_dnc", "Internal DNC"},
    {R::known_litigator, A::do_not_resend, "known_litigator", "Known Litigator"},
    {R::reassigned_number, A::do_not_resend, "reassigned_number", "RND Reassigned"},
    {R::rnd_error, A::try_later, "rnd_error", "RND Error"},
    {R::carrier_denied_use_case, A::do_not_resend, "carrier_denied_use_case",
     "Carrier Denied Use Case"},
    {R::carrier_suspension, A::fix_and_resend, "carrier_suspension", "Carrier Suspension"},
    {R::pool_suspended, A::fix_and_resend, "pool_suspended", "Pool Suspended"},
    {R::pool_not_ready, A::try_later, "pool_not_ready", "Pool Not Ready"},
    {R::opt_in_flagged, A::do_not_resend, "opt_in_flagged", "Opt-in Flagged"},
    {R::opt_in_revoked, A::do_not_resend, "opt_in_revoked", "Opt-in Revoked"},
    {R::opt_in_pending, A::do_not_resend, "opt_in_pending", "Opt-in Pending"},
    {R::opt_in_missing, A::do_not_resend, "opt_in_missing", "Opt-in Missing"},
    {R::invalid_message, A::fix_and_resend, "invalid_message", "Invalid message"},
    {R::invalid_or_no_sms_caller_id, A::fix_and_resend, "invalid_or_no_sms_caller_id",
     "Invalid caller ID or not SMS enabled"},
};

constexpr ReasonEntry other_reason = {R::other, A::not_known, "other", ""};

template <class Predicate>
const ReasonEntry& find_reason(Predicate predicate) noexcept {
  const auto* const found = std::find_if(std::begin(reasons), std::end(reasons), predicate);
  return found == std::end(reasons) ? other_reason : *found;
}

const ReasonEntry& entry_of(Reason reason) noexcept {
  return find_reason([reason](const ReasonEntry& entry) { return entry.reason == reason; });
}

Reason reason_by_code(int code) noexcept {
  // The negative enumerators are this library's own.
  return code < 0 ? Reason::other : entry_of(static_cast<Reason>(code)).reason;
}

Reason reason_by_text(std::string_view words) noexcept {
  if (text::is_blank(words)) return Reason::none;
  return find_reason([words](const ReasonEntry& entry) {
           return !entry.text.empty() && text::equals_loosely(entry.text, words);
         })
      .reason;
}

/// The code has the last word where it says which failure it was; a 0 may be a mere default.
Reason known_reason(const Webhook& webhook) noexcept {
  const Reason coded = reason_by_code(webhook.reason_code.value_or(0));
  if (coded != Reason::none && coded != Reason::other) return coded;
  const Reason worded = reason_by_text(webhook.reason);
  return worded == Reason::none ? coded : worded;
}

}  // namespace

std::string_view to_string(DropStatus status) noexcept {
  switch (status) {
    case DropStatus::success: return "success";
    case DropStatus::failure: return "failure";
    case DropStatus::other: break;
  }
  return "other";
}

std::string_view to_string(Advice advice) noexcept {
  switch (advice) {
    case Advice::none: break;
    case Advice::fix_and_resend: return "fix_and_resend";
    case Advice::try_later: return "try_later";
    case Advice::do_not_resend: return "do_not_resend";
    case Advice::not_known: return "not_known";
  }
  return "none";
}

std::string_view to_string(Reason reason) noexcept { return entry_of(reason).name; }

std::optional<int> code_of(Reason reason) noexcept {
  const int code = static_cast<int>(entry_of(reason).reason);
  if (code < 0) return std::nullopt;
  return code;
}

Advice advice_for(Reason reason) noexcept { return entry_of(reason).advice; }

Money operator+(Money a, Money b) noexcept {
  using Limits = std::numeric_limits<std::int64_t>;
  const std::int64_t x = a.micro_dollars;
  const std::int64_t y = b.micro_dollars;
  if (y > 0 && x > Limits::max() - y) return {Limits::max()};
  if (y < 0 && x < Limits::min() - y) return {Limits::min()};
  return {x + y};
}

std::ostream& operator<<(std::ostream& out, Money amount) { return out << to_string(amount); }

std::string to_string(Money amount) {
  constexpr std::size_t decimals = 6;
  const auto magnitude = static_cast<std::uint64_t>(amount.micro_dollars);
  std::string digits = std::to_string(amount.micro_dollars < 0 ? 0 - magnitude : magnitude);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, ".");
  const std::size_t shortest = digits.find('.') + 3;
  digits.resize(std::max(digits.find_last_not_of('0') + 1, shortest));
  return amount.micro_dollars < 0 ? "-" + digits : digits;
}

Result<Webhook> Webhook::parse(std::string_view body) {
  auto webhook = decode_webhook(body);
  if (webhook) {
    webhook->known_reason = dropcowboy::known_reason(*webhook);
    webhook->body = body;
  }
  return webhook;
}

bool Webhook::opted_out() const noexcept {
  return dnc == true || known_reason == Reason::internal_dnc ||
         known_reason == Reason::opt_in_revoked || (event && is_about_opt_out(*event));
}

Advice Webhook::advice() const noexcept {
  if (opted_out()) return Advice::do_not_resend;
  Advice advised = advice_for(known_reason);
  const bool is_new_fault_of_request =
      known_reason == Reason::other && reason_code && *reason_code >= 3000 && *reason_code < 4000;
  if (is_new_fault_of_request) advised = Advice::fix_and_resend;
  if (delivered() && advised != Advice::do_not_resend) return Advice::none;
  return failed() && advised == Advice::none ? Advice::not_known : advised;
}

Money Webhook::total_cost() const noexcept {
  return product_cost.value_or(Money()) + compliance_fee.value_or(Money()) +
         tts_fee.value_or(Money());
}

}  // namespace dropcowboy
