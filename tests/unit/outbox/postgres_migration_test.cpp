// Databases of older versions are brought up to date by migrate().

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "outbox/postgres/schema.hpp"
#include "support/data_file.hpp"
#include "support/old_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* all_messages =
    "SELECT string_agg(concat_ws('|', id, foreign_id, content, phone, state, why, not_before, due, "
    "expires, returned, runner, marked_at, settled_at, result, reason, drop_id, note, resend_of, "
    "resent_by), ' ' ORDER BY id) FROM message";

/// All that is there, but for rows.
constexpr const char* whole_schema = R"sql(
WITH tables AS (SELECT oid, relname, reloptions FROM pg_class
  WHERE relnamespace = 'dropcowboy'::regnamespace AND relkind = 'r')
SELECT string_agg(line, E'\n' ORDER BY line) FROM (
  SELECT concat_ws(' ', relname, reloptions) AS line FROM tables
  UNION ALL SELECT concat_ws(' ', relname, attnum, attname, format_type(atttypid, atttypmod),
      attnotnull, attidentity, pg_get_expr(adbin, adrelid))
    FROM pg_attribute a JOIN tables t ON t.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped
  UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid),
      convalidated) FROM pg_constraint WHERE connamespace = 'dropcowboy'::regnamespace
  UNION ALL SELECT concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid)
    FROM pg_index JOIN tables t ON t.oid = indrelid
  UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(g.oid), tgenabled)
    FROM pg_trigger g JOIN tables t ON t.oid = tgrelid WHERE NOT tgisinternal
  UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace = 'dropcowboy'::regnamespace) AS lines
)sql";

class OutboxPostgresMigration : public support::WithOldOutbox {
 protected:
  OutboxPostgresMigration() { new_schema_ = by_hand(whole_schema); }

  /// As the first version left it, in this place.
  static void make_old() {
    by_hand("DROP SCHEMA dropcowboy CASCADE");
    const std::string said = by_hand(support::data_file("outbox_postgres_schema_1.sql"));
    ASSERT_EQ(said, "");
    by_hand("UPDATE outbox SET place = (" + std::string(pg::sql_of_identity) + ")");
  }
  static Result<void> migrate_it() { return migrate({database(), 1s}, "team-1"); }

  std::string new_schema_{};
};

TEST_F(OutboxPostgresMigration, EveryMessageIsWhatItWas) {
  make_old();
  const std::string before = by_hand(all_messages);
  ASSERT_THAT(before, HasSubstr("failed-again"));
  ASSERT_TRUE(migrate_it());
  EXPECT_EQ(by_hand(all_messages), before);
  EXPECT_EQ(by_hand("SELECT schema_version FROM outbox"), "2");
  const Outbox box = open_without_consent();
  expect_every_message(box);
}

TEST_F(OutboxPostgresMigration, TheResultIsLikeANewOne) {
  make_old();
  ASSERT_NE(by_hand(whole_schema), new_schema_);
  ASSERT_TRUE(migrate_it());
  EXPECT_EQ(by_hand(whole_schema), new_schema_);
  const auto report = open_without_consent().check_file().value();
  EXPECT_TRUE(report.ok()) << report.problems[0];
}

TEST_F(OutboxPostgresMigration, AMessageAddedBeforeIsTheSameOneAndWhatWasSendingIsUnknown) {
  make_old();
  ASSERT_TRUE(migrate_it());
  const Outbox box = open_without_consent();
  EXPECT_TRUE(box.add({entry("ready", "+15550010000")}).value()[0].was_there);
  add_keyed(box, "keyed");
  advance(61s);  // a lease
  const RunReport report = box.run(client(), keyed_client(), until_idle());
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.abandoned, 1U);
  EXPECT_EQ(report.accepted, 3U);
  EXPECT_EQ(state(box, "sending"), State::unknown);
}

