#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <optional>
#include <string>
#include <vector>

#include "request_flags.hpp"
#include "session.hpp"

// Flags that several commands have.
namespace dropcowboy::tool {

/// Under every command's help.
inline constexpr const char* to_whom =
    "Send only to people who agreed to get such messages from you; the law (TCPA, TSR) demands it.";

/// A flag with a value, which the help calls `value`; given twice, the last one counts.
CLI::Option* flag(CLI::App* app, const std::string& names, const std::string& value,
                  std::string& target, const std::string& help);
CLI::Option* flag(CLI::App* app, const std::string& names, const std::string& value,
                  std::optional<std::string>& target, const std::string& help);

void add_account_flags(CLI::App* app, AccountSettings& account, bool required);
void add_route_flags(CLI::App* app, RouteSettings& route);
/// The account and the way to the service.
void add_service_flags(CLI::App* app, CallFlags& call);
/// The same and --dry-run.
void add_call_flags(CLI::App* app, CallFlags& call);
void add_request_flags(CLI::App* app, const std::vector<RequestFlag>& flags, FlagValues& values);

}  // namespace dropcowboy::tool
