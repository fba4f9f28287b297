#include "dropcowboy/rvm.hpp"

#include <algorithm>

#include "checker.hpp"
#include "json/json_text.hpp"
#include "rvm_fields.hpp"
#include "text/phone_number.hpp"
#include "text/url.hpp"

namespace dropcowboy {

std::string_view to_string(AudioType type) noexcept {
  return type == AudioType::wav ? "wav" : "mp3";
}

std::string_view to_string(Privacy privacy) noexcept {
  return privacy == Privacy::full ? "full" : "off";
}

namespace {

constexpr std::size_t max_foreign_id = 256;
constexpr std::size_t max_speech = 1200;

void check_phone_number(Checker& check, std::string_view field, std::string_view number) {
  const char* message = nullptr;
  switch (text::check_phone_number(number)) {
    case text::PhoneFault::none: return;
    case text::PhoneFault::no_plus:
      message = "must be in E.164 form, which begins with + and the country code: +15552223333";
      break;
    case text::PhoneFault::not_digits:
      message = "must be in E.164 form: only digits after the +, no spaces, dashes or brackets";
      break;
    case text::PhoneFault::leading_zero:
      message = "must be in E.164 form: no country code begins with 0";
      break;
    case text::PhoneFault::wrong_length:
      message = "must be in E.164 form: 2 to 15 digits after the +";
      break;
    case text::PhoneFault::wrong_nanp:
      message = "under +1 needs exactly ten more digits, the first of them 2 to 9";
      break;
  }
  check.error(field, IssueCode::invalid_phone_number, message);
}

void check_url(Checker& check, std::string_view field, std::string_view value) {
  const auto url = text::parse_url(value);
  if (!url) {
    check.error(field, IssueCode::invalid_url,
                "must be an absolute http or https URL with a host, special characters encoded");
  } else if (url->has_userinfo) {
    check.error(field, IssueCode::url_with_credentials,
                "must not carry user and password: use a hard-to-guess path or query instead");
  }
}

void check_callback_url(Checker& check, std::string_view value) {
  constexpr std::string_view field = "callback_url";
  const auto url = text::parse_url(value);
  if (!url) return;
  if (!url->is_https) {
    check.warning(field, IssueCode::unencrypted_callback,
                  "is plain http: phone numbers will travel unencrypted; use https");
  }
  if (text::is_private_host(url->host)) {
    check.warning(field, IssueCode::unreachable_callback,
                  "names a loopback or private host, which the service cannot reach");
  }
}

/// The vendor's documentation shows these; none of them is anybody's own.
bool is_sample_value(std::string_view value) noexcept {
  constexpr std::string_view samples[] = {"+15552223333", "+15557778888",
                                          "https://example.com/yourfile.mp3", "http://example.com",
                                          "https://example.com"};
  const bool is_placeholder = value.size() > 2 && value.front() == '<' && value.back() == '>';
  return is_placeholder ||
         std::find(std::begin(samples), std::end(samples), value) != std::end(samples);
}

/// One text field that is set. A blank one is an error of its own, and counts as present for the
/// rules about combinations: the caller meant to use it.
void check_text(Checker& check, std::string_view field, std::string_view value, FieldKind kind) {
  if (text::is_blank(value)) {
    return check.error(field, IssueCode::blank,
                       "is set but blank: give it a value or leave it unset");
  }
  const bool is_speech = kind == FieldKind::speech;
  if (!check.is_clean(field, value, is_speech)) return;
  if (!is_speech && is_sample_value(value)) {
    check.warning(field, IssueCode::sample_value,
                  "is a sample from the documentation: put your own value here");
  }
  switch (kind) {
    case FieldKind::phone_number: return check_phone_number(check, field, value);
    case FieldKind::url: return check_url(check, field, value);
    case FieldKind::id:
      if (!text::is_guid(value)) {
        check.warning(field, IssueCode::not_a_guid,
                      "does not look like an id of the service (8-4-4-4-12 hexadecimal digits)");
      }
      return;
    case FieldKind::postal_code:
      if (!text::is_postal_code(value)) {
        check.error(field, IssueCode::invalid_postal_code,
                    "must be a ZIP (02101), ZIP+4 (90210-0001) or Canadian (K1A 0B1) code");
      }
      return;
    case FieldKind::speech:
    case FieldKind::label: return;
  }
}

void check_required(Checker& check, std::string_view field, const std::string& value,
                    FieldKind kind, const char* remedy) {
  if (text::is_blank(value)) return check.error(field, IssueCode::missing, remedy);
  check_text(check, field, value, kind);
}

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
  if (!has_common_route && !r.caller_id && !r.byoc) {
    check.error("forwarding_number", IssueCode::no_reply_route,
                "nothing says where replies go: set forwarding_number, pool_id or phone_ivr_id "
                "(on BYOC accounts also caller_id or byoc)");
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
  if (!r.extra_json) return;
  const auto is_known = [](std::string_view key) {
    return std::any_of(optional_fields.begin(), optional_fields.end(),
                       [key](const OptionalField& field) { return field.name == key; }) ||
           std::find(other_keys.begin(), other_keys.end(), key) != other_keys.end();
  };
  const bool is_object = json::visit_keys(*r.extra_json, [&](const std::string& key) {
    if (is_known(key)) {
      check.error("extra_json", IssueCode::reserved_key,
                  "names the key " + key + ", which has a field of its own: set that instead");
    }
  });
  if (!is_object) {
    check.error("extra_json", IssueCode::not_a_json_object,
                R"(must be the text of a JSON object, such as {"new_key":1})");
  }
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
  for (const OptionalField& field : optional_fields) {
    if (const auto& value = r.*field.member) check_text(check, field.name, *value, field.kind);
  }
  if (r.foreign_id) {
    check_text(check, "foreign_id", *r.foreign_id, FieldKind::label);
    if (text::count_code_points(*r.foreign_id) > max_foreign_id) {
      check.error("foreign_id", IssueCode::too_long, "must have at most 256 characters");
    }
  }
  check_audio(check, r);
  check_reply_route(check, r);
  check_speech(check, r);
  check_json(check, r);
  if (r.callback_url) check_callback_url(check, *r.callback_url);
  recommend(check, r);
  return std::move(check).result();
}

}  // namespace dropcowboy
