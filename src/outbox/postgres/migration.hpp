#pragma once

#include <chrono>

#include "outbox/postgres/connection.hpp"

namespace dropcowboy::outbox::pg {

/// Brings the tables of version 1 to the present one, for the one process that holds the lock of
/// migrations. Programs of the version before go on meanwhile: columns are added without a rewrite,
/// indexes built and rows checked concurrently, and one short transaction at the end puts the new
/// rules in place of the old ones. Cut off in between, it goes on from there when it is called
/// again. Throws Exception (storage, transient) while a run is at work, or died less than a lease
/// ago.
void migrate_tables(Connection& connection, std::chrono::milliseconds lease);

/// Makes the rules of a present schema that has none.
void make_rules(Connection& connection);

/// Makes the indexes that are not there, within a transaction.
void make_indexes(Connection& connection);

}  // namespace dropcowboy::outbox::pg
