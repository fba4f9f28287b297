#include "dropcowboy/rvm.hpp"

#include <tuple>

#include "json/json_text.hpp"
#include "messages/request_checks.hpp"
#include "messages/rvm_fields.hpp"
#include "text/phone_number.hpp"

namespace dropcowboy {

std::string_view to_string(AudioType type) noexcept {
  return type == AudioType::wav ? "wav" : "mp3";
}

std::string_view to_string(Privacy privacy) noexcept {
  return privacy == Privacy::full ? "full" : "off";
}

namespace {

void check_pair(Checker& check, bool has_first, std::string_view first, bool has_second,
                std::string_view second) {
  if (has_first == has_second) return;
  const std::string_view absent = has_first ? second : first;
  const std::string_view present = has_first ? first : second;
  check.error(absent, IssueCode::incomplete_pair,
              "is required together with " + std::string(present));
}

void check_audio(Checker& check, const RvmRequest& r) {
  const bool has_url = r.audio_url || r.audio_type;
  const bool has_speech = r.voice_id || r.tts_body;
  const int sources = int{r.recording_id.has_value()} + int{has_url} + int{has_speech};
  if (sources == 0) {
    check.error(
        "recording_id", IssueCode::no_audio_source,
        "no audio: set recording_id, or audio_url with audio_type, or voice_id with tts_body");
  } else if (sources > 1) {
    check.error(r.recording_id ? "recording_id" : "audio_url", IssueCode::several_audio_sources,
                "more than one audio source: keep only one of recording_id, audio_url with "
                "audio_type, and voice_id with tts_body");
  }
  check_pair(check, r.audio_url.has_value(), "audio_url", r.audio_type.has_value(), "audio_type");
  check_pair(check, r.voice_id.has_value(), "voice_id", r.tts_body.has_value(), "tts_body");
}

void check_reply_route(Checker& check, const RvmRequest& r) {
  if (r.forwarding_number && r.phone_ivr_id) {
    check.error("phone_ivr_id", IssueCode::conflicting_reply_route,
                "cannot go together with forwarding_number: keep one of them");
  }
  const bool has_common_route = r.forwarding_number || r.phone_ivr_id || r.pool_id;
  const bool has_no_route = !has_common_route && !r.caller_id && !r.byoc;
  if (has_no_route && r.use_default_route) {
    check.warning(default_route_key, IssueCode::default_route,
                  "leaves replies to the account's default route, which this library cannot see: "
                  "try one message first");
  } else if (has_no_route) {
    check.error("forwarding_number", IssueCode::no_reply_route,
                "nothing says where replies go: set forwarding_number, pool_id or phone_ivr_id "
                "(on BYOC accounts also caller_id or byoc), or use_default_route if the account's "
                "default is meant to take them");
  } else if (!has_common_route && r.caller_id && !r.byoc) {
    check.warning("caller_id", IssueCode::caller_id_only_route,
                  "is the only way back for replies, and counts on BYOC accounts only");
  }
  if (r.forwarding_number && text::is_toll_free(*r.forwarding_number)) {
    check.warning("forwarding_number", IssueCode::toll_free_forwarding,
                  "is toll-free: some carriers block calls forwarded there; use a local number");
  }
}

void check_speech(Checker& check, const RvmRequest& r) {
  if (!r.tts_body) return;
  if (text::count_code_points(*r.tts_body) > max_speech) {
    check.warning("tts_body", IssueCode::speech_too_long,
                  "is longer than 1,200 characters and will fail as 'TTS too long': shorten it");
  }
  const bool is_ssml = r.tts_body->find("<speak") != std::string::npos;
  if (!is_ssml || !r.voice_id) return;
  for (const Voice& voice : {voices::tony, voices::myra}) {
    if (text::equals_ignoring_case(*r.voice_id, voice.id)) {
      check.warning("tts_body", IssueCode::ssml_unsupported,
                    "is SSML, which this voice reads aloud: use voices::female or voices::male");
    }
  }
}

void check_json(Checker& check, const RvmRequest& r) {
  if (r.byoc && !json::is_json_object(*r.byoc)) {
    check.error("byoc", IssueCode::not_a_json_object,
                R"(must be the text of a JSON object, such as {"sti_attestation":"A"})");
  }
  check_extra_json(check, r.extra_json, &is_rvm_key);
}

void recommend(Checker& check, const RvmRequest& r) {
  if (!r.postal_code) {
    check.warning("postal_code", IssueCode::recommended,
                  "is not set: with it the legal calling hours are exact");
  }
  if (!r.callback_url) {
    check.warning("callback_url", IssueCode::recommended,
                  "is not set: the result goes to the account's webhook URL, if it has one");
  }
  const auto needs_approval = [&](std::string_view field, bool is_set) {
    if (is_set) {
      check.warning(field, IssueCode::needs_approval,
                    "works only after the vendor's approval: ask its support first");
    }
  };
  needs_approval("audio_url", r.audio_url.has_value());
  needs_approval("status_format", r.status_format.has_value());
  needs_approval("byoc", r.byoc.has_value());
}

}  // namespace

Validation validate(const RvmRequest& r) {
  Checker check;
  check_required(check, "brand_id", r.brand_id, FieldKind::id,
                 "is required: the GUID of a brand from your account's trust center");
  check_required(check, "phone_number", r.phone_number, FieldKind::phone_number,
                 "is required: the contact's number in E.164 form, such as +15552223333");
  for (const auto& field : optional_rvm_fields) {
    if (const auto& value = r.*field.member) check_text(check, field.name, *value, field.kind);
  }
  if (r.foreign_id) check_foreign_id(check, *r.foreign_id);
  check_audio(check, r);
  check_reply_route(check, r);
  check_speech(check, r);
  check_json(check, r);
  recommend(check, r);
  return std::move(check).result();
}

bool operator==(const RvmRequest& a, const RvmRequest& b) noexcept {
  return std::tie(a.brand_id, a.phone_number, a.recording_id, a.audio_url, a.audio_type, a.voice_id,
                  a.tts_body, a.forwarding_number, a.phone_ivr_id, a.pool_id, a.caller_id,
                  a.use_default_route, a.byoc, a.foreign_id, a.privacy, a.postal_code,
                  a.callback_url, a.status_format, a.extra_json) ==
         std::tie(b.brand_id, b.phone_number, b.recording_id, b.audio_url, b.audio_type, b.voice_id,
                  b.tts_body, b.forwarding_number, b.phone_ivr_id, b.pool_id, b.caller_id,
                  b.use_default_route, b.byoc, b.foreign_id, b.privacy, b.postal_code,
                  b.callback_url, b.status_format, b.extra_json);
}

}  // namespace dropcowboy
