// Copies of the file, older states of it, and logs that are not its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/keyed_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OutboxCopy : public support::WithOutbox {
 protected:
  /// What only has the state of the file as it is now, and comes back later.
  void back_up() const { fs::copy_file(path(), path() + ".backup"); }
  void expect_needs_adoption(const Outbox& box) {
    EXPECT_TRUE(box.status().value().needs_adoption);
    const RunReport report = run(box);
    ASSERT_FALSE(report.ok());
    EXPECT_THAT(report.error->message, HasSubstr("adopt()"));
    EXPECT_EQ(report.handed_over, 0U);
  }
};

TEST_F(OutboxCopy, HoldsEverythingUntilItIsAdopted) {
  {
    const Outbox box = open_without_consent();
    for (const char* id : {"a", "b"}) add(box, id);
  }
  back_up();
  fs::remove(path());
  fs::copy_file(path() + ".backup", path());
  const Outbox box = open_without_consent();
  expect_needs_adoption(box);
  EXPECT_FALSE(box.check_file().value().ok());
  EXPECT_EQ(box.adopt().value(), 2U);
  EXPECT_FALSE(box.status().value().needs_adoption);
  EXPECT_EQ(run(box).handed_over, 0U);
  EXPECT_EQ(state(box, "a"), State::held);
  ASSERT_TRUE(box.release("a"));
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(box.release_adopted().value(), 1U);
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

// The file is the same one, but what is in it is older.
TEST_F(OutboxCopy, AnOlderStatePutBackInPlaceIsNoticed) {
  {
    const Outbox box = open_without_consent();
    add(box, "a");
  }
  back_up();
  {
    const Outbox box = open_without_consent();
    EXPECT_EQ(run(box).accepted, 1U);
  }
  {
    std::ifstream from(path() + ".backup", std::ios::binary);
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << from.rdbuf();
  }
  const Outbox box = open_without_consent();
  expect_needs_adoption(box);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(OutboxCopy, ACallbackForWhatWasNeverSentStopsTheRun) {
  const Outbox box = open_without_consent();
  add(box, "a");
  add(box, "b");
  const Recorded recorded = box.record(callback("a", DropStatus::success)).value();
  EXPECT_TRUE(recorded.for_unsent);
  EXPECT_EQ(state(box, "a"), State::delivered);
  EXPECT_EQ(box.status().value().callbacks_for_unsent, 1U);
  expect_needs_adoption(box);
  EXPECT_EQ(box.adopt().value(), 1U);
}

TEST_F(OutboxCopy, ACallbackThatAnybodyCanForgeStopsNothing) {
  const Outbox box = open_without_consent();
  add(box, "a");
  const auto forged = callback("a", DropStatus::success, false, receiver::Authenticity::none);
  EXPECT_FALSE(box.record(forged).value().for_unsent);
  EXPECT_EQ(run(box).accepted, 1U);
}

TEST_F(OutboxCopy, WhatWasHeldOrRefusedSaysThatItMayHaveBeenSentSince) {
  const Outbox box = open();
  for (const char* id : {"refused", "held", "ready"}) add(box, id);
  permit(box);
  Entry without = entry("without", "+15550010002");
  ASSERT_TRUE(box.add({without}));
  transport_->then(support::FakeTransport::answer(400, "{}"));
  RunOptions one;
  one.until_idle = true;
  one.max_unanswered = 1;
  run(box);
  const auto held = find(box, "refused").state == State::held ? "refused" : "held";
  ASSERT_EQ(state(box, held), State::held);
  const std::string before = find(box, held).note;
  add(box, "later");
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(box.adopt());
    EXPECT_EQ(find(box, held).note, before +
                                        "; it was so when the file was adopted: it may have been "
                                        "released and sent since");
    EXPECT_THAT(find(box, "without").note, HasSubstr("it was so when the file was adopted"));
    EXPECT_THAT(find(box, "later").note, testing::StartsWith("ready when the file was adopted"));
  }
  EXPECT_EQ(box.release_adopted().value(), 1U) << "only what was ready";
}

// A program that adds again what a restored file lacks would send it twice: it is held, as long as
// the file was not adopted before.
TEST_F(OutboxCopy, WhatIsAddedAgainToARestoredFileIsHeldByItsAdoption) {
  {
    const Outbox box = open_without_consent();
    add(box, "old");
  }
  back_up();
  {
    const Outbox box = open_without_consent();
    add(box, "new");
    EXPECT_EQ(run(box).accepted, 2U);
  }
  fs::remove(path());
  fs::copy_file(path() + ".backup", path());
  const Outbox box = open_without_consent();
  EXPECT_FALSE(box.add({entry("new")}).value()[0].was_there) << "the file does not know it";
  expect_needs_adoption(box);
  EXPECT_EQ(box.adopt().value(), 2U);
  EXPECT_EQ(run(box).handed_over, 0U);
  EXPECT_EQ(state(box, "new"), State::held);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

using OutboxKeyedCopy = support::WithKeyedOutbox;

TEST_F(OutboxKeyedCopy, HoldsWhatWasReadyAndRepeatsWhatIsInDoubt) {
  {
    const Outbox box = open_without_consent();
    make_doubtful(box);
    add_keyed(box, "b");
  }
  fs::copy_file(path(), path() + ".copy");
  fs::rename(path() + ".copy", path());
  const Outbox box = open_without_consent();
  advance(std::chrono::seconds(1));
  EXPECT_FALSE(run_keyed(box).ok());
  EXPECT_EQ(box.adopt().value(), 1U);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(state(box, "b"), State::held);
  EXPECT_EQ(key(1), key(0)) << "wherever it is repeated, the service takes it once";
}

/// The log of a file, with all that was written since its last checkpoint, is there as long as the
/// file is open.
class OutboxLog : public OutboxCopy {
 protected:
  static void overwrite(const std::string& path, const std::string& from) {
    std::ifstream source(from, std::ios::binary);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << source.rdbuf();
  }
  /// A file in which "sent" was sent and is no longer in the log, with marks in the log as well;
  /// both are kept, and an older state of the file too.
  void make_parts() {
    {
      const Outbox box = open_without_consent();
      add(box, "sent");
    }
    back_up();
    {
      const Outbox box = open_without_consent();
      EXPECT_EQ(run(box).accepted, 1U);
    }
    const Outbox box = open_without_consent();
    add(box, "other");
    EXPECT_EQ(run(box).accepted, 1U);
    fs::copy_file(path(), path() + ".now");
    fs::copy_file(path() + "-wal", path() + ".log");
  }
};

TEST_F(OutboxLog, OfItsOwnAfterACrashIsNoMatter) {
  make_parts();
  overwrite(path(), path() + ".now");
  overwrite(path() + "-wal", path() + ".log");
  const Outbox box = open_without_consent();
  EXPECT_FALSE(box.status().value().needs_adoption);
  EXPECT_EQ(run(box).handed_over, 0U);
  EXPECT_EQ(state(box, "other"), State::accepted);
}

// The log makes the count of marks look right.
TEST_F(OutboxLog, ThatWasLeftBesideAnOlderStateIsNoticedForGood) {
  make_parts();
  overwrite(path(), path() + ".backup");
  overwrite(path() + "-wal", path() + ".log");
  for (int times = 0; times < 2; ++times) {
    const auto box = Outbox::open(options());
    if (!box) {
      EXPECT_EQ(box.error().kind, ErrorKind::storage) << box.error();  // the pages do not fit
      return;
    }
    expect_needs_adoption(*box);
  }
  const auto box = Outbox::open(options());
  ASSERT_TRUE(box->adopt());
  EXPECT_FALSE(box->status().value().needs_adoption);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

}  // namespace
}  // namespace dropcowboy::outbox
