#include "command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <dropcowboy/version.hpp>
#include <iostream>
#include <memory>

#include "commands.hpp"

namespace dropcowboy::tool {

namespace {

using Action = std::function<ExitCode()>;

constexpr const char* to_whom =
    "Send only to people who agreed to get such messages from you; the law (TCPA, TSR) demands it.";

/// Shows of each option its first name only; the others are there for old command lines.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(31);
    label("OPTIONS", "flags");
    label("SUBCOMMAND", "COMMAND");
    label("Subcommands", "Commands");
  }
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string help = Formatter::make_help(app, std::move(name), mode);
    for (auto at = help.find("\n\n\n"); at != std::string::npos; at = help.find("\n\n\n", at)) {
      help.erase(at, 1);
    }
    return help;
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const auto& names = option->get_lnames();
    if (is_positional || names.empty()) return Formatter::make_option_name(option, is_positional);
    const auto& short_names = option->get_snames();
    return (short_names.empty() ? "" : '-' + short_names[0] + ", ") + "--" + names[0];
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return Formatter::make_option_opts(option) + (option->get_required() ? " (required)" : "");
  }
};

/// Builds the commands and remembers which one was asked for.
class CommandLine {
 public:
  CommandLine();

  Action parse(std::vector<std::string> arguments);

 private:
  /// A command whose flags fill a Command; `example` follows the program's name.
  template <class Command>
  std::pair<CLI::App*, std::shared_ptr<Command>> add(const std::string& group,
                                                     const std::string& name,
                                                     const std::string& description,
                                                     const std::string& example);
  void add_sending();
  void add_looking();
  void add_trying();

  CLI::App app_{"Sends ringless voicemails through the Drop Cowboy v1 API.", "dropcowboy"};
  Action chosen_;
};

CLI::Option* flag(CLI::App* app, const std::string& names, const std::string& value,
                  std::string& target, const std::string& help) {
  return app->add_option(names, target, help)->option_text(value)->take_last();
}

CLI::Option* flag(CLI::App* app, const std::string& names, const std::string& value,
                  std::optional<std::string>& target, const std::string& help) {
  const auto set = [&target](const std::string& given) { target = given; };
  return app->add_option_function<std::string>(names, set, help)->option_text(value)->take_last();
}

void add_account(CLI::App* app, AccountSettings& account, bool required) {
  for (CLI::Option* option :
       {flag(app, "--team-id", "ID", account.team_id, "your team id"),
        flag(app, "--secret", "SECRET", account.secret,
             "its secret; - reads it from stdin, out of sight\nof the process list")}) {
    option->group("Account")->required(required)->option_text(option->get_option_text() +
                                                              (required ? " (required)" : ""));
  }
  flag(app, "--base-url", "URL", account.base_url, "another address of the service")
      ->group("Account");
}

void add_call_flags(CLI::App* app, CallFlags& call) {
  app->add_flag("--dry-run", call.dry_run, "print the request, the secret masked; send nothing");
  add_account(app, call.account, false);
}

std::string name_of(const RequestFlag& flag) {
  std::string name = "--" + std::string(flag.key);
  std::replace(name.begin(), name.end(), '_', '-');
  return flag.alias.empty() ? name : name + ",--" + std::string(flag.alias);
}

void add_request_flags(CLI::App* app, const std::vector<RequestFlag>& flags, FlagValues& values) {
  for (const RequestFlag& row : flags) {
    const auto set = [&values, key = row.key](const std::string& given) { values[key] = given; };
    app->add_option_function<std::string>(name_of(row), set, std::string(row.help))
        ->option_text(std::string(row.value))
        ->take_last()
        ->group("Request");
  }
}

template <class Command>
std::pair<CLI::App*, std::shared_ptr<Command>> CommandLine::add(const std::string& group,
                                                                const std::string& name,
                                                                const std::string& description,
                                                                const std::string& example) {
  auto command = std::make_shared<Command>();
  CLI::App* app = app_.add_subcommand(name, description);
  app->group(group);
  app->footer("Example:\n  " + example + "\n\n" + to_whom);
  app->callback([this, command] { chosen_ = [command] { return run(*command); }; });
  return {app, command};
}

