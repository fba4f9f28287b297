#include "text/number_disguise.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

/// Digits and plus signs that are not ASCII: Arabic, Persian, and of full width.
bool is_foreign_digit(char32_t c) noexcept {
  return (c >= 0x0660 && c <= 0x0669) || (c >= 0x06F0 && c <= 0x06F9) || c == 0xFF0B ||
         (c >= 0xFF10 && c <= 0xFF19);
}

NumberDisguise disguise_of(char32_t c) noexcept {
  switch (invisible_kind(c)) {
    case Invisible::space:
    case Invisible::line_break: return NumberDisguise::special_space;
    case Invisible::zero_width: return NumberDisguise::zero_width;
    case Invisible::direction_mark: return NumberDisguise::direction_mark;
    case Invisible::none: break;
  }
  return is_foreign_digit(c) ? NumberDisguise::foreign_digits : NumberDisguise::none;
}

NumberDisguise disguise_in(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    if (length > 1) {
      const NumberDisguise disguise = disguise_of(code_point(text));
      if (disguise != NumberDisguise::none) return disguise;
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
