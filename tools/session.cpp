#include "session.hpp"

#include <cstdlib>

#include "console.hpp"
#include "input.hpp"
#include "request_recorder.hpp"

namespace dropcowboy::tool {

namespace {

/// By either spelling of the prefix; an empty variable counts as unset, as it does in the library.
std::optional<std::string> variable(const std::string& name) {
  for (const char* prefix : {"DROPCOWBOY_", "DROP_COWBOY_"}) {
    const char* value = std::getenv((prefix + name).c_str());
    if (value != nullptr && *value != '\0') return value;
  }
  return std::nullopt;
}

void fill_in(AccountSettings& settings, const AccountSettings& source) {
  if (!settings.team_id) settings.team_id = source.team_id;
  if (!settings.secret) settings.secret = source.secret;
  if (!settings.base_url) settings.base_url = source.base_url;
}

bool is_complete(const AccountSettings& settings) {
  return settings.team_id && settings.secret && settings.base_url;
}

void require(const AccountSettings& account) {
  if (account.team_id && account.secret) return;
  const char* missing = account.secret    ? "the team id is"
                        : account.team_id ? "the secret is"
                                          : "team id and secret are";
  throw UsageError("no account: " + std::string(missing) +
                   " missing. Pass --team-id and --secret, set DROPCOWBOY_TEAM_ID and "
                   "DROPCOWBOY_SECRET, or save them with 'dropcowboy config'. Without an account, "
                   "try 'dropcowboy simulate'");
}

/// So that nobody wonders why nothing happens.
void say_retry(const Event& event) {
  if (event.type != EventType::retry_scheduled) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.wait).count();
  say_warning(event.reason + "; trying again in " +
              (seconds == 0 ? "a moment" : std::to_string(seconds) + " s"));
}

ClientOptions client_options(const AccountSettings& flags) {
  const AccountSettings account = find_account(flags);
  require(account);
  ClientOptions options;
  options.credentials = {*account.team_id, *account.secret};
  if (account.base_url) options.base_url = *account.base_url;
  options.user_agent = "dropcowboy-cli";
  options.on_event = say_retry;
  return options;
}

/// Says all that is wrong with the options, by the names that the command line has for them.
std::string explain(const Error& error) {
  std::string text = "the account's settings cannot work";
  for (const Issue& issue : error.issues) {
    text += "\n  " + std::string(issue.field) + ": " + issue.message;
  }
  return error.issues.empty() ? error.message : text;
}

}  // namespace

AccountSettings find_account(const AccountSettings& flags) {
  AccountSettings account = flags;
  if (account.secret == "-") account.secret = read_secret();
  fill_in(account, {variable("TEAM_ID"), variable("SECRET"), variable("BASE_URL")});
  if (!is_complete(account)) fill_in(account, read_config_file(config_file_path()));
  return account;
}

Session::Session(const CallFlags& flags)
    : recorder_(flags.dry_run ? std::make_shared<RequestRecorder>() : nullptr) {
  ClientOptions options = client_options(flags.account);
  say_issues(validate(options).warnings);
  if (recorder_) options.transport = recorder_;
  auto client = Client::create(std::move(options));
  if (!client) throw UsageError(explain(client.error()));
  client_.emplace(*std::move(client));
}

Session::~Session() = default;

SendOptions Session::options() const {
  SendOptions options;
  options.cancel = cancel();
  return options;
}

std::optional<ExitCode> Session::print_dry_run() const {
  if (!recorder_ || recorder_->empty()) return std::nullopt;
  say("dry run: nothing was sent");
  recorder_->print_first();
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
