#include <dropcowboy/options.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "input.hpp"

namespace dropcowboy::tool {

namespace {

/// What could never work is not saved.
void check(const AccountSettings& account) {
  ClientOptions options;
  options.credentials = {*account.team_id, *account.secret};
  if (account.base_url) options.base_url = *account.base_url;
  const Validation validation = validate(options);
  say_issues(validation.errors);
  if (!validation.ok()) throw UsageError("nothing was saved");
}

}  // namespace

ExitCode run(const Config& command) {
  AccountSettings account = command.account;
  if (account.secret == "-") account.secret = read_secret();
  check(account);
  const auto path = config_file_path();
  write_config_file(path, account);
  say_success("saved the credentials in " + path.string() + ", for you only");
  print_document({{"saved", path.string()}});
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
