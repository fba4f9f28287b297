#include "messages/request_checks.hpp"

#include <algorithm>

#include "core/phone_number_check.hpp"
#include "json/json_text.hpp"
#include "text/sms_segments.hpp"
#include "text/url.hpp"

namespace dropcowboy {

namespace {

void check_phone_number(Checker& check, std::string_view field, std::string_view number) {
  if (const char* complaint = complaint_about_number(number)) {
    check.error(field, IssueCode::invalid_phone_number, complaint);
  }
}

/// Warns of a URL to which the service cannot or should not call back.
void check_callback(Checker& check, std::string_view field, const text::Url& url) {
  if (!url.is_https) {
    check.warning(field, IssueCode::unencrypted_callback,
                  "is plain http: phone numbers will travel unencrypted; use https");
  }
  if (text::is_private_host(url.host)) {
    check.warning(field, IssueCode::unreachable_callback,
                  "names a loopback or private host, which the service cannot reach");
  }
}

void check_url(Checker& check, std::string_view field, std::string_view value, FieldKind kind) {
  const auto url = text::parse_url(value);
  if (!url) {
    check.error(field, IssueCode::invalid_url,
                "must be an absolute http or https URL with a host, special characters encoded");
  } else if (url->has_userinfo) {
    check.error(field, IssueCode::url_with_credentials,
                "must not carry user and password: use a hard-to-guess path or query instead");
  }
  if (url && kind == FieldKind::callback_url) check_callback(check, field, *url);
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

}  // namespace

void check_text(Checker& check, std::string_view field, std::string_view value, FieldKind kind) {
  if (text::is_blank(value)) {
    return check.error(field, IssueCode::blank,
                       "is set but blank: give it a value or leave it unset");
  }
  const bool is_prose = kind == FieldKind::prose;
  if (!check.check_clean(field, value, is_prose)) return;
  if (!is_prose && is_sample_value(value)) {
    check.warning(field, IssueCode::sample_value,
                  "is a sample from the documentation: put your own value here");
  }
  switch (kind) {
    case FieldKind::phone_number: return check_phone_number(check, field, value);
    case FieldKind::url:
    case FieldKind::callback_url: return check_url(check, field, value, kind);
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
    case FieldKind::prose:
    case FieldKind::plain: return;
  }
}

void check_required(Checker& check, std::string_view field, const std::string& value,
                    FieldKind kind, const char* remedy) {
  if (text::is_blank(value)) return check.error(field, IssueCode::missing, remedy);
  check_text(check, field, value, kind);
}

void check_foreign_id(Checker& check, const std::string& value) {
  check_text(check, "foreign_id", value, FieldKind::plain);
  if (text::count_code_points(value) > max_foreign_id) {
    check.error("foreign_id", IssueCode::too_long, "must have at most 256 characters");
  }
}

void check_segments(Checker& check, std::string_view field, std::string_view body) {
  const text::SmsSegments segments = text::sms_segments(body);
  if (segments.count < 2) return;
  const char* limit =
      segments.is_gsm7 ? "is longer than the 160 places of one segment (^ { } \\ [ ~ ] | and the "
                         "euro sign take two)"
                       : "is longer than the 70 characters of one segment, because it holds some "
                         "(quotes, dashes, emoji) beyond the alphabet of SMS";
  check.warning(field, IssueCode::several_segments,
                std::string(limit) + ": it takes " + std::to_string(segments.count) +
                    " segments, each of which may be charged as a message");
}

void check_extra_json(Checker& check, const std::optional<std::string>& extra_json,
                      bool (*is_known)(std::string_view key)) {
  if (!extra_json) return;
  const bool is_object = json::visit_keys(*extra_json, [&](const std::string& key) {
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

}  // namespace dropcowboy
