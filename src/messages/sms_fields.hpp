#pragma once

#include <algorithm>
#include <array>

#include "dropcowboy/sms.hpp"
#include "messages/text_field.hpp"

namespace dropcowboy {

struct RequiredSmsField {
  std::string_view name;
  std::string SmsRequest::*member;
  FieldKind kind;
  const char* remedy;
};

/// The text keys that every SMS carries.
inline constexpr std::array<RequiredSmsField, 4> sms_fields = {{
    {"phone_number", &SmsRequest::phone_number, FieldKind::phone_number,
     "is required: the contact's number in E.164 form, such as +15552223333"},
    {"caller_id", &SmsRequest::caller_id, FieldKind::phone_number,
     "is required: the number where replies go, in E.164 form"},
    {"pool_id", &SmsRequest::pool_id, FieldKind::plain,
     "is required: the number pool that you registered for SMS"},
    {"sms_body", &SmsRequest::sms_body, FieldKind::prose, "is required: the text to send"},
}};

/// The other keys of the wire body: those that extra_json may not name either.
inline constexpr std::array<std::string_view, 5> other_sms_keys = {"team_id", "secret", "opt_in",
                                                                   "foreign_id", "callback_url"};

inline bool is_sms_key(std::string_view key) {
  return std::any_of(sms_fields.begin(), sms_fields.end(),
                     [key](const RequiredSmsField& field) { return field.name == key; }) ||
         std::find(other_sms_keys.begin(), other_sms_keys.end(), key) != other_sms_keys.end();
}

}  // namespace dropcowboy
