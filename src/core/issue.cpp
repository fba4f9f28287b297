#include "dropcowboy/issue.hpp"

#include <ostream>
#include <tuple>

namespace dropcowboy {

std::string_view to_string(IssueCode code) noexcept {
  switch (code) {
    case IssueCode::missing: return "missing";
    case IssueCode::blank: return "blank";
    case IssueCode::invalid_utf8: return "invalid_utf8";
    case IssueCode::control_character: return "control_character";
    case IssueCode::invalid_phone_number: return "invalid_phone_number";
    case IssueCode::no_audio_source: return "no_audio_source";
    case IssueCode::several_audio_sources: return "several_audio_sources";
    case IssueCode::incomplete_pair: return "incomplete_pair";
    case IssueCode::no_reply_route: return "no_reply_route";
    case IssueCode::conflicting_reply_route: return "conflicting_reply_route";
    case IssueCode::too_long: return "too_long";
    case IssueCode::invalid_postal_code: return "invalid_postal_code";
    case IssueCode::invalid_url: return "invalid_url";
    case IssueCode::url_with_credentials: return "url_with_credentials";
    case IssueCode::not_a_json_object: return "not_a_json_object";
    case IssueCode::reserved_key: return "reserved_key";
    case IssueCode::invalid_value: return "invalid_value";
    case IssueCode::out_of_range: return "out_of_range";
    case IssueCode::insecure_url: return "insecure_url";
    case IssueCode::no_opt_in: return "no_opt_in";
    case IssueCode::unknown_field: return "unknown_field";
    case IssueCode::no_phone_field: return "no_phone_field";
    case IssueCode::wrong_width: return "wrong_width";
    case IssueCode::toll_free_forwarding: return "toll_free_forwarding";
    case IssueCode::caller_id_only_route: return "caller_id_only_route";
    case IssueCode::default_route: return "default_route";
    case IssueCode::default_line: return "default_line";
    case IssueCode::recommended: return "recommended";
    case IssueCode::unencrypted_callback: return "unencrypted_callback";
    case IssueCode::unreachable_callback: return "unreachable_callback";
    case IssueCode::not_a_guid: return "not_a_guid";
    case IssueCode::needs_approval: return "needs_approval";
    case IssueCode::speech_too_long: return "speech_too_long";
    case IssueCode::ssml_unsupported: return "ssml_unsupported";
    case IssueCode::sample_value: return "sample_value";
    case IssueCode::several_segments: return "several_segments";
    case IssueCode::short_secret: return "short_secret";
    case IssueCode::rounded: return "rounded";
  }
  return "invalid_value";
}

bool operator==(const Issue& a, const Issue& b) noexcept {
  return std::tie(a.severity, a.field, a.code, a.message) ==
         std::tie(b.severity, b.field, b.code, b.message);
}

std::string to_string(const Issue& issue) {
  std::string text = issue.severity == Severity::error ? "error " : "warning ";
  text += issue.field;
  text += ": ";
  return text += issue.message;
}

std::ostream& operator<<(std::ostream& out, const Issue& issue) { return out << to_string(issue); }

std::string to_string(const Validation& validation) {
  std::string text;
  for (const auto* issues : {&validation.errors, &validation.warnings}) {
    for (const Issue& issue : *issues) {
      if (!text.empty()) text += '\n';
      text += to_string(issue);
    }
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const Validation& validation) {
  return out << to_string(validation);
}

}  // namespace dropcowboy
