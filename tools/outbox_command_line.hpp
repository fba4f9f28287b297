#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>

#include "command_line.hpp"

namespace dropcowboy::tool {

/// Adds the command "outbox" with its own commands; the one that is asked for is handed to
/// `choose`. A program that was built without the outbox says so.
void add_outbox(CLI::App& app, const Choose& choose);
/// The same with those that the v2 API has besides.
void add_keyed_outbox(CLI::App& app, const Choose& choose);

}  // namespace dropcowboy::tool
