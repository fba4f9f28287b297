#include "json/failure_answer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "json/repaired.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_told_bytes = 1024;
constexpr std::size_t longest_reason = 100;
constexpr std::size_t longest_key = 100;  // of those that say something

// Where services put their words, the most telling place first. A name is the keys on the way, in
// lower case; arrays do not count.
constexpr std::array<std::string_view, 12> message_places = {
    "message", "error.message", "detail.message", "error_description", "error",
    "detail",  "error.detail",  "title",          "error.title",       "reason",
    "msg",     "description"};
constexpr std::array<std::string_view, 6> code_places = {
    "detail.code", "details.code", "error.code", "code", "error_code", "error.type"};
// Where a stable word for the reason is, which is one word: other texts there are for people.
constexpr std::array<std::string_view, 5> reason_places = {"detail.code", "details.code", "code",
                                                           "error", "type"};
constexpr std::array<std::string_view, 4> request_id_places = {"meta.request_id", "request_id",
                                                               "error.request_id", "requestid"};
/// Members of an element of a list of errors that need no name before them.
constexpr std::array<std::string_view, 5> plain_members = {"message", "detail", "title", "msg",
                                                           "reason"};

template <std::size_t N>
std::size_t rank_of(const std::array<std::string_view, N>& places, std::string_view place) {
  return static_cast<std::size_t>(std::find(places.begin(), places.end(), place) - places.begin());
}

/// Whole values only: whoever cuts a secret out of the list must find all of it.
void append(std::string& list, std::string_view prefix, std::string_view text) {
  if (list.size() > max_told_bytes) return;
  if (!list.empty()) list += "; ";
  list.append(prefix).append(text);
}

/// The value of the best place so far. Of a repeated key the last one counts, and of an array all
/// elements.
template <std::size_t N>
class Best {
 public:
  explicit constexpr Best(const std::array<std::string_view, N>& places) : places_(places) {}

  void offer(std::string_view place, std::string_view value, bool in_array) {
    const std::size_t rank = rank_of(places_, place);
    if (rank == N || rank > rank_) return;
    if (rank < rank_ || !in_array) text_.clear();
    rank_ = rank;
    append(text_, {}, value);
  }
  const std::string& text() const noexcept { return text_; }

 private:
  const std::array<std::string_view, N>& places_;
  std::size_t rank_ = N;
  std::string text_;
};

/// Reads on to the first fault: what came before it is said as well.
class FailureAnswerReader {
 public:
  void read(std::string_view json) { nlohmann::json::sax_parse(json.begin(), json.end(), this); }

