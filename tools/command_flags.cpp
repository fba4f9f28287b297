#include "command_flags.hpp"

#include <algorithm>

namespace dropcowboy::tool {

CLI::Option* flag(CLI::App* app, const std::string& names, const std::string& value,
                  std::string& target, const std::string& help) {
  return app->add_option(names, target, help)->option_text(value)->take_last();
}

CLI::Option* flag(CLI::App* app, const std::string& names, const std::string& value,
                  std::optional<std::string>& target, const std::string& help) {
  const auto set = [&target](const std::string& given) { target = given; };
  return app->add_option_function<std::string>(names, set, help)->option_text(value)->take_last();
}

void add_account_flags(CLI::App* app, AccountSettings& account, bool required) {
  for (CLI::Option* option :
       {flag(app, "--team-id", "ID", account.team_id, "your team id"),
        flag(app, "--secret", "SECRET", account.secret,
             "its secret; - reads it from stdin, out of sight\nof the process list")}) {
    option->group("Account")->required(required);
  }
  flag(app, "--base-url", "URL", account.base_url, "another address of the service")
      ->group("Account");
}

void add_service_flags(CLI::App* app, CallFlags& call) {
  add_account_flags(app, call.account, false);
  add_route_flags(app, call.route);
}

void add_route_flags(CLI::App* app, RouteSettings& route) {
  flag(app, "--proxy", "URL", route.proxy,
       "reach the service through it; the word environment\ntakes https_proxy and its like")
      ->group("Network");
  flag(app, "--ca-file", "FILE", route.ca_file,
       "trust the authorities in it (PEM), for instance\nyour company's")
      ->group("Network");
  app->add_flag("--native-store", route.native_store,
                "also trust the system's store (Windows, macOS)")
      ->group("Network");
}

void add_call_flags(CLI::App* app, CallFlags& call) {
  app->add_flag("--dry-run", call.dry_run, "print the request, the secret masked; send nothing");
  add_service_flags(app, call);
}

namespace {

std::string name_of(const RequestFlag& flag) {
  std::string name = "--" + std::string(flag.key);
  std::replace(name.begin(), name.end(), '_', '-');
  return flag.alias.empty() ? name : name + ",--" + std::string(flag.alias);
}

}  // namespace

void add_request_flags(CLI::App* app, const std::vector<RequestFlag>& flags, FlagValues& values) {
  for (const RequestFlag& row : flags) {
    const auto set = [&values, key = row.key](const std::string& given) { values[key] = given; };
    app->add_option_function<std::string>(name_of(row), set, std::string(row.help))
        ->option_text(std::string(row.value))
        ->take_last()
        ->group("Request");
  }
}

}  // namespace dropcowboy::tool
