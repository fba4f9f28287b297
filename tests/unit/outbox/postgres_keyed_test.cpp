// Keyed messages of which several runs on one PostgreSQL database take care, and callbacks that
// several machines receive.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "support/shared_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;

using OutboxSharedDoubt = support::WithSharedOutbox;

// ---- Callbacks ----

TEST_F(OutboxSharedDoubt, ACallbackThatTwoReceiversGetAtOnceCountsOnce) {
  constexpr int count = 30;
  const Outbox boxes[] = {another(anything(), 1s), another(anything(), 1s)};
  add_many(boxes[0], count);
  EXPECT_EQ(run(boxes[0]).accepted, std::uint64_t{count});
  std::atomic<int> changed{0};
  std::vector<std::thread> receivers;
  for (const Outbox& box : boxes) {
    receivers.emplace_back([&] {
      for (int i = 0; i < count; ++i) {
        const auto event = callback("m" + std::to_string(i), DropStatus::failure, i % 3 == 0);
        const Recorded recorded = box.record(event).value();
        EXPECT_TRUE(recorded.matched);
        EXPECT_FALSE(recorded.contradiction);
        if (recorded.changed) ++changed;
      }
    });
  }
  for (std::thread& one : receivers) one.join();
  EXPECT_EQ(changed, count);
  const Status status = boxes[1].status().value();
  EXPECT_EQ(status.count(State::opted_out), 10U);
  EXPECT_EQ(status.count(State::failed), 20U);
  EXPECT_TRUE(boxes[0].check_file().value().ok());
}

