#include "outbox/postgres/tables.hpp"

namespace dropcowboy::outbox::pg {

// States: 0 ready, 1 sending, 2 accepted, 3 unknown, 4 delivered, 5 failed, 6 opted_out, 7 refused,
// 8 held, 9 cancelled. Times: milliseconds since 1970. The rules are those of the file: see
// sqlite/schema.cpp.
const char* const tables_sql = R"sql(
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
  seen_at    bigint NOT NULL,       -- its last sign of life
  breaker_opened_at bigint          -- when its client's breaker opened, if it is open
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
  keyed        smallint NOT NULL DEFAULT 0,  -- of the v2 API
  attempted_at bigint,              -- the rest of keyed ones only: when it was sent last
  repeats      int NOT NULL DEFAULT 0,       -- how often it was sent again with its key
  repeat_until bigint,              -- from then on its key may be forgotten
  repeat_at    bigint,              -- when it is sent again
  CHECK ((why <> 0) = (state = 7)),
  CHECK ((state = 1) = (runner IS NOT NULL)),
  CHECK ((marked_at IS NOT NULL) = (state BETWEEN 1 AND 6)), -- what never left does not count
  CONSTRAINT message_keyed_check CHECK (keyed IN (0, 1)),
  CONSTRAINT message_repeat_until_check CHECK (repeat_until IS NULL OR (keyed = 1
    AND state BETWEEN 1 AND 6 AND repeat_until <= marked_at + 82800000)),  -- 23 hours
  CONSTRAINT message_repeat_at_check CHECK (repeat_at IS NULL OR (state = 3
    AND coalesce(repeat_at < repeat_until, false)))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE dropcowboy.payload (
  message bigint PRIMARY KEY REFERENCES dropcowboy.message (id),
  request text NOT NULL             -- no json type: that one refuses texts that are allowed
);

CREATE TABLE dropcowboy.prepared (
  message bigint PRIMARY KEY REFERENCES dropcowboy.message (id),
  text    text NOT NULL             -- the key and the bytes of the body, as v2::to_json() writes them
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
)sql";

const char* const rules_sql = R"sql(
CREATE OR REPLACE FUNCTION dropcowboy.refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'outbox: %', TG_ARGV[0]; END $$;
CREATE OR REPLACE FUNCTION dropcowboy.refuse_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM dropcowboy.message WHERE id = NEW.resend_of AND state IN (3, 5)) THEN
    RAISE EXCEPTION 'outbox: only what failed or is unknown is sent again';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION dropcowboy.expect_prepared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM dropcowboy.prepared WHERE message = OLD.id) THEN
    RAISE EXCEPTION 'outbox: a message is prepared before it is sent';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION dropcowboy.expect_unsent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS
    (SELECT 1 FROM dropcowboy.message WHERE id = NEW.message AND state = 0 AND keyed = 1) THEN
    RAISE EXCEPTION 'outbox: a message is prepared before it is sent';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION dropcowboy.keep_prepared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT 1 FROM dropcowboy.message WHERE id = OLD.message
      AND (state IN (1, 3) OR (state IN (2, 4, 5, 6) AND TG_OP = 'UPDATE'))) THEN
    RAISE EXCEPTION 'outbox: what may have left keeps its key and its bytes';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NEW.message <> OLD.message THEN
    RAISE EXCEPTION 'outbox: what may have left keeps its key and its bytes';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER message_moves BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN (OLD.state <> NEW.state AND NOT (
     (OLD.state = 0 AND NEW.state IN (4, 5, 6, 7, 8, 9))
  OR (OLD.state = 0 AND NEW.state = 1 AND (OLD.keyed = 0 OR NEW.repeat_until IS NOT NULL))
  OR (OLD.state = 1 AND NEW.state IN (2, 3, 4, 5, 6))
  OR (OLD.state = 1 AND NEW.state IN (0, 7, 8) AND OLD.repeats = 0)
  OR (OLD.state = 3 AND NEW.state = 1 AND OLD.keyed = 1 AND NEW.repeats = OLD.repeats + 1
      AND coalesce(NEW.attempted_at < OLD.repeat_until, false))
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
WHEN ((OLD.id, OLD.foreign_id, OLD.phone, OLD.content, OLD.resend_of, OLD.resent_by,
  OLD.keyed) IS DISTINCT FROM (NEW.id, NEW.foreign_id, NEW.phone, NEW.content, NEW.resend_of,
  NEW.resent_by, NEW.keyed))
EXECUTE FUNCTION dropcowboy.refuse('a message is not altered');
CREATE TRIGGER message_prepared BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN (OLD.state = 0 AND NEW.state = 1 AND OLD.keyed = 1)
EXECUTE FUNCTION dropcowboy.expect_prepared();
CREATE TRIGGER message_time BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN (OLD.state BETWEEN 1 AND 6 AND NEW.state BETWEEN 1 AND 6 AND (
     NEW.marked_at IS DISTINCT FROM OLD.marked_at
  OR NEW.repeat_until IS DISTINCT FROM OLD.repeat_until
  OR NEW.repeats NOT IN (OLD.repeats, OLD.repeats + 1)))
EXECUTE FUNCTION dropcowboy.refuse('a message ages from its first attempt');
CREATE TRIGGER message_runner BEFORE UPDATE ON dropcowboy.message FOR EACH ROW
WHEN (OLD.state = 1 AND NEW.state = 1 AND OLD.runner IS DISTINCT FROM NEW.runner)
EXECUTE FUNCTION dropcowboy.refuse('what one run has marked is not another''s to send');
CREATE TRIGGER message_stays BEFORE DELETE ON dropcowboy.message FOR EACH ROW
EXECUTE FUNCTION dropcowboy.refuse('a message is not deleted, or it could be sent again');
CREATE TRIGGER message_all_stay BEFORE TRUNCATE ON dropcowboy.message FOR EACH STATEMENT
EXECUTE FUNCTION dropcowboy.refuse('a message is not deleted, or it could be sent again');
CREATE TRIGGER prepared_begins BEFORE INSERT ON dropcowboy.prepared FOR EACH ROW
EXECUTE FUNCTION dropcowboy.expect_unsent();
CREATE TRIGGER prepared_same BEFORE UPDATE ON dropcowboy.prepared FOR EACH ROW
EXECUTE FUNCTION dropcowboy.keep_prepared();
CREATE TRIGGER prepared_stays BEFORE DELETE ON dropcowboy.prepared FOR EACH ROW
EXECUTE FUNCTION dropcowboy.keep_prepared();
CREATE TRIGGER prepared_all_stay BEFORE TRUNCATE ON dropcowboy.prepared FOR EACH STATEMENT
EXECUTE FUNCTION dropcowboy.refuse('what may have left keeps its key and its bytes');
CREATE TRIGGER permission_same BEFORE UPDATE ON dropcowboy.permission FOR EACH ROW
EXECUTE FUNCTION dropcowboy.refuse('what a person said is not altered');
CREATE TRIGGER permission_stays BEFORE DELETE ON dropcowboy.permission FOR EACH ROW
EXECUTE FUNCTION dropcowboy.refuse('what a person said is not forgotten');
CREATE TRIGGER permission_all_stay BEFORE TRUNCATE ON dropcowboy.permission FOR EACH STATEMENT
EXECUTE FUNCTION dropcowboy.refuse('what a person said is not forgotten');
)sql";

const std::vector<Index>& indexes() {
  static const std::vector<Index> all{
      {"message_due", "INDEX", "ON dropcowboy.message (keyed, due, id) WHERE state = 0"},
      {"message_sending", "INDEX", "ON dropcowboy.message (runner, id) WHERE state = 1"},
      {"message_unknown", "INDEX", "ON dropcowboy.message (marked_at) WHERE state = 3"},
      {"message_repeat", "INDEX",
       "ON dropcowboy.message (repeat_at, id) WHERE repeat_at IS NOT NULL"},
      {"message_held", "INDEX", "ON dropcowboy.message (id) WHERE state = 8"},
      {"message_attempts", "INDEX",
       "ON dropcowboy.message (phone, marked_at) WHERE marked_at IS NOT NULL"},
      {"message_phone", "INDEX", "ON dropcowboy.message (phone)"},
      {"message_resent", "UNIQUE INDEX",
       "ON dropcowboy.message (resend_of) WHERE resend_of IS NOT NULL"},
  };
  return all;
}

const std::vector<Trigger>& triggers() {
  static const std::vector<Trigger> all{
      {"message", "message_moves"},       {"message", "message_begins"},
      {"message", "message_again"},       {"message", "message_same"},
      {"message", "message_prepared"},    {"message", "message_time"},
      {"message", "message_runner"},      {"message", "message_stays"},
      {"message", "message_all_stay"},    {"prepared", "prepared_begins"},
      {"prepared", "prepared_same"},      {"prepared", "prepared_stays"},
      {"prepared", "prepared_all_stay"},  {"permission", "permission_same"},
      {"permission", "permission_stays"}, {"permission", "permission_all_stay"},
  };
  return all;
}

}  // namespace dropcowboy::outbox::pg
