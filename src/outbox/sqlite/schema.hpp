#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "outbox/sqlite/database.hpp"

namespace dropcowboy::outbox::sqlite {

/// Which kind of file it is, and in which form: PRAGMA application_id and user_version.
inline constexpr int application_id = 1145261890;  // "DCOB"
inline constexpr int schema_version = 3;

/// Makes the tables in an empty file, for this team and with this identity; of any number of
/// processes at once, one does. Brings those of an older version up to date, see migrate(). Throws
/// Exception: storage if the file is newer than this library, configuration if it is something
/// else, or another team's.
void prepare(Database& database, const std::string& team_id, const std::string& identity,
             std::chrono::milliseconds lock_timeout);

/// Makes those of the tables, indexes and triggers that are not there: all of them, or the tables
/// alone. Within a transaction.
enum class Missing { tables, all };
void make_missing(Database& database, Missing what);

/// What differs from the tables, indexes and triggers that prepare() makes, in words.
std::vector<std::string> schema_problems(Database& database);

}  // namespace dropcowboy::outbox::sqlite
