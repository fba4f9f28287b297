#include "json/json_text.hpp"

#include "json/document.hpp"
#include "text/byte_scan.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

constexpr std::size_t max_bytes = std::size_t{1024} * 1024;

bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// True nearly always.
bool is_all_plain(std::string_view text) noexcept {
  return text::all_words(text, [](text::EightBytes word) {
    return (text::beyond_ascii(word) | text::below(word, 0x20) | text::equal(word, '"') |
            text::equal(word, '\\')) == 0;
  });
}

void append_escaped(std::string& out, char c) {
  constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  if (is_all_plain(text)) {
    out.append(text) += '"';
    return;
  }
  std::size_t copied = 0;
  const auto copy_until = [&](std::size_t end) {
    out.append(text, copied, end - copied);
    copied = end;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (is_plain(text[at])) {
      ++at;
      continue;
    }
    const std::size_t length = text::utf8_character_length(text.substr(at));
    if (length > 1) {
      at += length;
      continue;
    }
    copy_until(at);
    if (length == 1) {
      append_escaped(out, text[at]);
    } else {
      out += "\xEF\xBF\xBD";
    }
    copied = ++at;
  }
  copy_until(text.size());
  out += '"';
}

bool visit_keys(std::string_view text, const std::function<void(const std::string&)>& visit) {
  const auto object = text.size() <= max_bytes ? document_of(text) : std::nullopt;
  if (!object || !is_object(*object)) return false;
  for (Members members(*object); members.next();) visit(string_of(members.key()));
  return true;
}

void append_json_strings(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    if (&text != &texts.front()) out += ',';
    append_json_string(out, text);
  }
  out += ']';
}

std::string object_around(std::string members) {
  if (members.empty()) return "{}";
  members.front() = '{';
  members += '}';
  return members;
}

bool is_json_object(std::string_view text) {
  return visit_keys(text, [](const std::string&) {});
}

std::string_view members_of(std::string_view object) noexcept {
  const auto open = object.find('{');
  const auto close = object.rfind('}');
  if (open == std::string_view::npos || close <= open) return {};
  return object.substr(open + 1, close - open - 1);
}

}  // namespace dropcowboy::json
