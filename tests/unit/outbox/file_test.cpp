// Faults of the file and its disk, copies of it, and the rules that the database keeps by itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "outbox/sqlite/database.hpp"
#include "outbox/sqlite/files.hpp"
#include "outbox/transitions.hpp"
#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class OutboxFile : public support::WithOutbox {
 protected:
  void expect_refused(ErrorKind kind, bool transient, const std::string& words) {
    const auto opened = Outbox::open(options());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, kind) << opened.error();
    EXPECT_EQ(opened.error().outcome, Outcome::not_sent);
    EXPECT_EQ(opened.error().transient, transient) << opened.error();
    EXPECT_THAT(opened.error().message, HasSubstr(words));
    EXPECT_THAT(opened.error().message, HasSubstr(path()));
  }
};

TEST_F(OutboxFile, OptionsThatCannotWorkAreAllNamed) {
  Options options;
  options.policy.limits = {{0, 1h}, {1, 0h}};
  options.lock_timeout = -1ms;
  const auto opened = Outbox::open(std::move(options));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration);
  EXPECT_EQ(opened.error().issues.size(), 5U);
}

TEST_F(OutboxFile, AnotherTeamsIsRefused) {
  open();
  Options other = options();
  other.team_id = "team-2";
  const auto opened = Outbox::open(std::move(other));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration);
  EXPECT_THAT(opened.error().message, HasSubstr("another team"));
}

TEST_F(OutboxFile, ANewerOneIsRefused) {
  open();
  by_hand("PRAGMA user_version = 4");
  expect_refused(ErrorKind::storage, false, "newer version");
}

TEST_F(OutboxFile, SomethingElseIsRefusedAndLeftAlone) {
  by_hand("CREATE TABLE theirs (a)");
  expect_refused(ErrorKind::configuration, false, "not an outbox");
  EXPECT_EQ(by_hand("SELECT a FROM theirs"), "");
}

TEST_F(OutboxFile, WhatIsNoDatabaseIsRefused) {
  std::ofstream(path()) << std::string(10'000, 'x');
  expect_refused(ErrorKind::storage, false, "damaged");
}

TEST_F(OutboxFile, ADirectoryThatIsNotThereIsNamed) {
  Options options = this->options();
  options.path = "/nowhere/at/all/outbox.db";
  const auto opened = Outbox::open(std::move(options));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  EXPECT_THAT(opened.error().message, HasSubstr("/nowhere/at/all/outbox.db"));
}

TEST_F(OutboxFile, ALockedOneIsWorthWaitingFor) {
  const Outbox box = open();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto refused = box.add({entry("a")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::storage);
  EXPECT_TRUE(refused.error().transient);
  EXPECT_THAT(refused.error().message, HasSubstr("locked"));
  sqlite3_close(other);
  EXPECT_TRUE(box.add({entry("a")}));
}

TEST_F(OutboxFile, OfMoreThanTwoGigabytesIsFoundAndWrittenToTheDisk) {
  const std::string large = path() + ".large";
  std::ofstream(large, std::ios::binary).seekp(std::streamoff{3} << 30U) << 'x';
  EXPECT_TRUE(sqlite::sync_file(large));
  EXPECT_NE(sqlite::identity_of(large), "");
}

TEST_F(OutboxFile, DamageInTheMiddleIsFound) {
  {
    const Outbox box = open();
    for (int i = 0; i < 200; ++i) add(box, "m" + std::to_string(i));
  }
  std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(8 * 4096);
  file << std::string(4096, '\x5A');
  file.close();
  const auto opened = Outbox::open(options());
  if (opened) {
    const auto report = opened->check_file();
    EXPECT_TRUE(!report || !report->ok());
  } else {
    EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  }
}

TEST_F(OutboxFile, ATruncatedOneIsFound) {
  {
    const Outbox box = open();
    for (int i = 0; i < 200; ++i) add(box, "m" + std::to_string(i));
  }
  fs::resize_file(path(), 4 * 4096);
  const auto opened = Outbox::open(options());
  if (opened) {
    const auto report = opened->check_file();
    EXPECT_TRUE(!report || !report->ok());
  } else {
    EXPECT_EQ(opened.error().kind, ErrorKind::storage);
  }
}

// As another process finds it in the middle of a checkpoint.
TEST_F(OutboxFile, MarksAreNotGuessedFromWhatCannotBeRead) {
  {
    const Outbox box = open_without_consent();
    add(box, "a");
    EXPECT_EQ(run(box).accepted, 1U);
  }
  EXPECT_EQ(sqlite::marks_without_log(path()), 1);
  fs::resize_file(path(), fs::file_size(path()) - 4'096);
  EXPECT_EQ(sqlite::marks_without_log(path()), std::nullopt);
  fs::resize_file(path(), 0);
  EXPECT_EQ(sqlite::marks_without_log(path()), 0);
}

TEST_F(OutboxFile, AChangedRuleIsFound) {
  const Outbox box = open();
  EXPECT_TRUE(box.check_file().value().ok());
  by_hand("DROP TRIGGER message_moves");
  const auto report = box.check_file().value();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr("message_moves"));
}

TEST_F(OutboxFile, WrongCountsAreFound) {
  const Outbox box = open();
  add(box, "a");
  by_hand("UPDATE tally SET count = 7");
  EXPECT_FALSE(box.check_file().value().ok());
}

TEST_F(OutboxFile, CountsOfMessagesThatAreNotThereAreSaid) {
  const Outbox box = open_without_consent();
  by_hand("INSERT INTO tally VALUES (8, 0, 5)");
  const auto report = box.check_file().value();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr("counts of messages"));
}

TEST_F(OutboxFile, AClockThatThrowsIsAnErrorAndNothingIsAdded) {
  bool is_broken = false;
  Options broken = options();
  broken.now = [this, &is_broken] {
    if (is_broken) throw std::runtime_error("no clock");
    return now();
  };
  const Outbox box = Outbox::open(std::move(broken)).value();
  is_broken = true;
  const auto added = box.add({entry("a")});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::configuration);
  EXPECT_EQ(added.error().outcome, Outcome::not_sent);
  is_broken = false;
  EXPECT_EQ(box.status().value().count(State::ready), 0U);
}

