#include "json/document.hpp"

#include <algorithm>
#include <iterator>

#include "json/repaired.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

using Clock = std::chrono::system_clock;

constexpr std::string_view white_space = " \t\r\n";

/// Takes nothing of what it reads but how deep it nests.
class Validator {
 public:
  std::string fault = "is not valid JSON";

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(std::int64_t) { return true; }
  bool number_unsigned(std::uint64_t) { return true; }
  bool number_float(double, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(); }
  bool key(std::string&) { return true; }
  bool end_object() { return --depth_, true; }
  bool start_array(std::size_t) { return open(); }
  bool end_array() { return --depth_, true; }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    fault += " (byte " + std::to_string(position) + ")";
    return false;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::out_of_range&) {
    fault = "holds a number beyond the range of a double";
    return false;
  }

 private:
  static constexpr int max_depth = 32;

  bool open() {
    if (++depth_ <= max_depth) return true;
    fault = "nests deeper than 32 levels";
    return false;
  }

  int depth_ = 0;
};

/// The parser's errors quote the white space before them, eight bytes for each line break.
bool has_endless_gap(std::string_view text) noexcept {
  constexpr std::size_t longest = std::size_t{64} * 1024;
  if (text.size() <= longest) return false;  // nearly always
  std::size_t length = 0;
  for (const char c : text) {
    length = white_space.find(c) == std::string_view::npos ? 0 : length + 1;
    if (length > longest) return true;
  }
  return false;
}

/// How long the string is that `text` begins with, quotes included.
std::size_t string_length(std::string_view text) noexcept {
  std::size_t end = 1;
  while (text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
  return end + 1;
}

/// How long the value is that `text` begins with.
std::size_t value_length(std::string_view text) noexcept {
  if (text.front() == '"') return string_length(text);
  if (!is_object(text) && !is_array(text)) {
    return std::min(text.size(), text.find_first_of(",]} \t\r\n"));
  }
  std::size_t depth = 0;
  for (std::size_t at = 0;;) {
    const char c = text[at];
    at += c == '"' ? string_length(text.substr(at)) : 1;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && --depth == 0) return at;
  }
}

bool is_document(std::string_view text, std::string* fault = nullptr) {
  Validator validator;
  // The parser takes a NUL for the end of the text, whatever follows.
  const bool is_readable = text.find('\0') == std::string_view::npos && !has_endless_gap(text);
  if (is_readable && nlohmann::json::sax_parse(text.begin(), text.end(), &validator)) return true;
  if (fault != nullptr) *fault = std::move(validator.fault);
  return false;
}

std::string_view without_surroundings(std::string_view text) noexcept {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
    text.remove_prefix(byte_order_mark.size());
  }
  return text::trim(text);
}

}  // namespace

std::optional<std::string_view> document_of(std::string_view text, std::string* fault) {
  if (!is_document(text, fault)) return std::nullopt;
  return without_surroundings(text);
}

std::optional<std::string_view> document_of_answer(std::string_view body) {
  if (!is_document(Repaired(body).text())) return std::nullopt;
  return without_surroundings(body);  // repairs change nothing outside of strings
}

void keep_text(std::string_view text, std::string_view whole, const text::Redactor& redact,
               std::string& field, std::vector<Issue>& issues) {
  const Repaired repaired(text);
  field = redact(std::string(repaired.text()));
  if (!repaired.is_changed()) return;
  issues.push_back({Severity::warning, whole, IssueCode::invalid_utf8, replaced_what_is_no_text});
}

bool is_object(std::string_view value) noexcept { return value.front() == '{'; }
bool is_array(std::string_view value) noexcept { return value.front() == '['; }

Members::Members(std::string_view container) noexcept : has_keys_(is_object(container)) {
  if (has_keys_ || is_array(container)) rest_ = container.substr(1, container.size() - 2);
}

bool Members::next() {
  skip_separators();
  if (rest_.empty()) return false;
  if (has_keys_) {
    key_ = take();
    skip_separators();
  }
  value_ = take();
  return true;
}

std::string_view Members::take() {
  const std::size_t length = value_length(rest_);
  const std::string_view text = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return text;
}

void Members::skip_separators() noexcept {
  rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(" \t\r\n,:")));
}

