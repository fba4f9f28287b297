#pragma once

#include <string_view>

namespace dropcowboy::text {

/// What a spreadsheet, an address book or a web page has made of a phone number.
enum class NumberDisguise {
  none,
  special_space,   ///< a space that is not the ASCII one
  zero_width,      ///< zero-width characters, soft hyphens, a byte order mark
  direction_mark,  ///< marks for text from right to left
  foreign_digits,  ///< full-width plus signs or digits, Arabic digits
  apostrophe,      ///< at the front
  scientific,      ///< 1.55522E+10
  decimal,         ///< 15552223333.0
};

/// The first that is found; `number` should be UTF-8.
NumberDisguise find_disguise(std::string_view number) noexcept;

}  // namespace dropcowboy::text
