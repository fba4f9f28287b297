#include "dropcowboy/sms.hpp"

#include <algorithm>

#include "fields/sms_fields.hpp"
#include "validation/request_checks.hpp"

namespace dropcowboy {

namespace {

constexpr std::size_t max_characters = 160;

bool is_known(std::string_view key) {
  return std::any_of(sms_fields.begin(), sms_fields.end(),
                     [key](const RequiredSmsField& field) { return field.name == key; }) ||
         std::find(other_sms_keys.begin(), other_sms_keys.end(), key) != other_sms_keys.end();
}

}  // namespace

Validation validate(const SmsRequest& r) {
  Checker check;
  for (const RequiredSmsField& field : sms_fields) {
    check_required(check, field.name, r.*field.member, field.kind, field.remedy);
  }
  if (text::count_code_points(r.sms_body) > max_characters) {
    check.error("sms_body", IssueCode::too_long,
                "must have at most 160 characters: shorten it, or send several messages");
  }
  if (!r.opt_in) {
    check.error("opt_in", IssueCode::no_opt_in,
                "must be true: your word that this person agreed to get text messages; do not "
                "send without it");
  }
  if (r.foreign_id) check_foreign_id(check, *r.foreign_id);
  if (r.callback_url) {
    check_text(check, "callback_url", *r.callback_url, FieldKind::url);
    check_callback_url(check, *r.callback_url);
  }
  check_extra_json(check, r.extra_json, is_known);
  return std::move(check).result();
}

}  // namespace dropcowboy