CommandLine::CommandLine() {
  app_.formatter(std::make_shared<HelpFormatter>());
  app_.set_help_flag("-h,--help", "print this help");
  app_.set_version_flag("-V,--version", "dropcowboy " DROPCOWBOY_VERSION, "print the version");
  app_.require_subcommand(1);
  app_.footer(
      "Example:\n"
      "  dropcowboy simulate            # plays the service, without an account\n"
      "  dropcowboy send-rvm --help     # what a voicemail needs\n\n"
      "The account: --team-id and --secret, else DROPCOWBOY_TEAM_ID and DROPCOWBOY_SECRET, else\n"
      "what 'dropcowboy config' saved. Results are JSON on stdout, messages are on stderr.\n\n"
      "Exit codes: 0 accepted, 1 usage or configuration, 2 invalid request (nothing sent),\n"
      "3 not sent (safe to send again), 4 rejected, 5 unknown (do not send again).\n\n" +
      std::string(to_whom));
  add_sending();
  add_looking();
  add_trying();
}

void CommandLine::add_sending() {
  const auto [send_rvm, rvm] = add<SendRvm>(
      "Send", "send-rvm", "Send a ringless voicemail.",
      "dropcowboy send-rvm --brand-id 5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10 \\\n"
      "    --phone-number +15550010001 --recording-id 0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21 \\\n"
      "    --forwarding-number +15557654321");
  flag(send_rvm, "--json", "FILE", rvm->json,
       "take the request from a file, - for stdin;\nflags override what it says");
  add_request_flags(send_rvm, rvm_flags(), rvm->values);
  add_call_flags(send_rvm, rvm->call);

  const auto [validate, request] =
      add<Validate>("Send", "validate", "Say all that is wrong with a request; send nothing.",
                    "dropcowboy validate request.json");
  validate->add_option("FILE", request->file, "a JSON request; default: stdin")->option_text(" ");
}

void CommandLine::add_looking() {
  const auto [config, saved] =
      add<Config>("Account", "config", "Save the account in ~/.dropcowboyrc, readable by you only.",
                  "dropcowboy config --team-id my-team --secret -");
  add_account(config, saved->account, true);
}

void CommandLine::add_trying() {
  const auto [decode, callback] =
      add<Decode>("Try and test", "decode", "Explain the body of a callback.",
                  R"(echo '{"status":"failure","reason":"No Answer"}' | dropcowboy decode)");
  decode->add_option("FILE", callback->file, "the body; default: stdin")->option_text(" ");
}

/// Works around two habits: "--flag=" gives an empty value (CLI11 would take the next argument
/// for it), and "help COMMAND" is "COMMAND --help".
std::vector<std::string> normalised(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  for (const std::string& argument : arguments) {
    const bool is_emptied = argument.size() > 3 && argument.compare(0, 2, "--") == 0 &&
                            argument.find('=') == argument.size() - 1;
    result.push_back(is_emptied ? argument.substr(0, argument.size() - 1) : argument);
    if (is_emptied) result.emplace_back();
  }
  if (!result.empty() && result[0] == "help") {
    result.erase(result.begin());
    result.resize(std::min<std::size_t>(result.size(), 1));
    result.emplace_back("--help");
  }
  return result;
}

/// Names flags only: what else was not expected may be a secret.
std::string unexpected(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument.size() > 1 && argument[0] == '-') {
      return "there is no flag " + argument.substr(0, argument.find('='));
    }
  }
  return "an argument too many; a value with spaces needs quotes";
}

Action CommandLine::parse(std::vector<std::string> arguments) {
  arguments = normalised(arguments);
  if (arguments.empty()) {
    std::cerr << app_.help();
    return [] { return ExitCode::usage; };
  }
  const auto known = app_.get_subcommands(
      [&](const CLI::App* command) { return command->get_name() == arguments[0]; });
  const std::string help =
      "; see 'dropcowboy " + (known.empty() ? "" : arguments[0] + ' ') + "--help'";
  if (known.empty() && arguments[0][0] != '-') {
    throw UsageError("there is no command '" + arguments[0] + '\'' + help);
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app_.parse(std::move(arguments));
  } catch (const CLI::Success& help_or_version) {
    app_.exit(help_or_version);
    return [] { return ExitCode::accepted; };
  } catch (const CLI::ExtrasError&) {
    throw UsageError(unexpected(app_.remaining(true)) + help);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what() + help);
  }
  return chosen_;
}

}  // namespace

Action parse_command_line(std::vector<std::string> arguments) {
  return CommandLine().parse(std::move(arguments));
}

}  // namespace dropcowboy::tool
