#pragma once

#include <functional>
#include <string>
#include <vector>

#include "exit_code.hpp"

namespace dropcowboy::tool {

/// A command, ready to run.
using Action = std::function<ExitCode()>;
/// Takes the one that was asked for.
using Choose = std::function<void(Action)>;

/// The command that the arguments (without the program's name) ask for. What is wrong
/// with them is thrown as UsageError; help and version are commands, too.
Action parse_command_line(std::vector<std::string> arguments);

}  // namespace dropcowboy::tool
