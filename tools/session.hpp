#pragma once

#include <dropcowboy/client.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config_file.hpp"
#include "exit_code.hpp"
#include "stop_signals.hpp"

namespace dropcowboy::tool {

/// The way to the service, for machines behind a company's proxy.
struct RouteSettings {
  std::optional<std::string> proxy{};  ///< "environment" for https_proxy and its like
  std::optional<std::string> ca_file{};
  bool native_store = false;
};

/// What every command that calls the service understands.
struct CallFlags {
  AccountSettings account{};  ///< a secret of "-" is read from stdin
  RouteSettings route{};
  bool dry_run = false;
};

/// An account, and where each part of it was found: "--secret", "DROPCOWBOY_SECRET", a file.
struct FoundAccount {
  AccountSettings settings{};
  std::string team_id_from{};
  std::string secret_from{};
  std::string base_url_from{};
};

/// From the flags, else the environment, else ~/.dropcowboyrc; each setting by itself. The file is
/// not touched if nothing is missing. Warns if the secret and the base URL it goes to come from
/// different ones. UsageError if the account is incomplete.
FoundAccount find_account(const AccountSettings& flags);

/// The team id alone, from the same places, for what needs no secret. UsageError if there is none.
std::string find_team_id(const std::optional<std::string>& flag);

/// The way that flags and environment variables name.
struct Route {
  ProxyOptions proxy{};
  TlsOptions tls{};
};
Route find_route(const RouteSettings& flags);

/// An on_event: so that nobody wonders why nothing happens.
void say_retry(const Event& event);

/// All that is wrong with a client's options, by the names that the command line has for them.
std::string explain_options(const Error& error);

/// The environment variable DROPCOWBOY_<name> (or DROP_COWBOY_<name>), unless it is empty.
std::optional<std::string> setting(const std::string& name);

class RequestRecorder;

/// One command's calls to the service. Ctrl-C cancels them while it lives.
class Session {
 public:
  /// `adjust`, if given, has the last word on the client's options. UsageError if the account is
  /// incomplete or cannot work.
  explicit Session(const CallFlags& flags, const std::function<void(ClientOptions&)>& adjust = {});
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const Client& client() const { return *client_; }
  const FoundAccount& account() const { return account_; }
  const CancelToken& cancel() const { return interruption_.token(); }
  CallOptions options() const;

  /// In a dry run, once a call was made: prints the first request that would have gone out, with
  /// the secret masked. Nothing otherwise.
  std::optional<ExitCode> print_dry_run() const;

 private:
  const FoundAccount account_;
  const CancelOnSignal interruption_;  // outlives the client and its threads
  const std::shared_ptr<RequestRecorder> recorder_;
  std::optional<Client> client_;
};

}  // namespace dropcowboy::tool
