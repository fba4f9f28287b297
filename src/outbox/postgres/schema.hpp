#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "outbox/postgres/connection.hpp"

namespace dropcowboy::outbox::pg {

/// The form of the tables that this library knows.
inline constexpr int schema_version = 2;

/// What tells this database from a copy of it: its server's identifier and timeline (another after
/// a failover and after a restore to a point in time), the database's and the table's number.
inline constexpr const char* sql_of_identity =
    "SELECT (SELECT system_identifier FROM pg_control_system())::text || ':' || "
    "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ':' || "
    "(SELECT oid FROM pg_database WHERE datname = current_database())::text || ':' || "
    "'dropcowboy.message'::regclass::oid::text";

/// Makes the tables of this team, or brings those of an older version up to date; of any number of
/// processes at once, one does. Does nothing where they are. Throws Exception: storage if they are
/// newer than this library, or (transient) if they are older and a run is at work; configuration if
/// they are another team's.
void make_tables(Connection& connection, const std::string& team_id,
                 std::chrono::milliseconds lease);

/// Throws Exception unless the tables are there, of this version and this team, and the server
/// keeps what it says it has written.
void expect_fit(Connection& connection, const std::string& team_id);

/// What differs from the tables, indexes and triggers that make_tables() makes, in words.
std::vector<std::string> schema_problems(Connection& connection);

}  // namespace dropcowboy::outbox::pg
