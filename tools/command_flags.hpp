#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command_line.hpp"
#include "report.hpp"
#include "request_flags.hpp"
#include "session.hpp"

// How commands are made, and flags that several of them have.
namespace dropcowboy::tool {

/// Under every command's help.
inline constexpr const char* to_whom =
    "Send only to people who agreed to get such messages from you; the law (TCPA, TSR) demands it.";

/// A command whose flags fill a Command; if it is asked for, `choose` is handed what runs it.
/// `example` begins with the program's name.
template <class Command>
std::pair<CLI::App*, std::shared_ptr<Command>> add_command(CLI::App& parent, const Choose& choose,
                                                           const std::string& group,
                                                           const std::string& name,
                                                           const std::string& description,
                                                           const std::string& example) {
  auto command = std::make_shared<Command>();
  CLI::App* app = parent.add_subcommand(name, description);
  app->group(group);
  app->footer("Example:\n  " + example + "\n\n" + to_whom);
  app->callback([choose, command] {
    choose([command] {
      try {
        return run(*command);
      } catch (const Exception& exception) {
        return report(exception.error());
      }
    });
  });
  return {app, command};
}

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
