#pragma once

#include <array>

#include "dropcowboy/rvm.hpp"
#include "messages/text_field.hpp"

namespace dropcowboy {

/// The optional text keys of the wire body, except foreign_id, which is always sent.
inline constexpr std::array<TextField<RvmRequest>, 11> optional_rvm_fields = {{
    {"recording_id", &RvmRequest::recording_id, FieldKind::id},
    {"audio_url", &RvmRequest::audio_url, FieldKind::url},
    {"voice_id", &RvmRequest::voice_id, FieldKind::id},
    {"tts_body", &RvmRequest::tts_body, FieldKind::prose},
    {"forwarding_number", &RvmRequest::forwarding_number, FieldKind::phone_number},
    {"phone_ivr_id", &RvmRequest::phone_ivr_id, FieldKind::id},
    {"pool_id", &RvmRequest::pool_id, FieldKind::id},
    {"caller_id", &RvmRequest::caller_id, FieldKind::phone_number},
    {"postal_code", &RvmRequest::postal_code, FieldKind::postal_code},
    {"callback_url", &RvmRequest::callback_url, FieldKind::callback_url},
    {"status_format", &RvmRequest::status_format, FieldKind::plain},
}};

/// The only key of to_json() that the wire body never has.
inline constexpr std::string_view default_route_key = "use_default_route";

/// The other keys that extra_json may not name.
inline constexpr std::array<std::string_view, 9> other_rvm_keys = {
    "team_id",    "secret",  "brand_id", "phone_number",   "foreign_id",
    "audio_type", "privacy", "byoc",     default_route_key};

inline bool is_rvm_key(std::string_view key) {
  return is_text_field(optional_rvm_fields, key) ||
         std::find(other_rvm_keys.begin(), other_rvm_keys.end(), key) != other_rvm_keys.end();
}

}  // namespace dropcowboy
