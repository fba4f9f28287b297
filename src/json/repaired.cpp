#include "json/repaired.hpp"

#include <cstdint>
#include <optional>

#include "text/byte_scan.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool may_need_repair(std::string_view json) noexcept {
  return !text::all_words(json, [](text::EightBytes word) {
    return (text::beyond_ascii(word) | text::below(word, ' ') | text::equal(word, '\\')) == 0;
  });
}

/// The code unit of an escape \uXXXX at the front of `text`; nothing if there is none.
std::optional<std::uint32_t> unicode_escape(std::string_view text) noexcept {
  if (text.substr(0, 2) != "\\u") return std::nullopt;
  return text::leading_hexadecimal(text.substr(2), 4);
}

bool is_high(std::uint32_t unit) noexcept { return (unit & 0xFC00U) == 0xD800U; }
bool is_low(std::uint32_t unit) noexcept { return (unit & 0xFC00U) == 0xDC00U; }

std::string escape_of(char control) {
  constexpr char digits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(control);
  return std::string("\\u00") + digits[byte >> 4U] + digits[byte & 0xFU];
}

}  // namespace

Repaired::Repaired(std::string_view json) : original_(json) {
  if (!may_need_repair(text::trim(json))) return;  // many bodies end in a line break
  repair_strings();
  if (is_changed_) repaired_.append(original_, copied_, std::string::npos);
}

void Repaired::repair_strings() {
  bool is_in_string = false;
  for (std::size_t at = 0; at < original_.size();) {
    const char c = original_[at];
    if (c == '"') is_in_string = !is_in_string;
    if (!is_in_string || c == '"') {
      ++at;
    } else if (c == '\\') {
      at += read_escape(at);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      replace(at++, 1, escape_of(c));
    } else if (const auto length = text::utf8_character_length(original_.substr(at)); length > 0) {
      at += length;
    } else {
      replace(at++, 1, replacement);
    }
  }
}

/// Returns how long the escape is.
std::size_t Repaired::read_escape(std::size_t at) {
  constexpr std::string_view simple = "\"\\/bfnrt";
  const std::string_view rest = original_.substr(at);
  if (rest.size() > 1 && simple.find(rest[1]) != std::string_view::npos) return 2;
  const auto unit = unicode_escape(rest);
  if (!unit) {
    replace(at, 1, replacement);
    return 1;
  }
  if (!is_high(*unit) && !is_low(*unit)) return 6;
  if (is_high(*unit) && is_low(unicode_escape(rest.substr(6)).value_or(0))) return 12;
  replace(at, 6, replacement);
  return 6;
}

void Repaired::replace(std::size_t at, std::size_t length, std::string_view by) {
  repaired_.append(original_, copied_, at - copied_).append(by);
  copied_ = at + length;
  is_changed_ = true;
}

}  // namespace dropcowboy::json
