#pragma once

#include <string>

#include "contacts.hpp"
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

/// Says what stands in the way of sending.
struct Doctor {
  CallFlags call{};
  std::optional<std::string> callback_url{};
};
ExitCode run(const Doctor& command);

struct SendRvm {
  CallFlags call{};
  std::string json{};  ///< a file with a request, "-" for stdin; empty for none
  FlagValues values{};
};
ExitCode run(const SendRvm& command);

struct SendSms {
  CallFlags call{};
  std::string json{};
  FlagValues values{};
};
ExitCode run(const SendSms& command);

struct ContactListCreate {
  CallFlags call{};
  std::string name{};
};
ExitCode run(const ContactListCreate& command);

struct ContactListGet {
  CallFlags call{};
  std::string list_id{};
};
ExitCode run(const ContactListGet& command);

struct ContactListRename {
  CallFlags call{};
  std::string list_id{};
  std::string name{};
};
ExitCode run(const ContactListRename& command);

struct ContactListDelete {
  CallFlags call{};
  std::string list_id{};
};
ExitCode run(const ContactListDelete& command);

struct ContactListAppend {
  CallFlags call{};
  std::string list_id{};
  ContactSource source{};
};
ExitCode run(const ContactListAppend& command);

struct Brands {
  CallFlags call{};
};
ExitCode run(const Brands& command);

struct Recordings {
  CallFlags call{};
  std::optional<std::string> api_allowed{};
};
ExitCode run(const Recordings& command);

struct ListMedia {
  CallFlags call{};
};
ExitCode run(const ListMedia& command);

struct Pools {
  CallFlags call{};
};
ExitCode run(const Pools& command);

/// Says all that is wrong with a request, without sending it.
struct Validate {
  std::string file = "-";
  bool sms = false;
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
  bool strict = false;
  int callback_delay_ms = 0;
  int lose_every_callback = 0;
};
ExitCode run(const Simulate& command);

/// Prints callbacks as they come, until it is stopped.
struct Listen {
  int port = 0;
  int page_port = 0;
  std::optional<std::string> webhook_secret{};  ///< "-" for stdin
};
ExitCode run(const Listen& command);

}  // namespace dropcowboy::tool
