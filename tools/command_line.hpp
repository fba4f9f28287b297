#pragma once

#include <functional>
#include <string>
#include <vector>

#include "exit_code.hpp"

namespace dropcowboy::tool {

/// The command that the arguments (without the program's name) ask for, ready to run. What is wrong
/// with them is thrown as UsageError; help and version are commands, too.
std::function<ExitCode()> parse_command_line(std::vector<std::string> arguments);

}  // namespace dropcowboy::tool
