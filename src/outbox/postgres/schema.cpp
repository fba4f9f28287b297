#include "outbox/postgres/schema.hpp"

#include <string_view>
#include <utility>

#include "core/make_error.hpp"
#include "dropcowboy/runtime.hpp"
#include "outbox/postgres/migration.hpp"
#include "outbox/postgres/tables.hpp"

namespace dropcowboy::outbox::pg {

namespace {

[[noreturn]] void refuse(ErrorKind kind, const Connection& connection, const std::string& why) {
  throw Exception(not_sent(kind, connection.name() + " " + why));
}

/// The version of the tables of this team.
std::int64_t version_for(Connection& connection, const std::string& team_id) {
  const Rows found = connection.run("SELECT schema_version, team_id FROM dropcowboy.outbox");
  if (found.count() != 1) {
    refuse(ErrorKind::storage, connection, "holds no outbox: call migrate() once");
  }
  if (found.integer(0, 0) > schema_version) {
    refuse(ErrorKind::storage, connection, "is of a newer version: update this program");
  }
  if (found.text(0, 1) != team_id) {
    refuse(ErrorKind::configuration, connection,
           "holds the messages of another team: give its team_id, or another database");
  }
  return found.integer(0, 0);
}

void expect_utf8(Connection& connection) {
  const Rows found = connection.run("SELECT current_setting('server_encoding')");
  if (found.text(0, 0) == "UTF8") return;
  refuse(ErrorKind::configuration, connection,
         "does not keep texts as UTF-8: make another one with createdb -E UTF8 -T template0");
}

bool is_there(Connection& connection) {
  return !connection.run("SELECT to_regclass('dropcowboy.outbox')").is_null(0, 0);
}

void make_all(Connection& connection, const std::string& team_id) {
  connection.execute("BEGIN");
  connection.execute(tables_sql);
  make_indexes(connection);
  make_rules(connection);
  const std::string identity(connection.run(sql_of_identity).text(0, 0));
  connection.run(
      "INSERT INTO dropcowboy.outbox (one, team_id, schema_version, place, paused_until) "
      "VALUES (1, $1, $2, $3, 0)",
      team_id, schema_version, identity);
  connection.execute("COMMIT");
}

/// Held by the session. Asked for again and again: an index that is built concurrently waits for
/// every statement that waits.
void lock_migrations(Connection& connection, std::chrono::milliseconds patience) {
  const auto runtime = Runtime::system();
  const auto until = runtime->now() + patience;
  while (!connection.run("SELECT pg_try_advisory_lock(1145261890, 1)").boolean(0, 0)) {
    if (runtime->now() >= until) {
      throw Exception(not_sent_for_now(ErrorKind::storage, connection.name() +
                                                               ": another process makes or changes "
                                                               "the tables: let it finish"));
    }
    runtime->wait_until(runtime->now() + std::chrono::milliseconds(20), CancelToken::never());
  }
}

}  // namespace

void make_tables(Connection& connection, const std::string& team_id,
                 std::chrono::milliseconds lease) {
  constexpr std::chrono::seconds patience(10);
  expect_utf8(connection);
  try {
    lock_migrations(connection, patience);
    if (!is_there(connection)) make_all(connection, team_id);
    if (version_for(connection, team_id) < schema_version) migrate_tables(connection, lease);
    connection.run("SELECT pg_advisory_unlock(1145261890, 1)");
  } catch (...) {
    connection.disconnect();  // which undoes what is not complete, and gives the lock back
    throw;
  }
}

void expect_fit(Connection& connection, const std::string& team_id) {
  const Rows settings = connection.run(
      "SELECT current_setting('fsync'), current_setting('synchronous_commit'), "
      "pg_is_in_recovery(), current_setting('transaction_read_only')");
  if (settings.boolean(0, 2)) throw Exception(storage_error("25006", connection.name()));
  if (settings.text(0, 0) != "on") {
    refuse(ErrorKind::configuration, connection,
           "runs with fsync = off: a power cut takes marks with it, and what they stood for would "
           "be sent twice; set fsync = on");
  }
  const std::string_view commit = settings.text(0, 1);
  if (commit != "on" && commit != "remote_apply") {
    refuse(ErrorKind::configuration, connection,
           "does not let this session set synchronous_commit = on, so a crash would lose marks, "
           "and what they stood for be sent twice; connect without a pooler");
  }
  if (!is_there(connection)) {
    refuse(ErrorKind::configuration, connection, "holds no outbox: call migrate() once");
  }
  if (version_for(connection, team_id) < schema_version) {
    refuse(ErrorKind::storage, connection,
           "is of an older version: stop every run, then call migrate() once");
  }
}

std::vector<std::string> schema_problems(Connection& connection) {
  std::vector<std::string> problems;
  const auto report = [&](const char* name) {
    problems.push_back("the rule or table " + std::string(name) +
                       " is missing or altered: somebody has changed the database; restore it");
  };
  for (const char* const name : table_names) {
    const std::string full = std::string("dropcowboy.") + name;
    if (connection.run("SELECT to_regclass($1)", full).is_null(0, 0)) report(name);
  }
  for (const Index& one : indexes()) {
    const std::string full = std::string("dropcowboy.") + one.name;
    const Rows found = connection.run(
        "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid", full);
    if (found.count() == 0) report(one.name);
  }
  for (const Trigger& one : triggers()) {
    const std::string table = std::string("dropcowboy.") + one.table;
    const Rows found = connection.run(
        "SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2 "
        "AND tgenabled = 'A'",
        table, one.name);
    if (found.count() == 0) report(one.name);
  }
  const Rows functions = connection.run(
      "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = to_regnamespace('dropcowboy')");
  const std::string_view rules = rules_sql;
  for (int row = 0; row < functions.count(); ++row) {
    const std::string name(functions.text(row, 0));
    const auto begin = rules.find("FUNCTION dropcowboy." + name + "()");
    if (begin == std::string_view::npos) continue;  // somebody else's
    const auto end = rules.find("$$;", begin);
    const bool is_ours =
        rules.substr(begin, end - begin).find(functions.text(row, 1)) != std::string_view::npos;
    if (!is_ours) report(name.c_str());
  }
  const Rows checks = connection.run(
      "SELECT count(*) FROM pg_constraint WHERE conrelid = to_regclass('dropcowboy.message') "
      "AND contype = 'c' AND convalidated");
  if (checks.count() == 1 && checks.integer(0, 0) < 7) report("message");
  return problems;
}

}  // namespace dropcowboy::outbox::pg
