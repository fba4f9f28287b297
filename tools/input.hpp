#pragma once

#include <string>

namespace dropcowboy::tool {

/// The whole of a file, or of stdin if it is named "-". UsageError if it cannot be read, and for
/// stdin if something else has read that already.
std::string read_text(const std::string& file);

/// One line of stdin, without its line break: typed blindly if stdin is a terminal. Errors as
/// above, and if the line is empty.
std::string read_secret();

}  // namespace dropcowboy::tool
