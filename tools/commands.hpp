#pragma once

#include <string>

#include "exit_code.hpp"
#include "request_flags.hpp"
#include "session.hpp"

// One struct for each command, filled in from the command line, and what it does.
namespace dropcowboy::tool {

/// Saves the account in ~/.dropcowboyrc.
struct Config {
  AccountSettings account{};
};
ExitCode run(const Config& command);

struct SendRvm {
  CallFlags call{};
  std::string json{};  ///< a file with a request, "-" for stdin; empty for none
  FlagValues values{};
};
ExitCode run(const SendRvm& command);

/// Says all that is wrong with a request, without sending it.
struct Validate {
  std::string file = "-";
};
ExitCode run(const Validate& command);

/// Explains a callback.
struct Decode {
  std::string file = "-";
};
ExitCode run(const Decode& command);

/// Plays the service until it is stopped.
struct Simulate {
  int port = 0;
  bool any_credentials = false;
  int callback_delay_ms = 0;
};
ExitCode run(const Simulate& command);

/// Prints callbacks as they come, until it is stopped.
struct Listen {
  int port = 0;
};
ExitCode run(const Listen& command);

}  // namespace dropcowboy::tool
