#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "request_flags.hpp"
#include "session.hpp"
#include "v2_session.hpp"

// One struct for each command of the outbox, filled in from the command line, and what it does.
namespace dropcowboy::tool {

/// Which outbox.
struct OutboxFlags {
  std::optional<std::string> file{};     ///< or a database's URL; else DROPCOWBOY_OUTBOX
  std::optional<std::string> team_id{};  ///< else as every other command finds it
};

/// A person's word, as far as flags say it.
struct PermissionFlags {
  std::optional<std::string> source{};
  std::optional<std::string> at{};
  std::optional<std::string> proof{};
};

/// What add and import have in common.
struct EntryFlags {
  std::string json{};  ///< a file with a request, "-" for stdin; empty for none
  FlagValues values{};
  std::optional<std::string> not_before{};
  std::optional<std::string> expires{};
  PermissionFlags consent{};
};

/// Stores one message.
struct OutboxAdd {
  OutboxFlags outbox{};
  EntryFlags entry{};
  bool keyed = false;  ///< of the v2 API
};
ExitCode run(const OutboxAdd& command);

/// Stores a message for each row of a CSV file.
struct OutboxImport {
  OutboxFlags outbox{};
  EntryFlags entry{};
  std::string csv{};
  std::string separator{};
  std::string batch{};   ///< what ids are derived from where a row has none
  std::string ignore{};  ///< names of columns, with commas between them
  bool keyed = false;    ///< of the v2 API
};
ExitCode run(const OutboxImport& command);

/// Sends what is due.
struct OutboxRun {
  OutboxFlags outbox{};
  CallFlags call{};
  bool keyed = false;  ///< messages of the v2 API instead, with `keyed_call`
  v2::CallFlags keyed_call{};
  bool until_empty = false;
  bool until_idle = false;
  std::optional<int> listen{};
  bool accept_unauthenticated = false;
  std::string callback_wait = "72h";
  bool consent_elsewhere = false;
  std::vector<std::string> limits{};  ///< "3/72h"; "none"; empty for the library's own
  int max_unanswered = 128;
};
ExitCode run(const OutboxRun& command);

/// Makes the tables in a database, or brings them up to date.
struct OutboxMigrate {
  OutboxFlags outbox{};
};
ExitCode run(const OutboxMigrate& command);

struct OutboxStatus {
  OutboxFlags outbox{};
};
ExitCode run(const OutboxStatus& command);

/// Which messages.
struct QueryFlags {
  std::optional<std::string> state{};
  std::optional<std::string> older_than{};
  std::optional<std::string> phone_number{};
};

struct OutboxList {
  OutboxFlags outbox{};
  QueryFlags query{};
  std::optional<std::string> id{};
  std::int64_t after = 0;
  std::size_t limit = 100;
};
ExitCode run(const OutboxList& command);

/// Writes what is known about messages into a CSV file.
struct OutboxExport {
  OutboxFlags outbox{};
  QueryFlags query{};
  std::string csv{};
};
ExitCode run(const OutboxExport& command);

/// Records what people said: `allowed` is a "yes" or, for suppress, a "no".
struct OutboxPermit {
  bool allowed = false;
  OutboxFlags outbox{};
  std::vector<std::string> numbers{};
  std::string csv{};
  std::string separator{};
  PermissionFlags permission{};
  bool yes = false;
};
ExitCode run(const OutboxPermit& command);

struct OutboxResend {
  OutboxFlags outbox{};
  std::string id{};
  std::string new_id{};
  std::string who{};
  bool yes = false;
};
ExitCode run(const OutboxResend& command);

struct OutboxCancel {
  OutboxFlags outbox{};
  std::string id{};
};
ExitCode run(const OutboxCancel& command);

struct OutboxRelease {
  OutboxFlags outbox{};
  std::string id{};
  bool adopted = false;
  bool yes = false;
};
ExitCode run(const OutboxRelease& command);

struct OutboxPurge {
  OutboxFlags outbox{};
  std::string older_than{};
  bool yes = false;
};
ExitCode run(const OutboxPurge& command);

struct OutboxCheck {
  OutboxFlags outbox{};
};
ExitCode run(const OutboxCheck& command);

struct OutboxAdopt {
  OutboxFlags outbox{};
  bool yes = false;
};
ExitCode run(const OutboxAdopt& command);

}  // namespace dropcowboy::tool
