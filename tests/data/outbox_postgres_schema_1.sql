-- An outbox of schema 1 on PostgreSQL with a message in each state, as its first version made it.
BEGIN;
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

INSERT INTO outbox (one, team_id, schema_version, place, paused_until) VALUES (1, 'team-1', 1, '', 0);
INSERT INTO runner (id, name, started_at, seen_at) OVERRIDING SYSTEM VALUE VALUES (3, 'lost, process 7', 1728000000000, 1728000000001);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (1, 'ready', 'dphd_babljZJsU_qId40Lw', '+15550010000', 0, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by, runner) OVERRIDING SYSTEM VALUE VALUES (2, 'sending', 'Lxi6uEFJ6yCqPEyxA4eZig', '+15550010001', 1, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (3, 'accepted', 'pK6OW4MlY-VhMF6pMOjxuA', '+15550010002', 2, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000002, 1728000000102, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (4, 'unknown', 'l_lqS0x93-bDxxQS_HPa7g', '+15550010003', 3, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000003, 1728000000103, NULL, NULL, NULL, 'network, unknown', NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (5, 'delivered', 'rGxcT_QRuFwJKfc-xQIT9Q', '+15550010004', 4, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000004, 1728000000104, 0, 0, 'drop-4', NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (6, 'failed', 'tZgaqJCeYAGUKsx51ecLNw', '+15550010005', 5, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000005, 1728000000105, 1, 4005, 'drop-5', NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (7, 'opted_out', '1KVs-jVisY6iItc3N27Z5Q', '+15550010006', 6, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000006, 1728000000106, 1, 4005, 'drop-6', NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (8, 'refused', 'GhRf8OYskZQF6tPXNWuZvw', '+15550010007', 7, 2, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, 1728000000107, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (9, 'held', 'P02hCmWJF0ybOr_QWJv6-Q', '+15550010008', 8, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, 1728000000108, NULL, NULL, NULL, 'rejected, rejected, HTTP 400', NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (10, 'cancelled', 'UfLLX3qpHqCDyaoq4nF9Hw', '+15550010009', 9, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, 1728000000109, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) OVERRIDING SYSTEM VALUE VALUES (11, 'failed-again', 'JFGgWc3ZcWCG6EkY7zzBpw', '+15550010005', 0, 0, 1728000000000, 1728000005000, 1728086400000, 2, NULL, NULL, NULL, NULL, NULL, NULL, 6, 'Ann');
INSERT INTO payload (message, request) VALUES (1, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010000","foreign_id":"ready","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (2, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010001","foreign_id":"sending","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (3, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010002","foreign_id":"accepted","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (4, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010003","foreign_id":"unknown","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (5, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010004","foreign_id":"delivered","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (6, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010005","foreign_id":"failed","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (7, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010006","foreign_id":"opted_out","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (8, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010007","foreign_id":"refused","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (9, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010008","foreign_id":"held","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (10, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010009","foreign_id":"cancelled","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO payload (message, request) VALUES (11, '{"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","phone_number":"+15550010005","foreign_id":"failed-again","recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","forwarding_number":"+15557654321"}');
INSERT INTO permission (phone, at, allowed, source, proof) VALUES ('+15550010000', 1727999999995, true, 'sign-up form', 'form 17');
INSERT INTO permission (phone, at, allowed, source, proof) VALUES ('+15550010006', 1728000000106, false, 'callback', 'drop-6');
INSERT INTO tally (slot, state, why, count) VALUES (5, 0, 0, 2);
INSERT INTO tally (slot, state, why, count) VALUES (5, 1, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 2, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 3, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 4, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 5, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 6, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 7, 2, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 8, 0, 1);
INSERT INTO tally (slot, state, why, count) VALUES (5, 9, 0, 1);
SELECT setval(pg_get_serial_sequence('message', 'id'), 11), setval(pg_get_serial_sequence('runner', 'id'), 3);

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
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_moves;
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_begins;
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_again;
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_same;
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_runner;
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_stays;
ALTER TABLE dropcowboy.message ENABLE ALWAYS TRIGGER message_all_stay;
ALTER TABLE dropcowboy.permission ENABLE ALWAYS TRIGGER permission_same;
ALTER TABLE dropcowboy.permission ENABLE ALWAYS TRIGGER permission_stays;
ALTER TABLE dropcowboy.permission ENABLE ALWAYS TRIGGER permission_all_stay;
COMMIT;
