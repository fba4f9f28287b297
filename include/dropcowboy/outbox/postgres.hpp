#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/result.hpp"

namespace dropcowboy::outbox {

/// Where an outbox on PostgreSQL is.
struct PostgresOptions {
  /// As libpq takes it: "postgresql://user@host/database" or "host=... dbname=...". What it leaves
  /// out comes from the environment (PGPASSWORD, PGSSLMODE, ...) and from ~/.pgpass. Required.
  std::string connection{};
  /// A run without a sign of life for so long is dead: what it was sending becomes unknown, and its
  /// part of the account's limits goes to the others. Not safety, but order: a run that was frozen
  /// for longer sends nothing that another one sends. The same on every machine. Default 60 s,
  /// range 1 s to 24 hours.
  std::chrono::milliseconds lease{60'000};
};

/// For Options::engine: keeps the messages in a PostgreSQL database, from which any number of
/// machines send at once. Needs version 13 or newer. Nothing is connected before Outbox::open(). It
/// refuses a server with fsync off, a standby, and sessions without synchronous commits.
DROPCOWBOY_API std::shared_ptr<const Engine> postgres(PostgresOptions options);

/// Makes the outbox's tables in the database, in the schema "dropcowboy", for this team; where they
/// are, it does nothing, and those of an older version it brings up to date. Of several callers at
/// once one does. Outbox::open() never does it by itself.
///
/// An older version is brought up to date with every run stopped: while one lives, or died less
/// than PostgresOptions::lease ago, nothing is changed (storage, transient). Programs of that
/// version may add messages and record callbacks until its last, short step, and are refused after
/// it: indexes are built concurrently, and no row is rewritten. If it is cut off, call it again.
///
/// Errors: storage (the server; tables that are newer than this library), configuration (the
/// connection string, missing rights, the tables of another team).
DROPCOWBOY_API Result<void> migrate(const PostgresOptions& options, const std::string& team_id);

}  // namespace dropcowboy::outbox
