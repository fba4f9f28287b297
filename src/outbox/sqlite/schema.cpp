#include "outbox/sqlite/schema.hpp"

#include <string_view>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/sqlite/migration.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

struct Part {
  const char* name;
  const char* sql;
};

// States: 0 ready, 1 sending, 2 accepted, 3 unknown, 4 delivered, 5 failed, 6 opted_out, 7 refused,
// 8 held, 9 cancelled. Times: milliseconds since 1970.
constexpr Part parts[] = {
    {"outbox", R"sql(CREATE TABLE outbox (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  team_id  TEXT NOT NULL,     -- whose messages these are
  place    TEXT NOT NULL,     -- of this file, see identity_of(): a copy of it is noticed
  marks    INTEGER NOT NULL   -- how many were made: an older state of this file is noticed
) STRICT)sql"},
    {"message", R"sql(CREATE TABLE message (
  id         INTEGER PRIMARY KEY,     -- in order of adding
  foreign_id TEXT NOT NULL UNIQUE,    -- adding twice is adding once; callbacks find it
  content    TEXT NOT NULL,           -- SHA-256 of the request
  phone      TEXT NOT NULL,
  state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 9),
  why        INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL,
  due        INTEGER NOT NULL,
  expires    INTEGER NOT NULL,
  returned   INTEGER NOT NULL DEFAULT 0,
  marked_at  INTEGER,                 -- when it may have left: an attempt counts from here
  settled_at INTEGER,
  result     INTEGER, reason INTEGER, -- of the first callback with a result
  drop_id    TEXT,
  note       TEXT,
  resend_of  INTEGER REFERENCES message(id),
  resent_by  TEXT,                    -- the person who decided that
  keyed        INTEGER NOT NULL DEFAULT 0 CHECK (keyed IN (0, 1)),  -- of the v2 API
  attempted_at INTEGER,                     -- the rest of keyed ones only: when it was sent last
  repeats      INTEGER NOT NULL DEFAULT 0,  -- how often it was sent again with its key
  repeat_until INTEGER,                     -- from then on its key may be forgotten
  repeat_at    INTEGER,                     -- when it is sent again
  CHECK ((why <> 0) = (state = 7)),
  CHECK ((marked_at IS NOT NULL) = (state BETWEEN 1 AND 6)), -- what never left does not count
  CHECK (repeat_until IS NULL OR (keyed = 1 AND state BETWEEN 1 AND 6 AND
         repeat_until <= marked_at + 82800000)),             -- 23 hours
  CHECK (repeat_at IS NULL OR (state = 3 AND coalesce(repeat_at < repeat_until, 0)))
) STRICT)sql"},
    {"payload", R"sql(CREATE TABLE payload (
  message INTEGER PRIMARY KEY REFERENCES message(id),
  request TEXT NOT NULL
) STRICT)sql"},
    {"prepared", R"sql(CREATE TABLE prepared (
  message INTEGER PRIMARY KEY REFERENCES message(id),
  text    TEXT NOT NULL     -- the key and the bytes of the body, as v2::to_json() writes them
) STRICT)sql"},
    {"permission", R"sql(CREATE TABLE permission (
  phone   TEXT NOT NULL,
  at      INTEGER NOT NULL,
  allowed INTEGER NOT NULL CHECK (allowed IN (0, 1)),
  source  TEXT NOT NULL,
  proof   TEXT NOT NULL,
  PRIMARY KEY (phone, at, allowed)
) WITHOUT ROWID, STRICT)sql"},
    {"tally", R"sql(CREATE TABLE tally (
  state INTEGER NOT NULL,
  why   INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (state, why)
) WITHOUT ROWID, STRICT)sql"},
    {"message_ready", "CREATE INDEX message_ready ON message(keyed, due, id) WHERE state = 0"},
    {"message_sending", "CREATE INDEX message_sending ON message(id) WHERE state = 1"},
    {"message_unknown", "CREATE INDEX message_unknown ON message(marked_at) WHERE state = 3"},
    {"message_repeat",
     "CREATE INDEX message_repeat ON message(repeat_at, id) WHERE repeat_at IS NOT NULL"},
    {"message_held", "CREATE INDEX message_held ON message(id) WHERE state = 8"},
    {"message_attempts",
     "CREATE INDEX message_attempts ON message(phone, marked_at) WHERE marked_at IS NOT NULL"},
    {"message_phone", "CREATE INDEX message_phone ON message(phone)"},
    {"message_resent",
     "CREATE UNIQUE INDEX message_resent ON message(resend_of) WHERE resend_of IS NOT NULL"},
    // BETWEEN where it is passed often: of a longer list after IN, SQLite makes a table each time.
    {"message_moves", R"sql(CREATE TRIGGER message_moves BEFORE UPDATE OF state ON message
WHEN OLD.state <> NEW.state AND NOT (
     (OLD.state = 0 AND NEW.state BETWEEN 4 AND 9)
  OR (OLD.state = 0 AND NEW.state = 1 AND (OLD.keyed = 0 OR (NEW.repeat_until IS NOT NULL
      AND EXISTS (SELECT 1 FROM prepared WHERE message = OLD.id))))
  OR (OLD.state = 1 AND NEW.state BETWEEN 2 AND 6)
  OR (OLD.state = 1 AND NEW.state IN (0, 7, 8) AND OLD.repeats = 0)
  OR (OLD.state = 3 AND NEW.state = 1 AND OLD.keyed = 1 AND NEW.repeats = OLD.repeats + 1
      AND coalesce(NEW.attempted_at < OLD.repeat_until, 0))
  OR ((OLD.state BETWEEN 2 AND 3 OR OLD.state = 9) AND NEW.state BETWEEN 4 AND 6)
  OR (OLD.state = 3 AND NEW.state = 2)
  OR (OLD.state IN (4, 5) AND NEW.state = 6)
  OR (OLD.state IN (7, 8) AND NEW.state IN (0, 4, 5, 6, 9)))
BEGIN SELECT RAISE(ABORT, 'outbox: what may have been sent is never made ready again'); END)sql"},
    {"message_begins", R"sql(CREATE TRIGGER message_begins BEFORE INSERT ON message
WHEN NEW.state <> 0
BEGIN SELECT RAISE(ABORT, 'outbox: a message begins as ready'); END)sql"},
    {"message_again", R"sql(CREATE TRIGGER message_again BEFORE INSERT ON message
WHEN NEW.resend_of IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM message WHERE id = NEW.resend_of AND state IN (3, 5))
BEGIN SELECT RAISE(ABORT, 'outbox: only what failed or is unknown is sent again'); END)sql"},
    {"message_same", R"sql(CREATE TRIGGER message_same
BEFORE UPDATE OF id, foreign_id, phone, content, resend_of, resent_by, keyed ON message
BEGIN SELECT RAISE(ABORT, 'outbox: a message is not altered'); END)sql"},
    {"message_time", R"sql(CREATE TRIGGER message_time
BEFORE UPDATE OF marked_at, repeats, repeat_until ON message
WHEN OLD.state BETWEEN 1 AND 6 AND NEW.state BETWEEN 1 AND 6 AND (
     NEW.marked_at IS NOT OLD.marked_at OR NEW.repeat_until IS NOT OLD.repeat_until
  OR NEW.repeats NOT IN (OLD.repeats, OLD.repeats + 1))
BEGIN SELECT RAISE(ABORT, 'outbox: a message ages from its first attempt'); END)sql"},
    {"prepared_begins", R"sql(CREATE TRIGGER prepared_begins BEFORE INSERT ON prepared
WHEN NOT EXISTS (SELECT 1 FROM message WHERE id = NEW.message AND state = 0 AND keyed = 1)
BEGIN SELECT RAISE(ABORT, 'outbox: a message is prepared before it is sent'); END)sql"},
    {"prepared_same", R"sql(CREATE TRIGGER prepared_same BEFORE UPDATE ON prepared
WHEN NEW.message <> OLD.message OR EXISTS (
  SELECT 1 FROM message WHERE id = OLD.message AND state BETWEEN 1 AND 6)
BEGIN SELECT RAISE(ABORT, 'outbox: what may have left keeps its key and its bytes'); END)sql"},
    {"prepared_stays", R"sql(CREATE TRIGGER prepared_stays BEFORE DELETE ON prepared
WHEN EXISTS (SELECT 1 FROM message WHERE id = OLD.message AND state IN (1, 3))
BEGIN SELECT RAISE(ABORT, 'outbox: what may have left keeps its key and its bytes'); END)sql"},
    {"message_stays", R"sql(CREATE TRIGGER message_stays BEFORE DELETE ON message
BEGIN SELECT RAISE(ABORT, 'outbox: a message is not deleted, or it could be sent again'); END)sql"},
    {"permission_same", R"sql(CREATE TRIGGER permission_same BEFORE UPDATE ON permission
BEGIN SELECT RAISE(ABORT, 'outbox: what a person said is not altered'); END)sql"},
    {"permission_stays", R"sql(CREATE TRIGGER permission_stays BEFORE DELETE ON permission
BEGIN SELECT RAISE(ABORT, 'outbox: what a person said is not forgotten'); END)sql"},
};

