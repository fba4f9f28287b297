#include "dropcowboy/printable.hpp"

#include "text/characters.hpp"

namespace dropcowboy {

namespace {

constexpr char digits[] = "0123456789ABCDEF";

bool breaks_or_turns_lines(char32_t c) noexcept {
  const text::Invisible kind = text::invisible_kind(c);
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || kind == text::Invisible::line_break ||
         kind == text::Invisible::direction_mark;
}

void append_hexadecimal(std::string& out, char32_t value, unsigned int count) {
  for (unsigned int left = count; left > 0; --left) out += digits[(value >> 4 * (left - 1)) & 0xFU];
}

void append_escape(std::string& out, char32_t c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const bool is_byte = c < 0x80;
  out += is_byte ? "\\x" : "\\u";
  append_hexadecimal(out, c, is_byte ? 2 : 4);
}

}  // namespace

std::string printable(std::string_view text) {
  if (text::is_printable_ascii(text)) return std::string(text);  // nearly always
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = text::utf8_character_length(text);
    if (length == 0) {
      line += "\\x";
      append_hexadecimal(line, static_cast<unsigned char>(text.front()), 2);
    } else if (const char32_t c = text::code_point(text); breaks_or_turns_lines(c)) {
      append_escape(line, c);
    } else {
      line += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return line;
}

}  // namespace dropcowboy
