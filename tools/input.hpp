#pragma once

#include <string>
#include <vector>

namespace dropcowboy::tool {

/// The whole of a file, or of stdin if it is named "-". UsageError if it cannot be read, and for
/// stdin if something else has read that already.
std::string read_text(const std::string& file);

/// One line of stdin, without its line break: typed blindly if stdin is a terminal. Errors as
/// above, and if the line is empty.
std::string read_secret();

/// The parts of a list with commas between them; of an empty text the one empty part.
std::vector<std::string> split_at_commas(const std::string& list);

}  // namespace dropcowboy::tool
