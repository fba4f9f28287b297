#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "dropcowboy/v2/message.hpp"
#include "messages/text_field.hpp"

namespace dropcowboy::v2 {

/// The optional text keys of the wire body, except foreign_id, in the order of the body.
inline constexpr std::array<TextField<RvmRequest>, 11> rvm_fields = {{
    {"to", &RvmRequest::to, FieldKind::phone_number},
    {"contact_id", &RvmRequest::contact_id, FieldKind::id},
    {"phone_line_id", &RvmRequest::phone_line_id, FieldKind::id},
    {"media_id", &RvmRequest::media_id, FieldKind::id},
    {"tts_body", &RvmRequest::tts_body, FieldKind::prose},
    {"voice_id", &RvmRequest::voice_id, FieldKind::id},
    {"audio_url", &RvmRequest::audio_url, FieldKind::url},
    {"caller_id", &RvmRequest::caller_id, FieldKind::phone_number},
    {"brand_id", &RvmRequest::brand_id, FieldKind::id},
    {"postal_code", &RvmRequest::postal_code, FieldKind::postal_code},
    {"callback_url", &RvmRequest::callback_url, FieldKind::callback_url},
}};

inline constexpr std::array<TextField<SmsRequest>, 3> sms_fields = {{
    {"to", &SmsRequest::to, FieldKind::phone_number},
    {"contact_id", &SmsRequest::contact_id, FieldKind::id},
    {"callback_url", &SmsRequest::callback_url, FieldKind::callback_url},
}};

/// The other keys that extra_json may not name; credentials belong into the headers.
inline constexpr std::array<std::string_view, 4> other_rvm_keys = {"foreign_id", "byoc", "team_id",
                                                                   "secret"};
inline constexpr std::array<std::string_view, 7> other_sms_keys = {
    "foreign_id", "phone_line_id", "body", "media_urls", "media_ids", "team_id", "secret"};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

inline bool is_rvm_key(std::string_view key) {
  return is_text_field(rvm_fields, key) || is_among(other_rvm_keys, key);
}
inline bool is_sms_key(std::string_view key) {
  return is_text_field(sms_fields, key) || is_among(other_sms_keys, key);
}

}  // namespace dropcowboy::v2
