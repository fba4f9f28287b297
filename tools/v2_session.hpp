#pragma once

#include <dropcowboy/v2/client.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exit_code.hpp"
#include "session.hpp"
#include "stop_signals.hpp"

namespace dropcowboy::tool {

class RequestRecorder;

}  // namespace dropcowboy::tool

namespace dropcowboy::tool::v2 {

/// What every command that calls the v2 service understands.
struct CallFlags {
  std::optional<std::string> key{};
  std::optional<std::string> secret{};  ///< "-" is read from stdin
  std::optional<std::string> base_url{};
  RouteSettings route{};
  bool dry_run = false;
};

/// One command's calls to the v2 service. Ctrl-C cancels them while it lives.
class Session {
 public:
  /// The API key from the flags, else the environment; key and secret from the same of the two.
  /// `adjust`, if given, has the last word on the client's options. UsageError if it is incomplete
  /// or cannot work.
  explicit Session(const CallFlags& flags,
                   const std::function<void(dropcowboy::v2::ClientOptions&)>& adjust = {});
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const dropcowboy::v2::Client& client() const { return *client_; }
  /// Where the API key was found.
  const std::string& origin() const { return origin_; }
  const CancelToken& cancel() const { return interruption_.token(); }
  CallOptions options() const;
  /// As tool::Session::print_dry_run().
  std::optional<ExitCode> print_dry_run() const;

 private:
  std::string origin_;
  const CancelOnSignal interruption_;  // outlives the client and its threads
  const std::shared_ptr<RequestRecorder> recorder_;
  std::optional<dropcowboy::v2::Client> client_;
};

}  // namespace dropcowboy::tool::v2
