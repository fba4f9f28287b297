#include "outbox/postgres/migration.hpp"

#include <string>

#include "core/make_error.hpp"
#include "outbox/postgres/schema.hpp"
#include "outbox/postgres/tables.hpp"

namespace dropcowboy::outbox::pg {

namespace {

// What holds for every row there is, so no row is touched.
constexpr const char* add_columns = R"sql(
BEGIN;
ALTER TABLE dropcowboy.message
  ADD COLUMN IF NOT EXISTS keyed smallint NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS attempted_at bigint,
  ADD COLUMN IF NOT EXISTS repeats int NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS repeat_until bigint,
  ADD COLUMN IF NOT EXISTS repeat_at bigint,
  DROP CONSTRAINT IF EXISTS message_keyed_check,
  DROP CONSTRAINT IF EXISTS message_repeat_until_check,
  DROP CONSTRAINT IF EXISTS message_repeat_at_check;
ALTER TABLE dropcowboy.message
  ADD CONSTRAINT message_keyed_check CHECK (keyed IN (0, 1)) NOT VALID,
  ADD CONSTRAINT message_repeat_until_check CHECK (repeat_until IS NULL OR (keyed = 1
    AND state BETWEEN 1 AND 6 AND repeat_until <= marked_at + 82800000)) NOT VALID,
  ADD CONSTRAINT message_repeat_at_check CHECK (repeat_at IS NULL OR (state = 3
    AND coalesce(repeat_at < repeat_until, false))) NOT VALID;
ALTER TABLE dropcowboy.runner ADD COLUMN IF NOT EXISTS breaker_opened_at bigint;
CREATE TABLE IF NOT EXISTS dropcowboy.prepared (
  message bigint PRIMARY KEY REFERENCES dropcowboy.message (id),
  text    text NOT NULL
);
COMMIT;
)sql";

constexpr const char* const checks[] = {"message_keyed_check", "message_repeat_until_check",
                                        "message_repeat_at_check"};

void execute(Connection& connection, const std::string& sql) { connection.execute(sql.c_str()); }

void expect_no_run(Connection& connection, std::chrono::milliseconds lease) {
  const Rows living = connection.run(
      "SELECT count(*) FROM dropcowboy.runner "
      "WHERE seen_at > extract(epoch FROM clock_timestamp()) * 1000 - $1::bigint",
      static_cast<std::int64_t>(lease.count()));
  if (living.integer(0, 0) == 0) return;
  throw Exception(not_sent_for_now(
      ErrorKind::storage, connection.name() +
                              ": a run of the version before is at work, or died less than a lease "
                              "ago; stop every run, wait, then call migrate()"));
}

/// What a build that was cut off left behind serves nobody, and has to go first.
void make_indexes_concurrently(Connection& connection) {
  // They hold up nobody, and wait for transactions that began before.
  connection.execute("SET lock_timeout = '1h'");
  for (const Index& one : indexes()) {
    const std::string name = std::string("dropcowboy.") + one.name;
    const Rows found =
        connection.run("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", name);
    if (found.count() == 1 && found.boolean(0, 0)) continue;
    if (found.count() == 1) execute(connection, "DROP INDEX CONCURRENTLY " + name);
    execute(connection,
            std::string("CREATE ") + one.kind + " CONCURRENTLY " + one.name + " " + one.rest);
  }
  for (const char* const check : checks) {
    execute(connection, std::string("ALTER TABLE dropcowboy.message VALIDATE CONSTRAINT ") + check);
  }
  connection.execute("SET lock_timeout = '10s'");
}

/// From here on the version before is refused.
void change_rules(Connection& connection, std::chrono::milliseconds lease) {
  connection.execute("BEGIN; LOCK TABLE dropcowboy.message IN ACCESS EXCLUSIVE MODE");
  expect_no_run(connection, lease);
  for (const Trigger& one : triggers()) {
    execute(connection,
            std::string("DROP TRIGGER IF EXISTS ") + one.name + " ON dropcowboy." + one.table);
  }
  make_rules(connection);
  connection.execute("DROP INDEX IF EXISTS dropcowboy.message_ready");
  connection.run("UPDATE dropcowboy.outbox SET schema_version = $1", schema_version);
  connection.execute("COMMIT");
}

}  // namespace

void make_rules(Connection& connection) {
  connection.execute(rules_sql);
  for (const Trigger& one : triggers()) {
    execute(connection, std::string("ALTER TABLE dropcowboy.") + one.table +
                            " ENABLE ALWAYS TRIGGER " + one.name);
  }
}

void make_indexes(Connection& connection) {
  for (const Index& one : indexes()) {
    execute(connection, std::string("CREATE ") + one.kind + " " + one.name + " " + one.rest);
  }
}

void migrate_tables(Connection& connection, std::chrono::milliseconds lease) {
  expect_no_run(connection, lease);
  connection.execute(add_columns);
  make_indexes_concurrently(connection);
  change_rules(connection, lease);
}

}  // namespace dropcowboy::outbox::pg
