#include "json/document.hpp"

#include "json/answer.hpp"
#include "json/repaired.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

constexpr int max_depth = 32;

using Clock = std::chrono::system_clock;

}  // namespace

std::optional<nlohmann::json> parse_document(std::string_view body) {
  const Repaired repaired(body);
  const std::string_view text = repaired.text();
  // The parser takes a NUL for the end of the text, whatever follows.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  bool is_too_deep = false;
  const auto watch_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    is_too_deep = is_too_deep || depth >= max_depth;
    return !is_too_deep;
  };
  auto document = nlohmann::json::parse(text.begin(), text.end(), watch_depth, false);
  if (is_too_deep || document.is_discarded()) return std::nullopt;
  return document;
}

std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void take_over_text(std::string_view text, std::string_view whole, std::string& field,
                    std::vector<Issue>& issues) {
  const Repaired repaired(text);
  field = repaired.text();
  if (!repaired.is_changed()) return;
  issues.push_back({Severity::warning, whole, IssueCode::invalid_utf8, replaced_what_is_no_text});
}

std::vector<std::string_view> element_texts(std::string_view array) {
  std::vector<std::string_view> texts;
  std::size_t depth = 0;
  std::size_t begin = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < array.size(); ++i) {
    const char c = array[i];
    if (is_in_string) {
      if (c == '\\') ++i;  // what it escapes ends nothing
      if (c == '"') is_in_string = false;
      continue;
    }
    const bool ends = c == ']' || c == '}';
    if ((c == ',' && depth == 1) || (ends && depth == 1)) {
      const std::string_view text = text::trim(array.substr(begin, i - begin));
      if (!text.empty()) texts.push_back(text);
      begin = i + 1;
    }
    if (c == '"') is_in_string = true;
    if (ends) --depth;
    if (c == '[' || c == '{') {
      if (depth++ == 0) begin = i + 1;
    }
  }
  return texts;
}

delivery::Reading refusal_or_unclear(const std::optional<nlohmann::json>& document) {
  if (!document || !document->is_object()) return delivery::Reading::unclear;
  const auto status = document->find("status");
  const bool is_refusal = status != document->end() && status->is_string() &&
                          is_word_for_no(status->get_ref<const std::string&>());
  return is_refusal ? delivery::Reading::refusal : delivery::Reading::unclear;
}

MemberReader::MemberReader(const nlohmann::json& value, std::string_view whole,
                           std::vector<Issue>& issues)
    : value_(value), issues_(issues) {
  if (!value.is_object()) mistyped(whole, "is not an object");
}

void MemberReader::id(std::string_view key, std::string& field) const {
  const std::size_t before = issues_.size();
  text(key, field);
  if (field.empty() && issues_.size() == before && value_.is_object()) {
    issues_.push_back({Severity::error, key, IssueCode::missing, "was not told"});
  }
}

void MemberReader::text(std::string_view key, std::string& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  if (!value->is_string()) return mistyped(key, "is not a string");
  field = value->get_ref<const std::string&>();
}

void MemberReader::truth(std::string_view key, std::optional<bool>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  if (!value->is_boolean()) return mistyped(key, "is neither true nor false");
  field = value->get<bool>();
}

void MemberReader::count(std::string_view key, std::optional<std::uint64_t>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  if (!value->is_number_unsigned()) return mistyped(key, "is not a number of things");
  field = value->get<std::uint64_t>();
}

void MemberReader::time(std::string_view key, std::optional<Clock::time_point>& field) const {
  constexpr auto latest =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::duration::max());
  const auto* value = find(key);
  if (value == nullptr) return;
  const bool fits = value->is_number_unsigned() &&
                    value->get<std::uint64_t>() <= static_cast<std::uint64_t>(latest.count());
  if (!fits) return mistyped(key, "is not a time in milliseconds since 1970");
  field = Clock::time_point(std::chrono::milliseconds(value->get<std::int64_t>()));
}

const nlohmann::json* MemberReader::find(std::string_view key) const {
  if (!value_.is_object()) return nullptr;
  const auto found = value_.find(std::string(key));
  return found == value_.end() || found->is_null() ? nullptr : &*found;
}

void MemberReader::mistyped(std::string_view key, const char* message) const {
  issues_.push_back({Severity::error, key, IssueCode::invalid_value, message});
}

}  // namespace dropcowboy::json