void make_tables(Database& database, const std::string& team_id, const std::string& identity) {
  make_missing(database, Missing::all);
  Statement insert(database, "INSERT INTO outbox (one, team_id, place, marks) VALUES (1, ?, ?, 0)");
  insert.run(team_id, identity);
  const std::string marks = "PRAGMA application_id = " + std::to_string(application_id) +
                            "; PRAGMA user_version = " + std::to_string(schema_version) + ";";
  database.execute(marks.c_str());
}

bool is_empty(Database& database) {
  return database.integer("SELECT count(*) FROM sqlite_schema") == 0 &&
         database.integer("PRAGMA application_id") == 0;
}

void make_tables_once(Database& database, const std::string& team_id, const std::string& identity) {
  database.execute("BEGIN IMMEDIATE");
  try {
    if (is_empty(database)) make_tables(database, team_id, identity);
    database.execute("COMMIT");
  } catch (...) {
    if (!database.has_no_transaction()) database.execute("ROLLBACK");
    throw;
  }
}

[[noreturn]] void refuse(ErrorKind kind, const std::string& path, const char* why) {
  throw Exception(not_sent(kind, path + " " + why));
}

}  // namespace

void make_missing(Database& database, Missing what) {
  Statement find(database, "SELECT 1 FROM sqlite_schema WHERE name = ?");
  for (const Part& part : parts) {
    const bool is_table = std::string_view(part.sql).rfind("CREATE TABLE", 0) == 0;
    if (what == Missing::tables && !is_table) continue;
    if (!find.rows(std::string_view(part.name)).next()) database.execute(part.sql);
  }
}

