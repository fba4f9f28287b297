#include "dropcowboy/sms.hpp"

#include <string>
#include <tuple>

#include "messages/request_checks.hpp"
#include "messages/sms_fields.hpp"

namespace dropcowboy {

namespace {

constexpr std::size_t max_characters = 160;

}  // namespace

Validation validate(const SmsRequest& r) {
  Checker check;
  for (const RequiredSmsField& field : sms_fields) {
    check_required(check, field.name, r.*field.member, field.kind, field.remedy);
  }
  if (text::count_code_points(r.sms_body) > max_characters) {
    check.error("sms_body", IssueCode::too_long,
                "must have at most 160 characters: shorten it, or send several messages");
  } else if (text::is_utf8(r.sms_body)) {
    check_segments(check, "sms_body", r.sms_body);
  }
  if (!r.opt_in) {
    check.error("opt_in", IssueCode::no_opt_in,
                "must be true: your word that this person agreed to get text messages; do not "
                "send without it");
  }
  if (r.foreign_id) check_foreign_id(check, *r.foreign_id);
  if (r.callback_url) check_text(check, "callback_url", *r.callback_url, FieldKind::callback_url);
  check_extra_json(check, r.extra_json, &is_sms_key);
  return std::move(check).result();
}

bool operator==(const SmsRequest& a, const SmsRequest& b) noexcept {
  return std::tie(a.phone_number, a.caller_id, a.pool_id, a.sms_body, a.opt_in, a.foreign_id,
                  a.callback_url, a.extra_json) == std::tie(b.phone_number, b.caller_id, b.pool_id,
                                                            b.sms_body, b.opt_in, b.foreign_id,
                                                            b.callback_url, b.extra_json);
}

}  // namespace dropcowboy
