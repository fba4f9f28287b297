-- An outbox of schema 1 with a message in each state, as its first version made it, without
-- the index message_phone.
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE outbox (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  team_id  TEXT NOT NULL,     -- whose messages these are
  place    TEXT NOT NULL,     -- of this file, see identity_of(): a copy of it is noticed
  marks    INTEGER NOT NULL   -- how many were made: an older state of this file is noticed
) STRICT;
CREATE TABLE message (
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
  CHECK ((why <> 0) = (state = 7)),
  CHECK ((marked_at IS NOT NULL) = (state BETWEEN 1 AND 6))  -- what never left does not count
) STRICT;
CREATE TABLE payload (
  message INTEGER PRIMARY KEY REFERENCES message(id),
  request TEXT NOT NULL
) STRICT;
CREATE TABLE permission (
  phone   TEXT NOT NULL,
  at      INTEGER NOT NULL,
  allowed INTEGER NOT NULL CHECK (allowed IN (0, 1)),
  source  TEXT NOT NULL,
  proof   TEXT NOT NULL,
  PRIMARY KEY (phone, at, allowed)
) WITHOUT ROWID, STRICT;
CREATE TABLE tally (
  state INTEGER NOT NULL,
  why   INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (state, why)
) WITHOUT ROWID, STRICT;
INSERT INTO outbox (one, team_id, place, marks) VALUES (1, 'team-1', '', 6);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (1, 'ready', 'dphd_babljZJsU_qId40Lw', '+15550010000', 0, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (2, 'sending', 'Lxi6uEFJ6yCqPEyxA4eZig', '+15550010001', 1, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000001, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (3, 'accepted', 'pK6OW4MlY-VhMF6pMOjxuA', '+15550010002', 2, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000002, 1728000000102, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (4, 'unknown', 'l_lqS0x93-bDxxQS_HPa7g', '+15550010003', 3, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000003, 1728000000103, NULL, NULL, NULL, 'network, unknown', NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (5, 'delivered', 'rGxcT_QRuFwJKfc-xQIT9Q', '+15550010004', 4, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000004, 1728000000104, 0, 0, 'drop-4', NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (6, 'failed', 'tZgaqJCeYAGUKsx51ecLNw', '+15550010005', 5, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000005, 1728000000105, 1, 4005, 'drop-5', NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (7, 'opted_out', '1KVs-jVisY6iItc3N27Z5Q', '+15550010006', 6, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, 1728000000006, 1728000000106, 1, 4005, 'drop-6', NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (8, 'refused', 'GhRf8OYskZQF6tPXNWuZvw', '+15550010007', 7, 2, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, 1728000000107, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (9, 'held', 'P02hCmWJF0ybOr_QWJv6-Q', '+15550010008', 8, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, 1728000000108, NULL, NULL, NULL, 'rejected, rejected, HTTP 400', NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (10, 'cancelled', 'UfLLX3qpHqCDyaoq4nF9Hw', '+15550010009', 9, 0, 1728000000000, 1728000000000, 9223372036854775807, 0, NULL, 1728000000109, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message (id, foreign_id, content, phone, state, why, not_before, due, expires, returned, marked_at, settled_at, result, reason, drop_id, note, resend_of, resent_by) VALUES (11, 'failed-again', 'JFGgWc3ZcWCG6EkY7zzBpw', '+15550010005', 0, 0, 1728000000000, 1728000005000, 1728086400000, 2, NULL, NULL, NULL, NULL, NULL, NULL, 6, 'Ann');
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
INSERT INTO permission (phone, at, allowed, source, proof) VALUES ('+15550010000', 1727999999995, 1, 'sign-up form', 'form 17');
INSERT INTO permission (phone, at, allowed, source, proof) VALUES ('+15550010006', 1728000000106, 0, 'callback', 'drop-6');
INSERT INTO tally (state, why, count) VALUES (0, 0, 2);
INSERT INTO tally (state, why, count) VALUES (1, 0, 1);
INSERT INTO tally (state, why, count) VALUES (2, 0, 1);
INSERT INTO tally (state, why, count) VALUES (3, 0, 1);
INSERT INTO tally (state, why, count) VALUES (4, 0, 1);
INSERT INTO tally (state, why, count) VALUES (5, 0, 1);
INSERT INTO tally (state, why, count) VALUES (6, 0, 1);
INSERT INTO tally (state, why, count) VALUES (7, 2, 1);
INSERT INTO tally (state, why, count) VALUES (8, 0, 1);
INSERT INTO tally (state, why, count) VALUES (9, 0, 1);
CREATE INDEX message_ready ON message(due, id) WHERE state = 0;
CREATE INDEX message_sending ON message(id) WHERE state = 1;
CREATE INDEX message_unknown ON message(marked_at) WHERE state = 3;
CREATE INDEX message_held ON message(id) WHERE state = 8;
CREATE INDEX message_attempts ON message(phone, marked_at) WHERE marked_at IS NOT NULL;
CREATE UNIQUE INDEX message_resent ON message(resend_of) WHERE resend_of IS NOT NULL;
CREATE TRIGGER message_moves BEFORE UPDATE OF state ON message
WHEN OLD.state <> NEW.state AND NOT (
     (OLD.state = 0 AND NEW.state IN (1, 4, 5, 6, 7, 8, 9))
  OR (OLD.state = 1 AND NEW.state IN (0, 2, 3, 4, 5, 6, 7, 8))
  OR (OLD.state = 2 AND NEW.state IN (4, 5, 6))
  OR (OLD.state = 3 AND NEW.state IN (2, 4, 5, 6))
  OR (OLD.state IN (4, 5) AND NEW.state = 6)
  OR (OLD.state IN (7, 8) AND NEW.state IN (0, 4, 5, 6, 9))
  OR (OLD.state = 9 AND NEW.state IN (4, 5, 6)))
BEGIN SELECT RAISE(ABORT, 'outbox: what may have been sent is never made ready again'); END;
CREATE TRIGGER message_begins BEFORE INSERT ON message
WHEN NEW.state <> 0
BEGIN SELECT RAISE(ABORT, 'outbox: a message begins as ready'); END;
CREATE TRIGGER message_again BEFORE INSERT ON message
WHEN NEW.resend_of IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM message WHERE id = NEW.resend_of AND state IN (3, 5))
BEGIN SELECT RAISE(ABORT, 'outbox: only what failed or is unknown is sent again'); END;
CREATE TRIGGER message_same
BEFORE UPDATE OF id, foreign_id, phone, content, resend_of, resent_by ON message
BEGIN SELECT RAISE(ABORT, 'outbox: a message is not altered'); END;
CREATE TRIGGER message_stays BEFORE DELETE ON message
BEGIN SELECT RAISE(ABORT, 'outbox: a message is not deleted, or it could be sent again'); END;
CREATE TRIGGER permission_same BEFORE UPDATE ON permission
BEGIN SELECT RAISE(ABORT, 'outbox: what a person said is not altered'); END;
CREATE TRIGGER permission_stays BEFORE DELETE ON permission
BEGIN SELECT RAISE(ABORT, 'outbox: what a person said is not forgotten'); END;
PRAGMA application_id = 1145261890;
PRAGMA user_version = 1;
COMMIT;
