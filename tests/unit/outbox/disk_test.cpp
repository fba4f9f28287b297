// A disk that fails, is full, or is read in vain.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <map>

#include "support/fault_vfs.hpp"
#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

namespace fs = std::filesystem;
using support::DiskFault;
using testing::HasSubstr;

class OutboxDisk : public support::WithOutbox {
 protected:
  static void SetUpTestSuite() { support::install_fault_vfs(); }
  void TearDown() override {
    support::set_disk_fault(DiskFault::none, 0);
    support::set_read_fault(SQLITE_OK, 0);
  }

  /// Sends "a", and "b" is on its way: then so many reads fail, with "c" still to be sent.
  RunReport read_badly(const Outbox& box, int code, int count) const {
    for (const char* id : {"a", "b", "c"}) add(box, id);
    RunOptions made;
    made.until_idle = true;
    made.max_unanswered = 1;
    made.poll_every = std::chrono::milliseconds(1);
    made.on_change = [&](const Change& change) {
      if (change.foreign_id == "a") support::set_read_fault(code, count);
    };
    RunReport report = box.run(client(), made);
    support::set_read_fault(SQLITE_OK, 0);
    return report;
  }

  /// Adds and sends while the n-th write or sync fails; then the disk is well again.
  void fail_at(DiskFault fault, int operation, bool& has_struck) {
    const Outbox box = open_without_consent();
    add(box, "a");
    support::set_disk_fault(fault, operation);
    const auto added = box.add({entry("b")});
    if (!added) {
      EXPECT_EQ(added.error().kind, ErrorKind::storage) << added.error();
    }
    const CancelToken stop;
    RunOptions options;
    options.until_idle = true;
    options.stop = stop;
    options.stop.cancel();  // only what is known already may be written
    const RunReport stopped = box.run(client(), options);
    options.stop = CancelToken::never();
    const RunReport ran = fault == DiskFault::is_full ? stopped : box.run(client(), options);
    for (const RunReport* report : {&stopped, &ran}) {
      if (report->error) {
        EXPECT_EQ(report->error->kind, ErrorKind::storage) << *report->error;
      }
    }
    has_struck = support::disk_operations() >= operation;
    support::set_disk_fault(DiskFault::none, 0);
    if (added) {
      EXPECT_TRUE(box.list({}).value().messages.size() == 2);
    }
  }

  /// How often each message was POSTed since so many requests.
  std::map<std::string, int> posts_since(std::size_t requests) const {
    std::map<std::string, int> counts;
    const auto all = transport_->requests();
    for (std::size_t i = requests; i < all.size(); ++i) {
      ++counts[RvmRequest::from_json(all[i].body).value().foreign_id.value()];
    }
    return counts;
  }
};

TEST_F(OutboxDisk, FailsAtEveryWriteAndNothingIsSentTwiceOrLost) {
  for (const DiskFault fault : {DiskFault::fails_once, DiskFault::fails, DiskFault::is_full}) {
    bool has_struck = true;
    for (int operation = 1; has_struck && operation < 60; ++operation) {
      const auto before = transport_->requests().size();
      fail_at(fault, operation, has_struck);
      {
        const Outbox box = open_without_consent();
        EXPECT_TRUE(run(box).ok());
        EXPECT_EQ(box.status().value().count(State::ready), 0U);
        EXPECT_NE(state(box, "a"), State::ready);
        EXPECT_TRUE(box.check_file().value().ok());
      }
      for (const auto& [id, times] : posts_since(before)) {
        EXPECT_EQ(times, 1) << id << ", operation " << operation;
      }
      for (const char* end : {"", "-wal", "-shm", ".run", ".marks"}) fs::remove(path() + end);
    }
    EXPECT_FALSE(has_struck);
  }
}

TEST_F(OutboxDisk, AFullOneIsWorthMakingRoomOn) {
  const Outbox box = open();
  add(box, "a");
  support::set_disk_fault(DiskFault::is_full, 1);
  const auto refused = box.add({entry("b")});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().transient);
  EXPECT_THAT(refused.error().message, HasSubstr("make room"));
  support::set_disk_fault(DiskFault::none, 0);
  EXPECT_TRUE(box.add({entry("b")}));
}

// A small commit writes some ten pages, the checkpoint of a long log thousands.
TEST_F(OutboxDisk, ThatFailsAtACheckpointIsToldApartFromAReaderInItsWay) {
  const Outbox box = open_without_consent();
  std::vector<Entry> many;
  for (int i = 0; i < 500; ++i) many.push_back(entry("m" + std::to_string(i)));
  for (int round = 0; box.status().value().wal_pages < 3'500; ++round) {
    ASSERT_LT(round, 200);
    for (Entry& one : many) one.request.foreign_id->append("x");
    ASSERT_TRUE(box.add(many));
  }
  for (int i = 0; box.status().value().checkpoints_failed == 0; ++i) {
    ASSERT_LT(i, 1'000);
    support::set_disk_fault(DiskFault::fails, 400);
    ASSERT_TRUE(box.add({entry("small" + std::to_string(i))}));
  }
  support::set_disk_fault(DiskFault::none, 0);
  const Status status = box.status().value();
  EXPECT_EQ(status.checkpoints_failed, 1U);
  EXPECT_EQ(status.checkpoints_blocked + status.checkpoints, 0U);
  EXPECT_TRUE(box.add({entry("afterwards")}));
  EXPECT_TRUE(box.check_file().value().ok());
}

// What could not be read is not "nothing to do". SQLite tries a locked file again and again by
// itself, some ten times for each of our reads, so many have to fail.
TEST_F(OutboxDisk, ThatIsLockedForAWhileKeepsARunFromEndingEarly) {
  const Outbox box = open_without_consent();
  const RunReport report = read_badly(box, SQLITE_BUSY, 60);
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.accepted, 3U);
}

TEST_F(OutboxDisk, ThatCannotBeReadStopsARunAndLosesNothing) {
  const Outbox box = open_without_consent();
  const RunReport report = read_badly(box, SQLITE_IOERR_READ, 1'000'000);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::storage);
  EXPECT_EQ(state(box, "c"), State::ready);
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(transport_->requests().size(), 3U);
}

}  // namespace
}  // namespace dropcowboy::outbox