// What was not marked when record() returned is never marked; a repeat is a mark, too.
TEST_F(OutboxSharedDoubt, AnOptOutIsObeyedFromTheMomentItIsRecorded) {
  const Outbox boxes[] = {another(anything(), 1s), another(anything(), 1s)};
  constexpr int numbers = 40;
  std::vector<KeyedEntry> entries;
  for (int i = 0; i < numbers; ++i) {
    const std::string id = "m" + std::to_string(i);
    entries.push_back(keyed_entry(id, "+1555001" + std::to_string(1'000 + i)));
    lose_the_answer();
  }
  ASSERT_TRUE(boxes[0].add_keyed(entries));
  v2::ClientOptions steady = keyed_options();
  steady.breaker.failures = 0;
  EXPECT_EQ(boxes[0].run(v2::Client(steady), until_idle()).unknown, std::uint64_t{numbers});
  advance(1s);
  std::vector<std::thread> threads;
  for (const Outbox& box : boxes) {
    threads.emplace_back([&] { box.run(v2::Client(steady), until_idle()); });
  }
  const Outbox office = another(anything());
  std::set<std::string> waited;
  for (int i = numbers - 1; i >= 0; --i) {
    auto event = callback("elsewhere", DropStatus::other, true);
    event.callback.phone_number = "1555001" + std::to_string(1'000 + i);
    EXPECT_TRUE(office.record(event).value().opted_out);
    const std::string id = "m" + std::to_string(i);
    if (by_hand("SELECT repeats FROM message WHERE foreign_id = '" + id + "'") == "0") {
      waited.insert(id);
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(requests(), 2 * numbers - waited.size());
  for (const std::string& id : waited) {
    EXPECT_EQ(state(office, id), State::unknown) << id;
    EXPECT_EQ(find(office, id).repeats, 0) << id;
  }
}

// ---- Keyed messages ----

TEST_F(OutboxSharedDoubt, ADoubtIsEndedByWhicheverRunComesFirst) {
  const Outbox first = another(anything());
  make_doubtful(first);
  const Outbox second = another(anything());
  EXPECT_EQ(run_keyed(second).handed_over, 0U) << "not before its time";
  advance(1s);
  const RunReport report = run_keyed(second);
  EXPECT_EQ(report.repeated, 1U);
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(key(1), key(0));
  EXPECT_EQ(transport_->requests()[1].body, transport_->requests()[0].body);
  EXPECT_EQ(run_keyed(first).handed_over, 0U);
}

TEST_F(OutboxSharedDoubt, TwoRunsShareTheDoubts) {
  const Outbox boxes[] = {another(anything(), 1s), another(anything(), 1s)};
  constexpr int count = 100;
  std::vector<KeyedEntry> entries;
  for (int i = 0; i < count; ++i) {
    entries.push_back(keyed_entry("m" + std::to_string(i)));
    lose_the_answer();
  }
  ASSERT_TRUE(boxes[0].add_keyed(entries));
  v2::ClientOptions steady = keyed_options();
  steady.breaker.failures = 0;
  EXPECT_EQ(boxes[0].run(v2::Client(steady), until_idle()).unknown, std::uint64_t{count});
  advance(1s);
  RunReport reports[2];
  std::thread other([&] { reports[1] = boxes[1].run(v2::Client(steady), until_idle()); });
  reports[0] = boxes[0].run(v2::Client(steady), until_idle());
  other.join();
  EXPECT_EQ(reports[0].repeated + reports[1].repeated, std::uint64_t{count});
  EXPECT_EQ(requests(), 2U * count) << "each of them once";
  EXPECT_EQ(boxes[0].status().value().count(State::accepted), std::uint64_t{count});
  EXPECT_TRUE(boxes[0].check_file().value().ok());
}

TEST_F(OutboxSharedDoubt, WhatADeadRunWasSendingIsRepeatedByAnother) {
  const Outbox box = another(anything(), 60s);
  make_doubtful(box);
  add_run(59s);
  by_hand(
      "UPDATE message SET state = 1, repeats = repeats + 1, repeat_at = NULL, "
      "runner = (SELECT max(id) FROM runner)");
  EXPECT_EQ(run_keyed(box).abandoned, 0U);
  advance(2s);
  EXPECT_EQ(run_keyed(box).abandoned, 1U);
  EXPECT_EQ(find(box, "a").repeat_at, now() + 1s);
  advance(1s);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(key(1), key(0));
}

// As after a commit of which nobody knew that it took effect: the attempt before is in doubt as it
// was, so it must not be ready.
TEST_F(OutboxSharedDoubt, ARepeatThatWasMarkedAndNotHandedOverIsInDoubtAsBefore) {
  const Outbox box = another(anything(), 1s);
  make_doubtful(box, "d");
  by_hand("UPDATE message SET repeat_at = repeat_until - 1");
  add_keyed(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand(
        "UPDATE message SET state = 1, repeats = repeats + 1, repeat_at = NULL, "
        "runner = (SELECT max(id) FROM runner) WHERE foreign_id = 'd'");
    while (by_hand("SELECT state FROM message WHERE foreign_id = 'd'") == "1") {
      std::this_thread::yield();
    }
    return FakeTransport::answer(202, R"({"status":"queued"})");
  });
  advance(1s);
  const RunReport report = run_keyed(box);
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.returned, 0U);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(key(2), key(0));
}

// It was taken for dead, and its message is being repeated: that its own attempt certainly never
// left says nothing of the other one.
TEST_F(OutboxSharedDoubt, AnAnswerToAnAttemptThatWasRepeatedSinceChangesNothing) {
  for (const char* runner : {"min(id)", "max(id)"}) {  // another one's repeat, or its own
    const Outbox box = another(anything(), 1s);
    add_run(0s);
    by_hand("UPDATE runner SET seen_at = 9e15");  // it lives
    const std::string id = std::string("of ") + runner;
    add_keyed(box, id);
    transport_->then([&](const HttpRequest&, const CancelToken&) {
      const std::string mine = " WHERE foreign_id = '" + id + "';";
      EXPECT_EQ(by_hand("UPDATE message SET state = 3, runner = NULL" + mine +
                        "UPDATE message SET state = 1, repeats = 1, runner = (SELECT " + runner +
                        " FROM runner)" + mine),
                "");
      return FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
    });
    const RunReport report = run_keyed(box);
    EXPECT_TRUE(report.ok()) << *report.error;
    EXPECT_EQ(report.returned, 0U);
    EXPECT_NE(state(box, id), State::ready);
    EXPECT_EQ(find(box, id).repeats, 1);
    by_hand("DELETE FROM runner");
  }
}

TEST_F(OutboxSharedDoubt, WhatItsOwnClientStillHasIsNotRepeatedBesides) {
  const Outbox box = another(anything(), 1s);
  add_keyed(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand("UPDATE message SET state = 3, runner = NULL, repeat_at = 1");  // taken for dead
    const auto commits = box.status().value().commits;
    while (box.status().value().commits < commits + 5) std::this_thread::yield();
    EXPECT_EQ(requests(), 1U);
    return FakeTransport::answer(202, R"({"status":"queued"})");
  });
  const RunReport report = run_keyed(box);
  EXPECT_EQ(report.repeated, 0U);
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(state(box, "a"), State::accepted);
}

}  // namespace
}  // namespace dropcowboy::outbox
