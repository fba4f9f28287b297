#include "text/number_disguise.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
  NumberDisguise disguise;
};

constexpr Range ranges[] = {
    {0x00A0, 0x00A0, NumberDisguise::special_space},
    {0x00AD, 0x00AD, NumberDisguise::zero_width},
    {0x061C, 0x061C, NumberDisguise::direction_mark},
    {0x0660, 0x0669, NumberDisguise::foreign_digits},
    {0x06F0, 0x06F9, NumberDisguise::foreign_digits},
    {0x2000, 0x200A, NumberDisguise::special_space},
    {0x200B, 0x200D, NumberDisguise::zero_width},
    {0x200E, 0x200F, NumberDisguise::direction_mark},
    {0x202A, 0x202E, NumberDisguise::direction_mark},
    {0x202F, 0x202F, NumberDisguise::special_space},
    {0x205F, 0x205F, NumberDisguise::special_space},
    {0x2060, 0x2060, NumberDisguise::zero_width},
    {0x2066, 0x2069, NumberDisguise::direction_mark},
    {0x3000, 0x3000, NumberDisguise::special_space},
    {0xFEFF, 0xFEFF, NumberDisguise::zero_width},
    {0xFF0B, 0xFF0B, NumberDisguise::foreign_digits},
    {0xFF10, 0xFF19, NumberDisguise::foreign_digits},
};

NumberDisguise disguise_in(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    if (length > 1) {
      const std::uint32_t point = code_point(text);
      for (const Range& range : ranges) {
        if (point >= range.first && point <= range.last) return range.disguise;
      }
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return NumberDisguise::none;
}

bool begins_with_apostrophe(std::string_view text) noexcept {
  constexpr std::string_view marks[] = {"'", "`", "\xE2\x80\x98", "\xE2\x80\x99"};
  return std::any_of(std::begin(marks), std::end(marks),
                     [text](std::string_view mark) { return text.substr(0, mark.size()) == mark; });
}

/// Takes the digits off the front; how many there were.
std::size_t skip_digits(std::string_view& text) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

bool skip(std::string_view& text, std::string_view any_of) noexcept {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// A number with a fraction or an exponent, as programs write them.
NumberDisguise notation(std::string_view text) noexcept {
  skip(text, "+-");
  if (skip_digits(text) == 0) return NumberDisguise::none;
  const bool has_fraction = skip(text, ".,");
  const std::string_view fraction = text;
  skip_digits(text);
  if (text.empty()) {  // 555.1234 is how some people write a number
    const bool is_whole = fraction.find_first_not_of('0') == std::string_view::npos;
    return has_fraction && is_whole ? NumberDisguise::decimal : NumberDisguise::none;
  }
  if (!skip(text, "eE")) return NumberDisguise::none;
  skip(text, "+-");
  const bool is_exponent = skip_digits(text) > 0 && text.empty();
  return is_exponent ? NumberDisguise::scientific : NumberDisguise::none;
}

}  // namespace

NumberDisguise find_disguise(std::string_view number) noexcept {
  const NumberDisguise disguise = disguise_in(number);
  if (disguise != NumberDisguise::none) return disguise;
  const std::string_view trimmed = trim(number);
  if (begins_with_apostrophe(trimmed)) return NumberDisguise::apostrophe;
  return notation(trimmed);
}

}  // namespace dropcowboy::text
