#include "session.hpp"

#include <string_view>
#include <utility>

#include "console.hpp"
#include "input.hpp"
#include "report.hpp"
#include "request_recorder.hpp"
#include "system.hpp"

namespace dropcowboy::tool {

namespace {

struct Variable {
  std::string name{};
  std::optional<std::string> value{};
};

/// By either spelling of the prefix; an empty variable counts as unset, as it does in the library.
Variable variable(const std::string& name) {
  for (const char* prefix : {"DROPCOWBOY_", "DROP_COWBOY_"}) {
    const std::string full_name = prefix + name;
    const char* value = variable_of(full_name);
    if (value != nullptr && *value != '\0') return {full_name, value};
  }
  return {};
}

void fill_in(std::optional<std::string>& setting, std::string& from,
             const std::optional<std::string>& source, const std::string& name) {
  if (setting || !source) return;
  setting = source;
  from = name;
}

void fill_in_from_environment(FoundAccount& account) {
  const Variable team_id = variable("TEAM_ID");
  const Variable secret = variable("SECRET");
  const Variable base_url = variable("BASE_URL");
  fill_in(account.settings.team_id, account.team_id_from, team_id.value, team_id.name);
  fill_in(account.settings.secret, account.secret_from, secret.value, secret.name);
  fill_in(account.settings.base_url, account.base_url_from, base_url.value, base_url.name);
}

void fill_in_from_file(FoundAccount& account) {
  const auto path = config_file_path();
  const AccountSettings file = read_config_file(path);
  fill_in(account.settings.team_id, account.team_id_from, file.team_id, name_of(path));
  fill_in(account.settings.secret, account.secret_from, file.secret, name_of(path));
  fill_in(account.settings.base_url, account.base_url_from, file.base_url, name_of(path));
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

/// Flags, variables and the file count as one source each.
char kind_of_source(const std::string& name) {
  return name.substr(0, 2) == "--" ? 'f' : name.substr(0, 4) == "DROP" ? 'v' : 'c';
}

/// Who can set the one but not the other could send the secret to a place of their own.
void warn_of_mixed_sources(const FoundAccount& account) {
  if (account.base_url_from.empty() ||
      kind_of_source(account.base_url_from) == kind_of_source(account.secret_from)) {
    return;
  }
  say_warning("the secret from " + account.secret_from + " goes to " + *account.settings.base_url +
              ", which " + account.base_url_from + " says: be sure that it belongs there");
}

bool truth(const Variable& variable) {
  const std::string value = variable.value.value_or("0");
  if (value == "1" || value == "true") return true;
  if (value == "0" || value == "false") return false;
  throw UsageError(variable.name + " is 1 or 0");
}

ClientOptions client_options(const AccountSettings& account, const RouteSettings& route) {
  ClientOptions options;
  options.credentials = {*account.team_id, *account.secret};
  if (account.base_url) options.base_url = *account.base_url;
  Route way = find_route(route);
  options.proxy = std::move(way.proxy);
  options.tls = std::move(way.tls);
  options.user_agent = "dropcowboy-cli";
  options.on_event = say_retry;
  return options;
}

}  // namespace

Route find_route(const RouteSettings& flags) {
  const auto proxy = flags.proxy ? flags.proxy : variable("PROXY").value;
  const auto ca_file = flags.ca_file ? flags.ca_file : variable("CA_FILE").value;
  Route route;
  if (proxy == "environment") {
    route.proxy.from_environment = true;
  } else if (proxy) {
    route.proxy.url = *proxy;
  }
  if (ca_file) route.tls.ca_file = *ca_file;
  route.tls.native_store = flags.native_store || truth(variable("NATIVE_STORE"));
  return route;
}

void say_retry(const Event& event) {
  if (event.type != EventType::retry_scheduled) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.wait).count();
  say_warning(in_words_of_the_tool(event.reason) + "; trying again in " +
              (seconds == 0 ? "a moment" : std::to_string(seconds) + " s"));
}

namespace {

/// An option as the command line calls it.
std::string name_of(std::string_view field) {
  constexpr std::pair<std::string_view, std::string_view> flags[] = {
      {"credentials.team_id", "--team-id"},
      {"credentials.key", "--key"},
      {"credentials.secret", "--secret"},
      {"base_url", "--base-url"},
      {"proxy.url", "--proxy"},
      {"tls.ca_file", "--ca-file"},
  };
  for (const auto& [option, flag] : flags) {
    if (field == option) return std::string(field).append(" (").append(flag).append(")");
  }
  return std::string(field);
}

}  // namespace

std::string explain_options(const Error& error) {
  std::string text = "the account's settings cannot work";
  for (const Issue& issue : error.issues) {
    text += "\n  " + name_of(issue.field) + ": " + issue.message;
  }
  return error.issues.empty() ? error.message : text;
}

FoundAccount find_account(const AccountSettings& flags) {
  FoundAccount account{flags, "--team-id", "--secret", flags.base_url ? "--base-url" : ""};
  if (flags.secret == "-") account.settings.secret = read_secret();
  fill_in_from_environment(account);
  if (!is_complete(account.settings)) fill_in_from_file(account);
  require(account.settings);
  warn_of_mixed_sources(account);
  return account;
}

std::string find_team_id(const std::optional<std::string>& flag) {
  if (flag) return *flag;
  if (const auto set = setting("TEAM_ID")) return *set;
  if (const auto saved = read_config_file(config_file_path()).team_id) return *saved;
  throw UsageError(
      "no team id: pass --team-id, set DROPCOWBOY_TEAM_ID, or save the account with 'dropcowboy "
      "config'");
}

std::optional<std::string> setting(const std::string& name) { return variable(name).value; }

Session::Session(const CallFlags& flags, const std::function<void(ClientOptions&)>& adjust)
    : account_(find_account(flags.account)),
      recorder_(flags.dry_run ? std::make_shared<RequestRecorder>() : nullptr) {
  ClientOptions options = client_options(account_.settings, flags.route);
  if (adjust) adjust(options);
  say_issues(validate(options).warnings);
  if (recorder_) options.transport = recorder_;
  auto client = Client::create(std::move(options));
  if (!client) throw UsageError(explain_options(client.error()));
  client_.emplace(*std::move(client));
}

Session::~Session() = default;

CallOptions Session::options() const {
  CallOptions options;
  options.cancel = cancel();
  return options;
}

std::optional<ExitCode> Session::print_dry_run() const {
  return recorder_ ? recorder_->print_first() : std::nullopt;
}

}  // namespace dropcowboy::tool
