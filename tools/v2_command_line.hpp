#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <functional>

#include "exit_code.hpp"

namespace dropcowboy::tool::v2 {

/// Adds the commands of the newer API; the one that is asked for is handed to `choose`.
void add_commands(CLI::App& app, const std::function<void(std::function<ExitCode()>)>& choose);

}  // namespace dropcowboy::tool::v2
