#include <tuple>

#include "dropcowboy/v2/message.hpp"
#include "messages/request_checks.hpp"
#include "v2/message_fields.hpp"

namespace dropcowboy::v2 {

namespace {

constexpr std::size_t max_sms = 1600;

template <class Request>
void check_contact(Checker& check, const Request& r) {
  if (!r.to && !r.contact_id) {
    check.error("to", IssueCode::missing,
                "is required: the contact's number in E.164 form, such as +15552223333, or "
                "contact_id instead");
  } else if (r.to && r.contact_id) {
    check.error("contact_id", IssueCode::invalid_value,
                "cannot go together with to: keep one of them");
  }
}

template <class Request>
void check_results(Checker& check, const Request& r) {
  if (r.foreign_id) check_foreign_id(check, *r.foreign_id);
  if (!r.callback_url) {
    check.warning("callback_url", IssueCode::recommended,
                  "is not set: a wrong key or secret is told there only, and so is the foreign_id");
  }
}

void check_audio(Checker& check, const RvmRequest& r) {
  const bool has_speech = r.voice_id || r.tts_body;
  const int sources = int{r.media_id.has_value()} + int{r.audio_url.has_value()} + int{has_speech};
  if (sources == 0) {
    check.error("media_id", IssueCode::no_audio_source,
                "no audio: set media_id, or tts_body with voice_id, or audio_url");
  } else if (sources > 1) {
    check.error(r.media_id ? "media_id" : "audio_url", IssueCode::several_audio_sources,
                "more than one audio source: keep only one of media_id, tts_body with voice_id, "
                "and audio_url");
  }
  if (r.voice_id.has_value() != r.tts_body.has_value()) {
    check.error(
        r.voice_id ? "tts_body" : "voice_id", IssueCode::incomplete_pair,
        r.voice_id ? "is required together with voice_id" : "is required together with tts_body");
  }
}

/// The limit holds for what is left when the service has filled in the merge fields.
void check_speech(Checker& check, const RvmRequest& r) {
  if (!r.tts_body || text::count_code_points(*r.tts_body) <= max_speech) return;
  if (r.tts_body->find_first_of("{[") != std::string::npos) {
    check.warning("tts_body", IssueCode::speech_too_long,
                  "is longer than 1,200 characters: it fails as 'TTS too long' if it still is "
                  "when its merge fields are filled in");
  } else {
    check.error("tts_body", IssueCode::too_long, "must have at most 1,200 characters: shorten it");
  }
}

void check_byoc(Checker& check, const RvmRequest& r) {
  if (r.caller_id) {
    check.warning("caller_id", IssueCode::needs_approval,
                  "counts on BYOC accounts only; others ignore it in silence");
  }
  if (r.audio_url) {
    check.warning("audio_url", IssueCode::needs_approval,
                  "works on BYOC plans only, with the vendor's permission: ask its support first");
  }
  if (!r.byoc) return;
  check.warning("byoc", IssueCode::needs_approval, "works on BYOC accounts only");
  if (!text::is_guid(r.byoc->sti_orig_id)) {
    check.error("byoc.sti_orig_id", IssueCode::invalid_value,
                "must be a UUID (8-4-4-4-12 hexadecimal digits)");
  }
  const std::string& attestation = r.byoc->sti_attestation;
  if (attestation != "A" && attestation != "B" && attestation != "C") {
    check.error("byoc.sti_attestation", IssueCode::invalid_value, "must be A, B or C");
  }
}

void check_pictures(Checker& check, const SmsRequest& r) {
  for (const std::string& url : r.media_urls) {
    check_text(check, "media_urls", url, FieldKind::url);
  }
  for (const std::string& id : r.media_ids) check_text(check, "media_ids", id, FieldKind::id);
  if (!r.media_urls.empty() && !r.media_ids.empty()) {
    check.error("media_ids", IssueCode::invalid_value,
                "cannot go together with media_urls: keep one of them");
  }
}

template <class Request, std::size_t N>
void check_fields(Checker& check, const Request& r,
                  const std::array<TextField<Request>, N>& fields) {
  for (const auto& field : fields) {
    if (const auto& value = r.*field.member) check_text(check, field.name, *value, field.kind);
  }
}

}  // namespace

Validation validate(const RvmRequest& r) {
  Checker check;
  check_contact(check, r);
  check_fields(check, r, rvm_fields);
  check_audio(check, r);
  check_speech(check, r);
  check_byoc(check, r);
  check_results(check, r);
  if (!r.phone_line_id && !r.caller_id) {
    check.warning("phone_line_id", IssueCode::default_line,
                  "is not set: the account's default voice line sends, if it has one");
  }
  if (!r.postal_code) {
    check.warning("postal_code", IssueCode::recommended,
                  "is not set: with it the legal calling hours are exact");
  }
  check_extra_json(check, r.extra_json, &is_rvm_key);
  return std::move(check).result();
}

Validation validate(const SmsRequest& r) {
  Checker check;
  check_contact(check, r);
  check_fields(check, r, sms_fields);
  check_required(check, "phone_line_id", r.phone_line_id, FieldKind::id,
                 "is required: the line of type sms whose numbers send the text");
  check_required(check, "body", r.body, FieldKind::prose, "is required: the text to send");
  if (text::count_code_points(r.body) > max_sms) {
    check.error("body", IssueCode::too_long,
                "must have at most 1,600 characters: shorten it, or send several messages");
  } else if (text::is_utf8(r.body)) {
    check_segments(check, "body", r.body);
  }
  check_pictures(check, r);
  check_results(check, r);
  check_extra_json(check, r.extra_json, &is_sms_key);
  return std::move(check).result();
}

bool operator==(const Byoc& a, const Byoc& b) noexcept {
  return std::tie(a.sti_orig_id, a.sti_attestation) == std::tie(b.sti_orig_id, b.sti_attestation);
}

bool operator==(const RvmRequest& a, const RvmRequest& b) noexcept {
  return std::tie(a.to, a.contact_id, a.phone_line_id, a.media_id, a.tts_body, a.voice_id,
                  a.audio_url, a.caller_id, a.byoc, a.brand_id, a.postal_code, a.foreign_id,
                  a.callback_url, a.extra_json) ==
         std::tie(b.to, b.contact_id, b.phone_line_id, b.media_id, b.tts_body, b.voice_id,
                  b.audio_url, b.caller_id, b.byoc, b.brand_id, b.postal_code, b.foreign_id,
                  b.callback_url, b.extra_json);
}

bool operator==(const SmsRequest& a, const SmsRequest& b) noexcept {
  return std::tie(a.to, a.contact_id, a.phone_line_id, a.body, a.media_urls, a.media_ids,
                  a.foreign_id, a.callback_url, a.extra_json) ==
         std::tie(b.to, b.contact_id, b.phone_line_id, b.body, b.media_urls, b.media_ids,
                  b.foreign_id, b.callback_url, b.extra_json);
}

}  // namespace dropcowboy::v2
