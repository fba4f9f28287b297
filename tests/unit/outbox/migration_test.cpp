// Files of older versions are brought up to date when they are opened.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "outbox/sqlite/files.hpp"
#include "outbox/sqlite/run_lock.hpp"
#include "support/data_file.hpp"
#include "support/old_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class OutboxMigration : public support::WithOldOutbox {
 protected:
  static void run_sql(const std::string& path, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << message;
    sqlite3_free(message);
    sqlite3_close(database);
  }
  /// As the first version left it, with its run's `marks` in this place.
  void make_old_file() const {
    run_sql(path(), support::data_file("outbox_schema_1.sql"));
    run_sql(path(), "UPDATE outbox SET place = '" + sqlite::identity_of(path()) + "'");
  }
  static std::string first_value(const std::string& path, const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    std::string value;
    sqlite3_exec(
        database, sql.c_str(),
        [](void* into, int, char** values, char**) {
          *static_cast<std::string*>(into) = values[0] == nullptr ? "" : values[0];
          return 0;
        },
        &value, nullptr);
    sqlite3_close(database);
    return value;
  }
  std::string backup() const { return path() + ".before-1"; }
};

TEST_F(OutboxMigration, EveryMessageIsWhatItWas) {
  make_old_file();
  const std::string all =
      "SELECT group_concat(quote(id) || quote(foreign_id) || quote(content) || quote(phone) || "
      "quote(state) || quote(why) || quote(not_before) || quote(due) || quote(expires) || "
      "quote(returned) || quote(marked_at) || quote(settled_at) || quote(result) || quote(reason) "
      "|| quote(drop_id) || quote(note) || quote(resend_of) || quote(resent_by)) FROM message";
  const std::string before = first_value(path(), all);
  ASSERT_THAT(before, HasSubstr("failed-again"));
  const Outbox box = open_without_consent();
  EXPECT_EQ(first_value(path(), all), before);
  EXPECT_EQ(first_value(path(), "PRAGMA user_version"), "3");
  expect_every_message(box);
}

TEST_F(OutboxMigration, OfTheSecondVersionOnlyTheRulesAreMadeAnew) {
  add(open_without_consent(), "a");
  run_sql(path(),
          "DROP TRIGGER message_moves; CREATE TRIGGER message_moves BEFORE UPDATE OF state ON "
          "message WHEN OLD.state = 9 AND NEW.state IN (0, 1, 2) BEGIN SELECT RAISE(ABORT, 'no'); "
          "END; PRAGMA user_version = 2");
  const Outbox box = open_without_consent();
  const auto report = box.check_file().value();
  EXPECT_TRUE(report.ok()) << report.problems[0];
  EXPECT_EQ(first_value(path(), "PRAGMA user_version"), "3");
  EXPECT_EQ(state(box, "a"), State::ready);
  EXPECT_FALSE(fs::exists(path() + ".before-2"));
}

TEST_F(OutboxMigration, TheResultIsLikeANewFile) {
  make_old_file();
  const Outbox box = open_without_consent();
  const auto report = box.check_file().value();
  EXPECT_TRUE(report.ok()) << report.problems[0];
  Options other = options();
  other.path += ".other";
  Outbox::open(other).value();
  const std::string all =
      "SELECT group_concat(name || coalesce(sql, '')) FROM (SELECT * FROM sqlite_schema WHERE sql "
      "IS NOT NULL ORDER BY name)";
  EXPECT_EQ(first_value(path(), all), first_value(other.path, all));
}

TEST_F(OutboxMigration, AMessageAddedBeforeIsTheSameOneAndWhatWasSendingIsUnknown) {
  make_old_file();
  const Outbox box = open_without_consent();
  Entry again = entry("ready", "+15550010000");
  EXPECT_TRUE(box.add({again}).value()[0].was_there);
  advance(10s);
  const RunReport report = run(box);
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.abandoned, 1U);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(state(box, "sending"), State::unknown);
}

TEST_F(OutboxMigration, KeepsACopyOfWhatWasThere) {
  make_old_file();
  const std::string all = "SELECT group_concat(quote(foreign_id) || state) FROM message";
  const std::string before = first_value(path(), all);
  open();
  EXPECT_EQ(first_value(backup(), all), before);
  EXPECT_EQ(first_value(backup(), "PRAGMA user_version"), "1");
  EXPECT_EQ(first_value(backup(), "PRAGMA integrity_check"), "ok");
#ifndef _WIN32  // where its directory says who may read it
  EXPECT_EQ(fs::status(backup()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
#endif
  EXPECT_FALSE(fs::exists(backup() + ".new"));
  fs::remove(backup());
  open();
  EXPECT_FALSE(fs::exists(backup())) << "once is enough";
}

TEST_F(OutboxMigration, WaitsForNoRunAndChangesNothingMeanwhile) {
  make_old_file();
  {
    const sqlite::RunLock another(path() + ".run");
    const auto opened = Outbox::open(options());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::storage);
    EXPECT_TRUE(opened.error().transient);
    EXPECT_EQ(first_value(path(), "PRAGMA user_version"), "1");
    EXPECT_FALSE(fs::exists(backup()));
  }
  EXPECT_TRUE(Outbox::open(options()));
}

TEST_F(OutboxMigration, WithoutRoomForTheCopyNothingIsChanged) {
  make_old_file();
  fs::create_directory(backup());  // in its place, so that it cannot be put there
  const auto opened = Outbox::open(options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  EXPECT_THAT(opened.error().message, HasSubstr(".before-1"));
  EXPECT_FALSE(fs::exists(backup() + ".new"));
  EXPECT_EQ(first_value(path(), "PRAGMA user_version"), "1");
}

// A rule that was broken from outside cannot be kept by the new table: it is said, and the file is
// as it was.
TEST_F(OutboxMigration, WhatCannotBeBroughtOverIsLeftAsItWas) {
  make_old_file();
  run_sql(path(),
          "PRAGMA ignore_check_constraints = 1; DROP TRIGGER message_moves;"
          "UPDATE message SET marked_at = NULL WHERE foreign_id = 'accepted'");
  const auto opened = Outbox::open(options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  EXPECT_EQ(first_value(path(), "PRAGMA user_version"), "1");
  EXPECT_EQ(first_value(path(), "SELECT count(*) FROM message"), "11");
}

}  // namespace
}  // namespace dropcowboy::outbox
