#include "contacts/contact_codec.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "json/document.hpp"
#include "json/json_text.hpp"
#include "text/characters.hpp"

namespace dropcowboy {

namespace {

using delivery::Meaning;
using delivery::Understood;

/// The number under a key, if it is a number of things.
std::optional<std::uint64_t> count_of(std::string_view object, std::string_view key) {
  const nlohmann::json value = json::value_of_member(object, key);
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<std::uint64_t>();
}

Meaning refusal_or_unclear(std::string_view document) {
  return json::is_refusal(document) ? Meaning::refusal : Meaning::unclear;
}

/// Whether an answer of which nothing is expected says that all is well.
bool agrees(std::string_view value) {
  if (json::is_refusal(value)) return false;
  if (!json::is_object(value)) return json::is_array(value) || value == "true";
  const auto is_no = [value](std::string_view key) {
    return json::value_of_member(value, key) == nlohmann::json(false);
  };
  const bool has_error = !json::value_of_member(value, "error").is_null() && !is_no("error");
  return !has_error && !is_no("success") && !is_no("ok");
}

/// The rows that an answer says were rejected, each once: what it says first of a row counts.
class RejectedRows {
 public:
  explicit RejectedRows(const text::Redactor& redact)
      : redact_(redact), reasons_(max_rows_per_call) {}

  void add(std::string_view element) {
    const auto index = json::is_object(element) ? count_of(element, "index") : std::nullopt;
    if (!index) return warn(IssueCode::invalid_value, "has an element that names no row");
    if (*index >= reasons_.size()) {
      return warn(IssueCode::out_of_range, "names a row that was not sent");
    }
    auto& reason = reasons_[static_cast<std::size_t>(*index)];
    if (reason) return;
    const auto text = json::member_of(element, "reason");
    if (!text) {
      reason.emplace();
    } else {
      reason.emplace(redact_(text->front() == '"' ? json::string_of(*text) : std::string(*text)));
    }
    ++count_;
  }

  void move_to(AppendAnswer& answer) && {
    answer.rejected.reserve(count_);
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
      if (reasons_[i]) answer.rejected.push_back({i, *std::move(reasons_[i])});
    }
    if (faulty_ > most_issues) {
      issues_.push_back({Severity::warning, "rejected", IssueCode::invalid_value,
                         "has " + std::to_string(faulty_) + " such elements in all"});
    }
    answer.issues = std::move(issues_);
  }

 private:
  static constexpr std::size_t most_issues = 100;

  void warn(IssueCode code, const char* message) {
    if (++faulty_ <= most_issues) issues_.push_back({Severity::warning, "rejected", code, message});
  }

  const text::Redactor& redact_;
  std::vector<std::optional<std::string>> reasons_;
  std::size_t count_ = 0;
  std::size_t faulty_ = 0;
  std::vector<Issue> issues_;
};

}  // namespace

std::string encode_list_name(std::string_view list_name) {
  std::string body = R"({"list_name":)";
  json::append_json_string(body, list_name);
  return body += '}';
}

std::string encode_rows(const ContactRows& rows, RowRange range) {
  std::string body = R"({"fields":)";
  json::append_json_strings(body, rows.fields);
  body += R"(,"values":[)";
  for (std::size_t i = range.first; i < range.first + range.count; ++i) {
    if (i != range.first) body += ',';
    json::append_json_strings(body, rows.values[i]);
  }
  body += ']';
  if (rows.region) {
    body += R"(,"region":)";
    json::append_json_string(body, *rows.region);
  }
  return body += '}';
}

Understood understand_contact_list(std::string_view body, const text::Redactor& redact) {
  const auto document = json::document_of_answer(body);
  if (!document) return {};
  const nlohmann::json id = json::value_of_member(*document, "list_id");
  if (!id.is_string() || id == nlohmann::json("")) return {refusal_or_unclear(*document)};
  ContactList list;
  const json::MemberReader read(*document, "list", list.issues);
  read.id("list_id", list.list_id);
  read.text("list_name", list.list_name);
  read.time("created_at", list.created_at);
  read.count("contact_count", list.contact_count);
  json::keep_text(*document, "list", redact, list.json, list.issues);
  return {Meaning::success, std::move(list)};
}

Understood understand_bare_answer(std::string_view body, const text::Redactor&) {
  const std::string_view word = text::trim(body);
  if (word.empty() || text::equals_ignoring_case(word, "ok")) return {Meaning::success};
  const auto document = json::document_of_answer(body);
  if (!document) return {};
  return {agrees(*document) ? Meaning::success : refusal_or_unclear(*document)};
}

void AppendAnswer::keep_rows(std::size_t rows) {
  const auto beyond = std::find_if(rejected.begin(), rejected.end(),
                                   [rows](const RejectedRow& row) { return row.index >= rows; });
  if (beyond == rejected.end()) return;
  rejected.erase(beyond, rejected.end());
  issues.push_back(
      {Severity::warning, "rejected", IssueCode::out_of_range, "names a row that was not sent"});
}

Understood understand_append(std::string_view body, const text::Redactor& redact) {
  const auto document = json::document_of_answer(body);
  if (!document) return {};
  const auto accepted = count_of(*document, "accepted_count");
  if (!accepted) return {refusal_or_unclear(*document)};
  if (json::is_refusal(*document)) {
    const bool took_rows = *accepted != 0;  // and says "no" all the same
    return {took_rows ? Meaning::unclear : Meaning::refusal};
  }
  AppendAnswer answer;
  answer.accepted_count = *accepted;
  const auto rejected = json::member_of(*document, "rejected");
  if (!rejected || *rejected == "null") return {Meaning::success, std::move(answer)};
  if (json::is_array(*rejected)) {
    RejectedRows known(redact);
    for (json::Members elements(*rejected); elements.next();) known.add(elements.value());
    std::move(known).move_to(answer);
  } else {
    answer.issues.push_back({Severity::warning, "rejected", IssueCode::invalid_value,
                             "is not an array, so that no rejected row is known"});
  }
  return {Meaning::success, std::move(answer)};
}

}  // namespace dropcowboy
