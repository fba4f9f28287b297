#include "json/contact_codec.hpp"

#include <utility>

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

/// The number under a key, if it is a number of things.
std::optional<std::uint64_t> count_of(std::string_view object, std::string_view key) {
  const nlohmann::json value = value_of_member(object, key);
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<std::uint64_t>();
}

/// Whether an answer of which nothing is expected says that all is well.
bool agrees(std::string_view value) {
  if (!is_object(value)) return is_array(value) || value == "true";
  const auto is_no = [value](std::string_view key) {
    return value_of_member(value, key) == nlohmann::json(false);
  };
  const bool has_error = !value_of_member(value, "error").is_null() && !is_no("error");
  return !has_error && !is_no("success") && !is_no("ok");
}

/// The rows that an answer says were rejected, each once: what it says first of a row counts.
class RejectedRows {
 public:
  explicit RejectedRows(std::size_t rows) : reasons_(rows) {}

  void add(std::string_view element) {
    const auto index = is_object(element) ? count_of(element, "index") : std::nullopt;
    if (!index) return warn(IssueCode::invalid_value, "has an element that names no row");
    if (*index >= reasons_.size()) {
      return warn(IssueCode::out_of_range, "names a row that was not sent");
    }
    auto& reason = reasons_[*index];
    if (reason) return;
    const auto text = member_of(element, "reason");
    if (!text) {
      reason.emplace();
    } else {
      reason.emplace(text->front() == '"' ? string_of(*text) : std::string(*text));
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

  std::vector<std::optional<std::string>> reasons_;
  std::size_t count_ = 0;
  std::size_t faulty_ = 0;
  std::vector<Issue> issues_;
};

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
  const auto document = document_of_answer(body);
  if (document) {
    const nlohmann::json id = value_of_member(*document, "list_id");
    if (id.is_string() && id != nlohmann::json("")) return delivery::Reading::success;
  }
  return refusal_or_unclear(document);
}

std::optional<ContactList> decode_contact_list(std::string_view body,
                                               const text::Redactor& redact) {
  const auto document = document_of_answer(body);
  if (!document) return std::nullopt;
  ContactList list;
  const MemberReader read(*document, "list", list.issues);
  read.id("list_id", list.list_id);
  read.text("list_name", list.list_name);
  read.time("created_at", list.created_at);
  read.count("contact_count", list.contact_count);
  take_over_text(*document, "list", redact, list.json, list.issues);
  return list;
}

delivery::Reading read_bare_answer(std::string_view body) {
  const std::string_view word = text::trim(body);
  if (word.empty() || text::equals_ignoring_case(word, "ok")) return delivery::Reading::success;
  const auto document = document_of_answer(body);
  const auto reading = refusal_or_unclear(document);
  if (reading == delivery::Reading::refusal) return reading;
  return document && agrees(*document) ? delivery::Reading::success : delivery::Reading::unclear;
}

delivery::Reading read_append_answer(std::string_view body) {
  const auto document = document_of_answer(body);
  const auto reading = refusal_or_unclear(document);
  const auto accepted = document ? count_of(*document, "accepted_count") : std::nullopt;
  if (!accepted) return reading;
  if (reading != delivery::Reading::refusal) return delivery::Reading::success;
  const bool took_rows = *accepted != 0;  // and says "no" all the same
  return took_rows ? delivery::Reading::unclear : reading;
}

std::optional<AppendAnswer> decode_append_answer(std::string_view body, std::size_t rows) {
  const auto document = document_of_answer(body);
  const auto accepted = document ? count_of(*document, "accepted_count") : std::nullopt;
  if (!accepted) return std::nullopt;
  AppendAnswer answer;
  answer.accepted_count = *accepted;
  const auto rejected = member_of(*document, "rejected");
  if (!rejected || *rejected == "null") return answer;
  if (!is_array(*rejected)) {
    answer.issues.push_back({Severity::warning, "rejected", IssueCode::invalid_value,
                             "is not an array, so that no rejected row is known"});
    return answer;
  }
  RejectedRows known(rows);
  for (Members elements(*rejected); elements.next();) known.add(elements.value());
  std::move(known).move_to(answer);
  return answer;
}

}  // namespace dropcowboy::json