void prepare(Database& database, const std::string& team_id, const std::string& identity,
             std::chrono::milliseconds lock_timeout) {
  const bool is_new = is_empty(database);
  const std::string& path = database.path();
  if (!is_new && database.integer("PRAGMA application_id") != application_id) {
    refuse(ErrorKind::configuration, path, "is not an outbox: choose another path");
  }
  if (database.integer("PRAGMA user_version") > schema_version) {
    refuse(ErrorKind::storage, path, "is of a newer version: update this program");
  }
  if (database.text("PRAGMA journal_mode = WAL") != "wal") {
    refuse(ErrorKind::storage, path, "cannot have a write-ahead log: put it on a local disk");
  }
  if (is_new) make_tables_once(database, team_id, identity);
  if (database.text("SELECT team_id FROM outbox") != team_id) {
    refuse(ErrorKind::configuration, path,
           "holds the messages of another team: give its team_id, or choose another path");
  }
  if (database.integer("PRAGMA user_version") < schema_version) migrate(database, lock_timeout);
}

std::vector<std::string> schema_problems(Database& database) {
  std::vector<std::string> problems;
  Statement find(database, "SELECT sql FROM sqlite_schema WHERE name = ?");
  for (const Part& part : parts) {
    Rows rows = find.rows(std::string_view(part.name));
    if (rows.next() && rows.text(0) == part.sql) continue;
    problems.push_back("the rule or table " + std::string(part.name) +
                       " is missing or altered: somebody has changed the file; restore a backup");
  }
  return problems;
}

}  // namespace dropcowboy::outbox::sqlite
