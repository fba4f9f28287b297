#pragma once

#include <string>
#include <string_view>

#include "dropcowboy/export.hpp"

namespace dropcowboy {

/// A text of somebody else's on one line, fit for a log or a terminal. Control characters, every
/// kind of line break and what turns the direction of a text are written as escapes (\n, \x1B,
/// \u2028, \u202E), and so are bytes that are not UTF-8 (\xE9). Everything else stays as it is,
/// backslashes too: it is for reading, not for reading back. Linear.
DROPCOWBOY_API std::string printable(std::string_view text);

}  // namespace dropcowboy
