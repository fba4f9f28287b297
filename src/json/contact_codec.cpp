#include "json/contact_codec.hpp"

#include <algorithm>
#include <tuple>

#include "json/document.hpp"
#include "json/json_text.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

void append_array(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    if (&text != &texts.front()) out += ',';
    append_json_string(out, text);
  }
  out += ']';
}

bool has_text(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() &&
         !found->get_ref<const std::string&>().empty();
}

bool has_count(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned();
}

/// False if it does not name a row.
bool fill(RejectedRow& row, const nlohmann::json& value) {
  if (!value.is_object() || !has_count(value, "index")) return false;
  row.index = value["index"].get<std::size_t>();
  const auto reason = value.find("reason");
  if (reason != value.end()) {
    row.reason = reason->is_string() ? reason->get<std::string>() : text_of(*reason);
  }
  return true;
}

/// Whether an answer of which nothing is expected says that all is well.
bool agrees(const nlohmann::json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (!value.is_object()) return value.is_array();
  const auto is = [&](const char* key, const nlohmann::json& other) {
    const auto found = value.find(key);
    return found != value.end() && *found == other;
  };
  const bool has_error = value.contains("error") && !is("error", nullptr) && !is("error", false);
  return !has_error && !is("success", false) && !is("ok", false);
}

void keep_each_row_once(std::vector<RejectedRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.index, a.reason) < std::tie(b.index, b.reason);
  });
  const auto end = std::unique(rows.begin(), rows.end(),
                               [](const auto& a, const auto& b) { return a.index == b.index; });
  rows.erase(end, rows.end());
}

}  // namespace

std::string encode_list_name(std::string_view list_name) {
  std::string body = R"({"list_name":)";
  append_json_string(body, list_name);
  return body += '}';
}

std::string encode_rows(const ContactRows& rows, RowRange range) {
  std::string body = R"({"fields":)";
  append_array(body, rows.fields);
  body += R"(,"values":[)";
  for (std::size_t i = range.first; i < range.first + range.count; ++i) {
    if (i != range.first) body += ',';
    append_array(body, rows.values[i]);
  }
  body += ']';
  if (rows.region) {
    body += R"(,"region":)";
    append_json_string(body, *rows.region);
  }
  return body += '}';
}

delivery::Reading read_contact_list_answer(std::string_view body) {
  const auto document = parse_document(body);
  if (document && document->is_object() && has_text(*document, "list_id")) {
    return delivery::Reading::success;
  }
  return refusal_or_unclear(document);
}

std::optional<ContactList> decode_contact_list(std::string_view body) {
  const auto document = parse_document(body);
  if (!document) return std::nullopt;
  ContactList list;
  const MemberReader read(*document, "list", list.issues);
  read.id("list_id", list.list_id);
  read.text("list_name", list.list_name);
  read.time("created_at", list.created_at);
  read.count("contact_count", list.contact_count);
  take_over_text(text::trim(body), "list", list.json, list.issues);
  return list;
}

delivery::Reading read_bare_answer(std::string_view body) {
  const std::string_view word = text::trim(body);
  if (word.empty() || text::equals_ignoring_case(word, "ok")) return delivery::Reading::success;
  const auto document = parse_document(body);
  const auto reading = refusal_or_unclear(document);
  if (reading == delivery::Reading::refusal) return reading;
  return document && agrees(*document) ? delivery::Reading::success : delivery::Reading::unclear;
}

delivery::Reading read_append_answer(std::string_view body) {
  const auto document = parse_document(body);
  const auto reading = refusal_or_unclear(document);
  if (!document || !document->is_object() || !has_count(*document, "accepted_count")) {
    return reading;
  }
  if (reading != delivery::Reading::refusal) return delivery::Reading::success;
  const bool took_rows = (*document)["accepted_count"] != 0;  // and says "no" all the same
  return took_rows ? delivery::Reading::unclear : reading;
}

std::optional<AppendAnswer> decode_append_answer(std::string_view body, std::size_t rows) {
  const auto document = parse_document(body);
  if (!document || !document->is_object() || !has_count(*document, "accepted_count")) {
    return std::nullopt;
  }
  AppendAnswer answer;
  answer.accepted_count = (*document)["accepted_count"].get<std::uint64_t>();
  const auto warn = [&](IssueCode code, const char* message) {
    answer.issues.push_back({Severity::warning, "rejected", code, message});
  };
  const auto rejected = document->find("rejected");
  if (rejected == document->end() || rejected->is_null()) return answer;
  if (!rejected->is_array()) {
    warn(IssueCode::invalid_value, "is not an array, so that no rejected row is known");
    return answer;
  }
  for (const nlohmann::json& value : *rejected) {
    RejectedRow row;
    if (!fill(row, value)) {
      warn(IssueCode::invalid_value, "has an element that names no row");
    } else if (row.index >= rows) {
      warn(IssueCode::out_of_range, "names a row that was not sent");
    } else {
      answer.rejected.push_back(std::move(row));
    }
  }
  keep_each_row_once(answer.rejected);
  return answer;
}

}  // namespace dropcowboy::json
