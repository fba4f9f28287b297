#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>

#include "command_line.hpp"
#include "v2_session.hpp"

namespace dropcowboy::tool::v2 {

/// Adds the commands of the v2 API; the one that is asked for is handed to `choose`.
void add_commands(CLI::App& app, const Choose& choose);

/// The API key, its secret, the address and the way there.
void add_service_flags(CLI::App* app, CallFlags& call);

}  // namespace dropcowboy::tool::v2
