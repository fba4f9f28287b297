#pragma once

#include <dropcowboy/error.hpp>
#include <stdexcept>

namespace dropcowboy::tool {

/// How the program ends. Documented in docs/tool.md: scripts depend on it.
enum class ExitCode {
  accepted = 0,  ///< the service took it, or there was nothing to object to
  usage = 1,     ///< the command line, the configuration or the machine
  invalid = 2,   ///< the request breaks a rule; nothing was sent
  not_sent = 3,  ///< safe to send again
  rejected = 4,  ///< the service refused it, or some of it
  unknown = 5,   ///< it may have been accepted: do not send it again
};

/// Ends the program with ExitCode::usage; the message says what to do.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline ExitCode exit_code_of(const Error& error) {
  // First: whatever the cause, a script must not take it for something to do again.
  if (error.outcome == Outcome::unknown) return ExitCode::unknown;
  if (error.kind == ErrorKind::configuration) return ExitCode::usage;
  if (error.kind == ErrorKind::invalid_request) return ExitCode::invalid;
  switch (error.outcome) {
    case Outcome::not_sent: return ExitCode::not_sent;
    case Outcome::rejected: return ExitCode::rejected;
    case Outcome::accepted:  // is no error
    case Outcome::unknown: break;
  }
  return ExitCode::unknown;
}

}  // namespace dropcowboy::tool