// ---- Costs ----

std::atomic<std::int64_t> steps{0};

int count_steps(void*) {
  ++steps;
  return 0;
}

int watch(sqlite3* database, char**, const sqlite3_api_routines*) {
  sqlite3_progress_handler(database, 1, count_steps, nullptr);
  return SQLITE_OK;
}

/// SQLite calls watch() for every connection that is opened.
void watch_all() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch)); }

TEST_F(OutboxFile, ListingTheMessagesOfOneNumberDoesNotReadTheOthers) {
  watch_all();
  const Outbox box = open();
  sqlite3_reset_auto_extension();
  Query query;
  query.phone_number = "+15550010001";
  add(box, "mine");
  std::int64_t before = 0;
  std::vector<Entry> others;
  for (const std::size_t count : {10U, 1'000U}) {
    others.clear();
    for (std::size_t i = 0; i < count; ++i) {
      others.push_back(entry(std::to_string(count) + "-" + std::to_string(i), "+15550010002"));
    }
    ASSERT_TRUE(box.add(others));
    steps = 0;
    ASSERT_EQ(box.list(query).value().messages.size(), 1U);
    if (before > 0) {
      EXPECT_LE(steps, before * 2);
    }
    before = steps;
  }
  EXPECT_GT(before, 0);
}

TEST_F(OutboxFile, OnlyOneAtATime) {
  const Outbox box = open_without_consent();
  const Outbox second = open_without_consent();
  add(box, "a");
  RunOptions options;
  options.until_idle = true;
  std::optional<Error> refused;
  options.on_change = [&](const Change&) { refused = run(second).error; };
  EXPECT_TRUE(box.run(client(), options).ok());
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->kind, ErrorKind::storage);
  EXPECT_TRUE(refused->transient);
  EXPECT_TRUE(run(second).ok());
}

// An answer makes room for the next mark in the commit that it is written with: else each message
// would take two.
TEST_F(OutboxFile, WritesAnAnswerAndTheNextMarkInOneCommit) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 50; ++i) add(box, "m" + std::to_string(i));
  const auto before = box.status().value().commits;
  RunOptions one;
  one.until_idle = true;
  one.max_unanswered = 1;
  EXPECT_EQ(box.run(client(), one).accepted, 50U);
  EXPECT_LE(box.status().value().commits - before, 55U);
}

}  // namespace
}  // namespace dropcowboy::outbox
