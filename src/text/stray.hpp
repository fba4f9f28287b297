#pragma once

#include <string_view>

namespace dropcowboy::text {

/// What came along when a secret or an id was copied, in words that follow the field's name, with
/// the remedy: a byte order mark, white space or quotation marks around it, or characters that
/// nobody sees. Null if there is nothing of it, and for bytes that are no text once such things are
/// taken off: a key may be made of random bytes.
const char* stray_characters(std::string_view value) noexcept;

}  // namespace dropcowboy::text
