#include "text/characters.hpp"

#include <algorithm>

#include "text/byte_scan.hpp"

namespace dropcowboy::text {

std::optional<std::uint32_t> leading_hexadecimal(std::string_view text,
                                                 std::size_t digits) noexcept {
  if (text.size() < digits) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_hex_digit(c)) return std::nullopt;
    value =
        value << 4U | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10);
  }
  return value;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

}  // namespace

bool is_blank(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool is_printable_ascii(std::string_view text) noexcept {
  return all_words(text, [](EightBytes word) {
    return (beyond_ascii(word) | below(word, 0x20) | equal(word, 0x7F)) == 0;
  });
}

bool has_control_character(std::string_view text, bool allow_layout) noexcept {
  return std::any_of(text.begin(), text.end(), [allow_layout](char c) {
    if (allow_layout && (c == '\t' || c == '\n' || c == '\r')) return false;
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

std::size_t utf8_character_length(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return is_tail(1) && is_tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool beyond = first == 0xF4 && second > 0x8F;
    return is_tail(1) && is_tail(2) && is_tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

char32_t code_point(std::string_view character) noexcept {
  const auto byte = [character](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(character[i]));
  };
  const auto tail = [&](std::size_t i) { return byte(i) & 0x3FU; };
  switch (utf8_character_length(character)) {
    case 2: return (byte(0) & 0x1FU) << 6U | tail(1);
    case 3: return (byte(0) & 0x0FU) << 12U | tail(1) << 6U | tail(2);
    case 4: return (byte(0) & 0x07U) << 18U | tail(1) << 12U | tail(2) << 6U | tail(3);
    default: return byte(0);
  }
}

Invisible invisible_kind(char32_t c) noexcept {
  struct Range {
    char32_t first;
    char32_t last;
    Invisible kind;
  };
  constexpr Range ranges[] = {
      {0x00A0, 0x00A0, Invisible::space},          {0x00AD, 0x00AD, Invisible::zero_width},
      {0x061C, 0x061C, Invisible::direction_mark}, {0x180E, 0x180E, Invisible::zero_width},
      {0x2000, 0x200A, Invisible::space},          {0x200B, 0x200D, Invisible::zero_width},
      {0x200E, 0x200F, Invisible::direction_mark}, {0x2028, 0x2029, Invisible::line_break},
      {0x202A, 0x202E, Invisible::direction_mark}, {0x202F, 0x202F, Invisible::space},
      {0x205F, 0x205F, Invisible::space},          {0x2060, 0x2065, Invisible::zero_width},
      {0x2066, 0x206F, Invisible::direction_mark}, {0x3000, 0x3000, Invisible::space},
      {0xFEFF, 0xFEFF, Invisible::zero_width},
  };
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return range.kind;
  }
  return Invisible::none;
}

namespace {

/// Hyphens, dashes and quotation marks as word processors write them.
bool is_typographic(char32_t c) noexcept { return c >= 0x2010 && c <= 0x201F; }

}  // namespace

char LettersAndDigits::next() noexcept {
  while (!rest_.empty()) {
    const char c = rest_.front();
    const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
    if (!is_ascii && kept_bytes_ == 0) {
      const std::size_t length = std::max<std::size_t>(utf8_character_length(rest_), 1);
      const char32_t code = code_point(rest_);
      if (length > 1 && (invisible_kind(code) != Invisible::none || is_typographic(code))) {
        rest_.remove_prefix(length);
        continue;
      }
      kept_bytes_ = length;
    }
    rest_.remove_prefix(1);
    if (!is_ascii) {
      --kept_bytes_;
      return c;
    }
    if (is_letter(c) || is_digit(c)) return to_lower(c);
  }
  return '\0';
}

bool equals_loosely(std::string_view a, std::string_view b) noexcept {
  LettersAndDigits left(a);
  LettersAndDigits right(b);
  for (;;) {
    const char c = left.next();
    if (c != right.next()) return false;
    if (c == '\0') return true;
  }
}

std::string_view beginning(std::string_view text, std::size_t size) noexcept {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

std::size_t count_code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) digits += c;
  }
  return digits;
}

bool is_guid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

namespace {

/// `pattern`: 9 a digit, A a letter, anything else itself.
bool matches(std::string_view text, std::string_view pattern) noexcept {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(), [](char c, char p) {
    if (p == '9') return is_digit(c);
    if (p == 'A') return is_letter(c);
    return c == p;
  });
}

bool is_canadian_postal_code(std::string_view text) noexcept {
  if (!matches(text, "A9A9A9") && !matches(text, "A9A 9A9")) return false;
  // Never used because they are misread; W and Z do not begin a code either.
  constexpr std::string_view unused = "dfioqu";
  constexpr std::string_view unused_first = "wz";
  return unused_first.find(to_lower(text.front())) == std::string_view::npos &&
         std::none_of(text.begin(), text.end(),
                      [&](char c) { return unused.find(to_lower(c)) != std::string_view::npos; });
}

}  // namespace

bool is_postal_code(std::string_view text) noexcept {
  return matches(text, "99999") || matches(text, "99999-9999") || is_canadian_postal_code(text);
}

}  // namespace dropcowboy::text