TEST_F(OutboxPostgresMigration, NothingIsOpenedBeforeIt) {
  make_old();
  const auto opened = Outbox::open(options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  EXPECT_FALSE(opened.error().transient);
  EXPECT_THAT(opened.error().message, HasSubstr("migrate()"));
}

TEST_F(OutboxPostgresMigration, WaitsForEveryRunAndChangesNothingMeanwhile) {
  make_old();
  const std::string before = by_hand(whole_schema);
  by_hand("UPDATE runner SET seen_at = extract(epoch FROM clock_timestamp()) * 1000 + 60000");
  const auto made = migrate_it();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::storage);
  EXPECT_TRUE(made.error().transient);
  EXPECT_THAT(made.error().message, HasSubstr("stop every run"));
  EXPECT_EQ(by_hand(whole_schema), before);
  by_hand("UPDATE runner SET seen_at = 0");
  EXPECT_TRUE(migrate_it());
}

// An older snapshot holds up the building of an index, and nobody else.
TEST_F(OutboxPostgresMigration, TheVersionBeforeGoesOnWhileIndexesAreBuilt) {
  make_old();
  support::PsqlSession reader(database());
  reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM permission");
  std::thread migrating([] { EXPECT_TRUE(migrate_it()); });
  while (by_hand("SELECT count(*) FROM pg_index WHERE NOT indisvalid "
                 "AND indrelid = 'message'::regclass") == "0") {
    std::this_thread::yield();
  }
  EXPECT_EQ(by_hand("INSERT INTO message (foreign_id, content, phone, state, not_before, due, "
                    "expires) VALUES ('old', 'x', '+15550010009', 0, 0, 0, 9e15);"
                    "UPDATE message SET state = 1, marked_at = 5, runner = 3 "
                    "WHERE foreign_id = 'old';"
                    "UPDATE message SET state = 2, runner = NULL WHERE foreign_id = 'old'"),
            "");
  EXPECT_EQ(by_hand("SELECT schema_version FROM outbox"), "1");
  reader.run("COMMIT");
  migrating.join();
  EXPECT_EQ(by_hand(whole_schema), new_schema_);
  EXPECT_EQ(state(open(), "old"), State::accepted);
}

TEST_F(OutboxPostgresMigration, AProgramThatHasItOpenIsRefusedAfterwards) {
  const Outbox box = open_without_consent();
  add(box, "a");
  by_hand("UPDATE outbox SET schema_version = 1");  // as a program of the version before sees it
  EXPECT_FALSE(box.add({entry("b")}));
  EXPECT_FALSE(Outbox::open(options()));
  ASSERT_TRUE(migrate_it());
  add(box, "b");
  EXPECT_EQ(run(box).accepted, 2U);
}

// Whatever it had done by then.
TEST_F(OutboxPostgresMigration, CutOffItGoesOnAndAnIndexThatIsNotWholeIsBuiltAnew) {
  make_old();
  ASSERT_TRUE(migrate_it());
  EXPECT_EQ(by_hand("UPDATE outbox SET schema_version = 1; DROP INDEX message_repeat;"
                    "UPDATE pg_index SET indisvalid = false "
                    "WHERE indexrelid = 'message_due'::regclass"),
            "");
  ASSERT_NE(by_hand(whole_schema), new_schema_);
  ASSERT_TRUE(migrate_it());
  EXPECT_EQ(by_hand(whole_schema), new_schema_);
}

TEST_F(OutboxPostgresMigration, AnIndexThatIsNotWholeIsFound) {
  const Outbox box = open();
  by_hand("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'message_due'::regclass");
  const auto report = box.check_file().value();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr("message_due"));
}

TEST_F(OutboxPostgresMigration, OfSeveralAtOnceOneDoesIt) {
  make_old();
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([] {
      const auto made = migrate_it();
      EXPECT_TRUE(made) << made.error();
    });
  }
  for (std::thread& one : callers) one.join();
  EXPECT_EQ(by_hand(whole_schema), new_schema_);
}

// A rule that was broken from outside cannot be kept: it is said, and what was built stays.
TEST_F(OutboxPostgresMigration, WhatCannotBeBroughtOverIsToldAndTheVersionStays) {
  make_old();
  by_hand(
      "ALTER TABLE message ADD COLUMN keyed smallint NOT NULL DEFAULT 0;"
      "ALTER TABLE message DISABLE TRIGGER USER; UPDATE message SET keyed = 5 WHERE id = 3");
  const auto made = migrate_it();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::storage);
  EXPECT_FALSE(made.error().transient);
  EXPECT_EQ(by_hand("SELECT schema_version FROM outbox"), "1");
}

}  // namespace
}  // namespace dropcowboy::outbox
