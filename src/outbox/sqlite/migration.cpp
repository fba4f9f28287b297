#include "outbox/sqlite/migration.hpp"

#include <string>
#include <vector>

#include "core/make_error.hpp"
#include "outbox/sqlite/files.hpp"
#include "outbox/sqlite/run_lock.hpp"
#include "outbox/sqlite/schema.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

std::int64_t version_of(Database& database) { return database.integer("PRAGMA user_version"); }

/// Whole and on disk under its name, or not there.
void keep_copy(Database& database, std::int64_t version) {
  const std::string copy = database.path() + ".before-" + std::to_string(version);
  const std::string unfinished = copy + ".new";
  remove_file(unfinished);
  make_private_file(unfinished);
  Statement vacuum(database, "VACUUM INTO ?1");
  vacuum.run(unfinished);
  if (sync_file(unfinished) && rename_file(unfinished, copy)) return;
  remove_file(unfinished);
  throw Exception(not_sent(
      ErrorKind::storage, "cannot write " + copy + ", which is to be kept before " +
                              database.path() +
                              " is brought up to date: check its directory's rights and its disk"));
}

std::vector<std::string> names_of(Database& database, const char* sql) {
  Statement find(database, sql);
  std::vector<std::string> names;
  Rows rows = find.rows();
  while (rows.next()) names.emplace_back(rows.text(0));
  return names;
}

void drop_triggers(Database& database) {
  for (const std::string& name :
       names_of(database,
                "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND "
                "tbl_name = 'message'")) {
    database.execute(("DROP TRIGGER " + name).c_str());
  }
}

/// The table of messages gets columns and rules, so it is made anew, and its rows are copied.
void renew_messages(Database& database) {
  drop_triggers(database);
  for (const std::string& name : names_of(database,
                                          "SELECT name FROM sqlite_schema WHERE type = 'index' AND "
                                          "tbl_name = 'message' AND sql IS NOT NULL")) {
    database.execute(("DROP INDEX " + name).c_str());
  }
  database.execute("ALTER TABLE message RENAME TO message_1");
  make_missing(database, Missing::tables);
  database.execute(
      "INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, "
      "returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) "
      "SELECT id, foreign_id, content, phone, state, why, not_before, due, expires, returned, "
      "marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by "
      "FROM message_1 ORDER BY id");
  database.execute("DROP TABLE message_1");
  make_missing(database, Missing::all);
}

/// The same rules in another form.
void renew_rules(Database& database) {
  drop_triggers(database);
  make_missing(database, Missing::all);
}

}  // namespace

void migrate(Database& database, std::chrono::milliseconds lock_timeout) {
  const RunLock alone(database.path() + ".run", lock_timeout);
  const std::int64_t version = version_of(database);
  if (version == schema_version) return;  // another process did it meanwhile
  if (version == 1) keep_copy(database, version);
  // Or else renaming the table would rename it in those that refer to it, too.
  database.execute("PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE");
  try {
    version == 1 ? renew_messages(database) : renew_rules(database);
    database.execute(("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
    database.execute("COMMIT");
  } catch (...) {
    if (!database.has_no_transaction()) database.execute("ROLLBACK");
    throw;
  }
  database.execute("PRAGMA legacy_alter_table = OFF");
}

}  // namespace dropcowboy::outbox::sqlite