  ServiceWords words() const {
    ServiceWords answer;
    answer.message = message_.text().empty() ? bare_ : message_.text();
    if (!list_.empty() && list_ != answer.message) {
      answer.message += (answer.message.empty() ? "" : ": ") + list_;
    }
    const std::string& code = code_.text();
    const bool is_told =
        code.size() <= longest_reason && answer.message.find(code) != std::string::npos;
    if (!code.empty() && !is_told) {
      answer.message += answer.message.empty() ? "code " + code : " (code " + code + ')';
    }
    answer.request_id = request_id_.text();
    answer.code = reason_.text();
    return answer;
  }

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(std::int64_t value) { return number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return number(std::to_string(value)); }
  bool number_float(double, const std::string&) { return true; }
  bool string(const std::string& value) {
    if (text::is_blank(value)) return true;
    const std::string where = place();
    if (where.empty()) append(bare_, {}, value);
    message_.offer(where, value, in_array_ > 0);
    code_.offer(where, value, false);
    request_id_.offer(where, value, false);
    const std::string_view reason = where == "type" ? last_part(value) : value;
    if (is_word(reason)) reason_.offer(where, reason, false);
    if (where == "errors") append(list_, {}, value);
    if (where.substr(0, 7) == "errors." || where.substr(0, 7) == "detail.")
      list_member(where, value);
    return true;
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(true); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(false); }
  bool end_array() { return close(); }
  bool key(const std::string& name) {
    levels_.back().key = name;
    return true;
  }
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return false;
  }

 private:
  struct Level {
    bool is_object = false;
    std::string key{};
  };

  bool open(bool is_object) {
    levels_.push_back({is_object, {}});
    in_array_ += is_object ? 0 : 1;
    return levels_.size() <= max_depth;
  }
  bool close() {
    in_array_ -= levels_.back().is_object ? 0 : 1;
    levels_.pop_back();
    return true;
  }
  bool number(const std::string& digits) {
    code_.offer(place(), digits, false);
    return true;
  }

  /// The last key counts only near the top: further down it says nothing of the whole.
  std::string place() const {
    std::string name;
    int keys = 0;
    for (const Level& level : levels_) {
      if (!level.is_object) continue;
      if (++keys > 2 || level.key.size() > longest_key) return "-";
      name.append(name.empty() ? "" : ".").append(level.key);
    }
    std::transform(name.begin(), name.end(), name.begin(), text::to_lower);
    return name;
  }

  static bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= longest_reason &&
           text.find_first_of(" \t\r\n") == std::string_view::npos;
  }

  /// Of the URI of a problem type, "https://api-v2.dropcowboy.com/errors/not-found", what names it.
  static std::string_view last_part(std::string_view type) {
    if (type == "about:blank") return {};
    while (!type.empty() && type.back() == '/') type.remove_suffix(1);
    return type.substr(type.rfind('/') + 1);
  }

  /// One of a list of errors: "phone_number: is not valid".
  void list_member(const std::string& where, std::string_view value) {
    const std::string_view member = std::string_view(where).substr(7);
    if (where[0] == 'd' && member != "msg") return;
    const bool needs_name = rank_of(plain_members, member) == plain_members.size();
    append(list_, needs_name ? last_key() + ": " : std::string(), value);
  }

  /// As it is written.
  std::string last_key() const {
    const auto level = std::find_if(levels_.rbegin(), levels_.rend(),
                                    [](const Level& one) { return one.is_object; });
    return level == levels_.rend() ? std::string() : level->key;
  }

  Best<message_places.size()> message_{message_places};
  Best<code_places.size()> code_{code_places};
  Best<reason_places.size()> reason_{reason_places};
  Best<request_id_places.size()> request_id_{request_id_places};
  std::string bare_;
  std::string list_;
  std::vector<Level> levels_;
  int in_array_ = 0;
};

/// On one line, and UTF-8. Whole, and spaces as they are, for the same reason as above.
std::string line_of(std::string_view text) {
  std::string line;
  for (text = text::trim(text); !text.empty();) {
    const std::size_t length = text::utf8_character_length(text);
    const bool is_control = static_cast<unsigned char>(text[0]) < ' ' || text[0] == '\x7F';
    if (length == 0) {
      line += "\xEF\xBF\xBD";  // U+FFFD
    } else {
      line += is_control ? std::string_view(" ") : text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return line;
}

std::size_t find_ignoring_case(std::string_view text, std::string_view word) {
  const auto found = std::search(text.begin(), text.end(), word.begin(), word.end(),
                                 [](char a, char b) { return text::to_lower(a) == b; });
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

/// What the page of a proxy is called; empty if it has no title.
std::string title_of(std::string_view page) {
  const std::size_t title = find_ignoring_case(page, "<title");
  if (title == std::string_view::npos) return {};
  page.remove_prefix(title);
  const std::size_t begin = page.find('>');
  if (begin == std::string_view::npos) return {};
  page.remove_prefix(begin + 1);
  return line_of(page.substr(0, find_ignoring_case(page, "</title")));  // not the next '<'
}

}  // namespace

ServiceWords decode_failure_answer(std::string_view body) {
  const std::string_view text = text::trim(body);
  if (text.empty()) return {};
  ServiceWords answer;
  const bool looks_like_json = text[0] == '{' || text[0] == '[' || text[0] == '"';
  if (looks_like_json) {
    const Repaired repaired(text);
    // The parser takes a NUL for the end of the text, whatever follows.
    if (repaired.text().find('\0') == std::string_view::npos) {
      FailureAnswerReader reader;
      reader.read(repaired.text());
      return reader.words();
    }
  }
  answer.message = text[0] == '<' ? title_of(text) : line_of(text);
  return answer;
}

}  // namespace dropcowboy::json
