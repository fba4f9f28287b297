#include "outbox/postgres/schema.hpp"

#include <array>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::outbox::pg {

namespace {

// States: 0 ready, 1 sending, 2 accepted, 3 unknown, 4 delivered, 5 failed, 6 opted_out, 7 refused,
// 8 held, 9 cancelled. Times: milliseconds since 1970. The rules are those of the file: see
// sqlite/schema.cpp. Triggers fire ALWAYS, also where a session says that it is a replica.
constexpr const char* tables = R"sql(
CREATE SCHEMA IF NOT EXISTS dropcowboy;

CREATE TABLE dropcowboy.outbox (
  one            int PRIMARY KEY CHECK (one = 1),
  team_id        text NOT NULL,     -- whose messages these are
  schema_version int NOT NULL,
  place          text NOT NULL,     -- of this database: a copy of it is noticed
  paused_until   bigint NOT NULL    -- the service asked all runs to wait
);

CREATE TABLE dropcowboy.runner (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL,         -- for people: machine and process
  started_at bigint NOT NULL,
  seen_at    bigint NOT NULL        -- its last sign of life
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

CREATE TABLE dropcowboy.message (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- in order of adding
  foreign_id text NOT NULL UNIQUE,  -- adding twice is adding once; callbacks find it
  content    text NOT NULL,         -- SHA-256 of the request
  phone      text NOT NULL,
  state      smallint NOT NULL CHECK (state BETWEEN 0 AND 9),
  why        smallint NOT NULL DEFAULT 0,
  not_before bigint NOT NULL,
  due        bigint NOT NULL,
  expires    bigint NOT NULL,
  returned   int NOT NULL DEFAULT 0,
  runner     bigint,                -- no foreign key: runs are forgotten, messages are not
  marked_at  bigint,                -- when it may have left: an attempt counts from here
  settled_at bigint,
  result     bigint, reason bigint, -- of the first callback with a result
  drop_id    text,
  note       text,
  resend_of  bigint REFERENCES dropcowboy.message (id),
  resent_by  text,                  -- the person who decided that
  CHECK ((why <> 0) = (state = 7)),
  CHECK ((state = 1) = (runner IS NOT NULL)),
  CHECK ((marked_at IS NOT NULL) = (state BETWEEN 1 AND 6))  -- what never left does not count
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE dropcowboy.payload (
  message bigint PRIMARY KEY REFERENCES dropcowboy.message (id),
  request text NOT NULL             -- no json type: that one refuses texts that are allowed
);

CREATE TABLE dropcowboy.permission (
  phone   text NOT NULL,
  at      bigint NOT NULL,
  allowed boolean NOT NULL,
  source  text NOT NULL,
  proof   text NOT NULL,
  PRIMARY KEY (phone, at, allowed)
);

-- Counts of messages, in slots: one row for all would make every commit wait for every other.
CREATE TABLE dropcowboy.tally (
  slot  int NOT NULL,
  state int NOT NULL,
  why   int NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (slot, state, why)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX message_ready    ON dropcowboy.message (due, id)    WHERE state = 0;
CREATE INDEX message_sending  ON dropcowboy.message (runner, id) WHERE state = 1;
CREATE INDEX message_unknown  ON dropcowboy.message (marked_at)  WHERE state = 3;
CREATE INDEX message_held     ON dropcowboy.message (id)         WHERE state = 8;
CREATE INDEX message_attempts ON dropcowboy.message (phone, marked_at) WHERE marked_at IS NOT NULL;
CREATE INDEX message_phone    ON dropcowboy.message (phone);
CREATE UNIQUE INDEX message_resent ON dropcowboy.message (resend_of) WHERE resend_of IS NOT NULL;

CREATE FUNCTION dropcowboy.refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'outbox: %', TG_ARGV[0]; END $$;
CREATE FUNCTION dropcowboy.refuse_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM dropcowboy.message WHERE id = NEW.resend_of AND state IN (3, 5)) THEN
    RAISE EXCEPTION 'outbox: only what failed or is unknown is sent again';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER message_moves BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN (OLD.state <> NEW.state AND NOT (
     (OLD.state = 0 AND NEW.state IN (1, 4, 5, 6, 7, 8, 9))
  OR (OLD.state = 1 AND NEW.state IN (0, 2, 3, 4, 5, 6, 7, 8))
  OR (OLD.state = 2 AND NEW.state IN (4, 5, 6))
  OR (OLD.state = 3 AND NEW.state IN (2, 4, 5, 6))
  OR (OLD.state IN (4, 5) AND NEW.state = 6)
  OR (OLD.state IN (7, 8) AND NEW.state IN (0, 4, 5, 6, 9))
  OR (OLD.state = 9 AND NEW.state IN (4, 5, 6))))
EXECUTE FUNCTION dropcowboy.refuse('what may have been sent is never made ready again');
CREATE TRIGGER message_begins BEFORE INSERT ON dropcowboy.message FOR EACH ROW
WHEN (NEW.state <> 0) EXECUTE FUNCTION dropcowboy.refuse('a message begins as ready');
CREATE TRIGGER message_again BEFORE INSERT ON dropcowboy.message FOR EACH ROW
WHEN (NEW.resend_of IS NOT NULL) EXECUTE FUNCTION dropcowboy.refuse_again();
CREATE TRIGGER message_same BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN ((OLD.id, OLD.foreign_id, OLD.phone, OLD.content, OLD.resend_of, OLD.resent_by)
  IS DISTINCT FROM (NEW.id, NEW.foreign_id, NEW.phone, NEW.content, NEW.resend_of, NEW.resent_by))
EXECUTE FUNCTION dropcowboy.refuse('a message is not altered');
CREATE TRIGGER message_runner BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN (OLD.state = 1 AND NEW.state = 1 AND OLD.runner IS DISTINCT FROM NEW.runner)
EXECUTE FUNCTION dropcowboy.refuse('what one run has marked is not another''s to send');
CREATE TRIGGER message_stays BEFORE DELETE ON dropcowboy.message FOR EACH ROW
EXECUTE FUNCTION dropcowboy.refuse('a message is not deleted, or it could be sent again');
CREATE TRIGGER message_all_stay BEFORE TRUNCATE ON dropcowboy.message FOR EACH STATEMENT
EXECUTE FUNCTION dropcowboy.refuse('a message is not deleted, or it could be sent again');
CREATE TRIGGER permission_same BEFORE UPDATE ON dropcowboy.permission FOR EACH ROW
EXECUTE FUNCTION dropcowboy.refuse('what a person said is not altered');
CREATE TRIGGER permission_stays BEFORE DELETE ON dropcowboy.permission FOR EACH ROW
EXECUTE FUNCTION dropcowboy.refuse('what a person said is not forgotten');
CREATE TRIGGER permission_all_stay BEFORE TRUNCATE ON dropcowboy.permission FOR EACH STATEMENT
EXECUTE FUNCTION dropcowboy.refuse('what a person said is not forgotten');
)sql";

struct Trigger {
  const char* table;
  const char* name;
};

constexpr std::array triggers{
    Trigger{"message", "message_moves"},       Trigger{"message", "message_begins"},
    Trigger{"message", "message_again"},       Trigger{"message", "message_same"},
    Trigger{"message", "message_runner"},      Trigger{"message", "message_stays"},
    Trigger{"message", "message_all_stay"},    Trigger{"permission", "permission_same"},
    Trigger{"permission", "permission_stays"}, Trigger{"permission", "permission_all_stay"},
};

/// Every table of the schema, and every index that is not a constraint's.
constexpr std::array relations{"outbox",        "runner",           "message",
                               "payload",       "permission",       "tally",
                               "message_ready", "message_sending",  "message_unknown",
                               "message_held",  "message_attempts", "message_phone",
                               "message_resent"};

constexpr const char* migration_lock = "SELECT pg_advisory_xact_lock(1145261890, 1)";

[[noreturn]] void refuse(ErrorKind kind, const Connection& connection, const std::string& why) {
  throw Exception(not_sent(kind, connection.name() + " " + why));
}

void check_version_and_team(Connection& connection, const std::string& team_id) {
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
  connection.execute(tables);
  for (const Trigger& one : triggers) {
    const std::string sql =
        std::string("ALTER TABLE dropcowboy.") + one.table + " ENABLE ALWAYS TRIGGER " + one.name;
    connection.execute(sql.c_str());
  }
  const std::string place(connection.run(sql_of_place).text(0, 0));
  connection.run(
      "INSERT INTO dropcowboy.outbox (one, team_id, schema_version, place, paused_until) "
      "VALUES (1, $1, $2, $3, 0)",
      team_id, schema_version, place);
}

}  // namespace

void make_tables(Connection& connection, const std::string& team_id) {
  expect_utf8(connection);
  connection.execute("BEGIN");
  try {
    connection.run(migration_lock);
    if (!is_there(connection)) make_all(connection, team_id);
    check_version_and_team(connection, team_id);
    connection.execute("COMMIT");
  } catch (...) {
    connection.disconnect();  // which undoes it
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
  check_version_and_team(connection, team_id);
}

std::vector<std::string> schema_problems(Connection& connection) {
  std::vector<std::string> problems;
  const auto report = [&](const char* name) {
    problems.push_back("the rule or table " + std::string(name) +
                       " is missing or altered: somebody has changed the database; restore it");
  };
  for (const char* const name : relations) {
    const std::string full = std::string("dropcowboy.") + name;
    if (connection.run("SELECT to_regclass($1)", full).is_null(0, 0)) report(name);
  }
  for (const Trigger& one : triggers) {
    const std::string table = std::string("dropcowboy.") + one.table;
    const Rows found = connection.run(
        "SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2 "
        "AND tgenabled = 'A'",
        table, one.name);
    if (found.count() == 0) report(one.name);
  }
  const Rows checks = connection.run(
      "SELECT count(*) FROM pg_constraint WHERE conrelid = to_regclass('dropcowboy.message') "
      "AND contype = 'c' AND convalidated");
  if (checks.count() == 1 && checks.integer(0, 0) < 4) report("message");
  return problems;
}

}  // namespace dropcowboy::outbox::pg