std::string string_of(std::string_view text) {
  const Repaired repaired(text);
  const std::string_view inner = repaired.text().substr(1, repaired.text().size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  return value_of(text).get_ref<const std::string&>();
}

std::string_view content_of(std::string_view text, std::string& buffer) {
  const std::string_view inner = text.substr(1, text.size() - 2);
  const bool is_plain =
      text::is_printable_ascii(inner) && inner.find('\\') == std::string_view::npos;
  return is_plain ? inner : buffer = string_of(text);
}

std::optional<std::string_view> member_of(std::string_view object, std::string_view key) {
  std::optional<std::string_view> last;
  if (!is_object(object)) return last;
  std::string buffer;
  for (Members members(object); members.next();) {
    if (content_of(members.key(), buffer) == key) last = members.value();
  }
  return last;
}

nlohmann::json value_of(std::string_view text) {
  if (is_object(text)) return nlohmann::json::object();
  if (is_array(text)) return nlohmann::json::array();
  const Repaired repaired(text);
  const std::string_view value = repaired.text();
  return nlohmann::json::parse(value.begin(), value.end(), nullptr, false);
}

nlohmann::json value_of_member(std::string_view object, std::string_view key) {
  const auto text = member_of(object, key);
  return text ? value_of(*text) : nlohmann::json();
}

void append_compact(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = text.front() == '"' ? string_length(text) : 1;
    if (white_space.find(text.front()) == std::string_view::npos)
      out.append(text.substr(0, length));
    text.remove_prefix(length);
  }
}

bool is_word_for_no(std::string_view status) noexcept {
  constexpr std::string_view words[] = {"error",   "failed",       "failure",        "rejected",
                                        "invalid", "unauthorized", "not authorized", "forbidden"};
  return std::any_of(std::begin(words), std::end(words), [status](std::string_view word) {
    return text::equals_ignoring_case(status, word);
  });
}

bool is_refusal(std::string_view document) {
  const nlohmann::json status = value_of_member(document, "status");
  return status.is_string() && is_word_for_no(status.get_ref<const std::string&>());
}

MemberReader::MemberReader(std::string_view value, std::string_view whole,
                           std::vector<Issue>& issues)
    : object_(value), issues_(issues) {
  if (!is_object(value)) mistyped(whole, "is not an object");
}

void MemberReader::id(std::string_view key, std::string& field) const {
  const std::size_t before = issues_.size();
  text(key, field);
  if (field.empty() && issues_.size() == before && is_object(object_)) {
    issues_.push_back({Severity::error, key, IssueCode::missing, "was not told"});
  }
}

void MemberReader::text(std::string_view key, std::string& field) const {
  const nlohmann::json value = value_of_member(object_, key);
  if (value.is_null()) return;
  if (!value.is_string()) return mistyped(key, "is not a string");
  field = value.get_ref<const std::string&>();
}

void MemberReader::truth(std::string_view key, std::optional<bool>& field) const {
  const nlohmann::json value = value_of_member(object_, key);
  if (value.is_null()) return;
  if (!value.is_boolean()) return mistyped(key, "is neither true nor false");
  field = value.get<bool>();
}

void MemberReader::count(std::string_view key, std::optional<std::uint64_t>& field) const {
  const nlohmann::json value = value_of_member(object_, key);
  if (value.is_null()) return;
  if (!value.is_number_unsigned()) return mistyped(key, "is not a number of things");
  field = value.get<std::uint64_t>();
}

void MemberReader::time(std::string_view key, std::optional<Clock::time_point>& field) const {
  constexpr auto latest =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::duration::max());
  const nlohmann::json value = value_of_member(object_, key);
  if (value.is_null()) return;
  const bool fits = value.is_number_unsigned() &&
                    value.get<std::uint64_t>() <= static_cast<std::uint64_t>(latest.count());
  if (!fits) return mistyped(key, "is not a time in milliseconds since 1970");
  field = Clock::time_point(std::chrono::milliseconds(value.get<std::int64_t>()));
}

void MemberReader::mistyped(std::string_view key, const char* message) const {
  issues_.push_back({Severity::error, key, IssueCode::invalid_value, message});
}

}  // namespace dropcowboy::json
