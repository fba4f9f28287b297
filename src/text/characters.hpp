#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dropcowboy::text {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_letter(char c) noexcept { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

/// The number that the first `digits` characters make, all of them hexadecimal digits; at most 8.
std::optional<std::uint32_t> leading_hexadecimal(std::string_view text,
                                                 std::size_t digits) noexcept;

/// ASCII letters compare without regard to case.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Holds nothing, or white space only.
bool is_blank(std::string_view text) noexcept;

/// Without the white space around it.
std::string_view trim(std::string_view text) noexcept;

/// Only bytes from 0x20 to 0x7E.
bool is_printable_ascii(std::string_view text) noexcept;

/// Bytes below 0x20 and 0x7F. With `allow_layout`, TAB, LF and CR do not count.
bool has_control_character(std::string_view text, bool allow_layout = false) noexcept;

/// The length of the well-formed UTF-8 character at the front of a text that is not empty; 0 if
/// there is none. Overlong forms, surrogates and code points past U+10FFFF are not well-formed.
std::size_t utf8_character_length(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

/// The code point of the well-formed UTF-8 character that a text begins with.
char32_t code_point(std::string_view character) noexcept;

/// Characters that nobody sees, by what they do.
enum class Invisible {
  none,            ///< it can be seen, or is ASCII
  space,           ///< a space that is no blank: the no-break space and its like
  zero_width,      ///< takes no room: a soft hyphen, the byte order mark
  direction_mark,  ///< turns the direction of the text
  line_break,
};

Invisible invisible_kind(char32_t code_point) noexcept;

/// Reads the letters and digits of a text one by one, in lower case. ASCII punctuation and spaces
/// of every kind do not count; any other character that is not ASCII counts as its bytes.
class LettersAndDigits {
 public:
  explicit LettersAndDigits(std::string_view text) noexcept : rest_(text) {}
  /// The next one, or NUL at the end.
  char next() noexcept;

 private:
  std::string_view rest_;
  std::size_t kept_bytes_ = 0;  ///< of a character that is not ASCII, still to be given out
};

/// Compares what LettersAndDigits reads.
bool equals_loosely(std::string_view a, std::string_view b) noexcept;

/// The first `size` bytes, or fewer so that no UTF-8 character is cut in two.
std::string_view beginning(std::string_view text, std::size_t size) noexcept;

/// The number of code points of a text that is UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;

/// Its decimal digits, in order.
std::string digits_of(std::string_view text);

/// 8-4-4-4-12 hexadecimal digits, any case.
bool is_guid(std::string_view text) noexcept;

/// ZIP ("02101"), ZIP+4 ("90210-0001") or Canadian ("K1A 0B1", "k1a0b1"; letters as Canada Post
/// uses them).
bool is_postal_code(std::string_view text) noexcept;

}  // namespace dropcowboy::text
