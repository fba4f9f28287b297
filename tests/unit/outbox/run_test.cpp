// What run() makes of messages, answers and faults.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "support/fake_runtime.hpp"
#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;

class OutboxRun : public support::WithOutbox {
 protected:
  void answer(int status, const std::string& body = "{}") {
    transport_->then(FakeTransport::answer(status, body));
  }
};

TEST_F(OutboxRun, SendsWhatWasAdded) {
  const Outbox box = open();
  permit(box);
  add(box, "a");
  const RunReport report = run(box);
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.handed_over, 1U);
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(state(box, "a"), State::accepted);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(OutboxRun, SendsNothingTwice) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 300; ++i) add(box, "m" + std::to_string(i));
  EXPECT_EQ(run(box).accepted, 300U);
  EXPECT_EQ(run(box).handed_over, 0U);
  EXPECT_EQ(transport_->requests().size(), 300U);
}

TEST_F(OutboxRun, RefusesWithoutConsent) {
  const Outbox box = open();
  add(box, "a");
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_EQ(find(box, "a").refusal, Refusal::no_consent);
  EXPECT_EQ(box.status().value().count(Refusal::no_consent), 1U);
  EXPECT_TRUE(transport_->requests().empty());
  permit(box);
  ASSERT_TRUE(box.release("a"));
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(box.status().value().count(Refusal::no_consent), 0U);
}

TEST_F(OutboxRun, ANoHoldsUntilALaterYes) {
  const Outbox box = open();
  permit(box);
  permit(box, "+15550010001", false);  // at the same moment: the no wins
  add(box, "a");
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_EQ(find(box, "a").refusal, Refusal::forbidden);
  advance(1ms);
  permit(box);
  ASSERT_TRUE(box.release("a"));
  EXPECT_EQ(run(box).accepted, 1U);
}

TEST_F(OutboxRun, KeepsTheDefaultLimit) {
  const Outbox box = open();
  permit(box);
  for (const char* id : {"a", "b", "c", "d"}) add(box, id);
  const RunReport first = run(box);
  EXPECT_EQ(first.accepted, 3U);
  EXPECT_EQ(first.postponed, 1U);
  advance(72h - 1ms);
  EXPECT_EQ(run(box).accepted, 0U);
  advance(1ms);
  EXPECT_EQ(run(box).accepted, 1U);
}

TEST_F(OutboxRun, UnknownCountsAsAnAttemptAndNotSentDoesNot) {
  Options one_a_day = options();
  one_a_day.policy.require_consent = false;
  one_a_day.policy.limits = {{1, 24h}};
  const Outbox box = Outbox::open(std::move(one_a_day)).value();
  add(box, "a");
  transport_->then(FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  EXPECT_EQ(run(box).returned, 1U);
  EXPECT_EQ(find(box, "a").returned, 1);
  advance(1s);
  transport_->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted));
  EXPECT_EQ(run(box).unknown, 1U);
  add(box, "b");
  EXPECT_EQ(run(box).postponed, 1U);
}

TEST_F(OutboxRun, WaitsForItsMoment) {
  const Outbox box = open_without_consent();
  Entry later = entry("a");
  later.not_before = now() + 1h;
  later.expires = now() + 2h;
  ASSERT_TRUE(box.add({later}));
  EXPECT_EQ(run(box).handed_over, 0U);
  EXPECT_EQ(box.status().value().next_due, now() + 1h);
  advance(2h);
  EXPECT_EQ(run(box).refused, 1U);
  EXPECT_EQ(find(box, "a").refusal, Refusal::expired);
}

TEST_F(OutboxRun, AsksTheHookAndHoldsWhatItThrowsAt) {
  Options hooked = options();
  hooked.policy.require_consent = false;
  hooked.policy.earliest = [](const RvmRequest& request, TimePoint at) -> std::optional<TimePoint> {
    if (request.foreign_id == "never") return std::nullopt;
    if (request.foreign_id == "later") return at + 1h;
    if (request.foreign_id == "throws") throw std::runtime_error("no");
    return at;
  };
  hooked.policy.limits.clear();
  const Outbox box = Outbox::open(std::move(hooked)).value();
  for (const char* id : {"never", "later", "throws", "now"}) add(box, id);
  run(box);
  EXPECT_EQ(find(box, "never").refusal, Refusal::by_hook);
  EXPECT_EQ(find(box, "later").due, now() + 1h);
  EXPECT_EQ(state(box, "throws"), State::held);
  EXPECT_EQ(state(box, "now"), State::accepted);
}

TEST_F(OutboxRun, HoldsWhatTheServiceRejectsAndGoesOn) {
  const Outbox box = open_without_consent();
  answer(400);
  add(box, "bad");
  run(box);
  add(box, "good");
  EXPECT_EQ(run(box).accepted, 1U);
  const Message bad = find(box, "bad");
  EXPECT_EQ(bad.state, State::held);
  EXPECT_EQ(bad.note, "refused, rejected, HTTP 400");
}

class OutboxAccountFault : public OutboxRun, public testing::WithParamInterface<int> {};

TEST_P(OutboxAccountFault, StopsTheRunInsteadOfFailingEveryMessage) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 300; ++i) add(box, "m" + std::to_string(i));
  for (int i = 0; i < 300; ++i) answer(GetParam());
  const RunReport report = run(box);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->http_status, GetParam());
  EXPECT_EQ(box.status().value().count(State::ready), 300U);
  EXPECT_LE(report.returned, 128U);
}

INSTANTIATE_TEST_SUITE_P(Statuses, OutboxAccountFault, testing::Values(401, 402));

TEST_F(OutboxRun, ManyRejectionsInARowStopIt) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 400; ++i) add(box, "m" + std::to_string(i));
  for (int i = 0; i < 400; ++i) answer(422);
  const RunReport report = run(box);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->http_status, 422);
  EXPECT_LE(report.held, 10U + 128U);
  EXPECT_GE(box.status().value().count(State::ready), 400U - 138U);
}

TEST_F(OutboxRun, AnOutageCostsAWindowAndNotTheQueue) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 1'000; ++i) add(box, "m" + std::to_string(i));
  for (int i = 0; i < 1'000; ++i) answer(500);
  const auto clock = std::make_shared<support::FakeRuntime>();  // waits take no time
  const auto began = clock->now();
  RunOptions options;
  options.drain_for = 0ms;
  int changes = 0;
  std::uint64_t most_at_the_end = 0;
  options.on_change = [&](const Change&) {
    if (++changes > 60) {
      most_at_the_end = std::max(most_at_the_end, box.status().value().count(State::sending));
    }
    if (changes == 80) options.stop.cancel();
  };
  options.stop = CancelToken();
  const RunReport report = box.run(client(clock), options);
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_GE(clock->now() - began, 30s);
  EXPECT_LT(report.unknown, 128U + 10U);
  EXPECT_LE(most_at_the_end, 1U) << "one at a time, to try";
  const Status status = box.status().value();
  EXPECT_EQ(status.count(State::ready) + status.count(State::unknown), 1'000U);
}

// Between the look at what is due and its mark a person may have changed something: one at a time,
// and more often than the database may fail.
TEST_F(OutboxRun, WhatIsCancelledBeforeItsMarkIsNotSentAndNoFault) {
  Options made = options();
  made.policy.require_consent = false;
  made.policy.limits.clear();
  const Outbox* box_of_person = nullptr;
  made.policy.earliest = [&](const RvmRequest& request, TimePoint now) {
    if (request.foreign_id != "sent") box_of_person->cancel(*request.foreign_id).value();
    return std::optional(now);
  };
  const Outbox box = Outbox::open(std::move(made)).value();
  box_of_person = &box;
  for (const char* id : {"a", "b", "c", "d", "e", "sent"}) add(box, id);
  RunOptions one_by_one;
  one_by_one.until_idle = true;
  one_by_one.max_unanswered = 1;
  const RunReport report = box.run(client(), one_by_one);
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(box.status().value().count(State::cancelled), 5U);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(OutboxRun, WhatTheBreakerHoldsUpComesBackToBeJudgedAgain) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 8; ++i) add(box, "m" + std::to_string(i));
  for (int i = 0; i < 5; ++i) answer(500);
  const RunReport report = run(box);
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.unknown, 5U);
  EXPECT_EQ(report.returned, 3U);
  EXPECT_EQ(transport_->requests().size(), 5U);
  EXPECT_EQ(box.status().value().count(State::ready), 3U);
}

TEST_F(OutboxRun, WhatWaitsInTheClientIsNotSentAfterItsTime) {
  std::atomic<int> looks = 0;  // of the run, at the calendar
  Options made = options();
  made.policy.require_consent = false;
  made.now = [&] {
    ++looks;
    return now();
  };
  const Outbox box = Outbox::open(made).value();
  for (const char* id : {"a", "b"}) {
    Entry one = entry(id);
    one.expires = now() + 10s;
    box.add({one}).value();
  }
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    advance(10s);  // while b waits behind a
    const int before = looks;
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (looks < before + 4 && std::chrono::steady_clock::now() < limit) {
      std::this_thread::yield();
    }
    return support::FakeTransport::answer(200, R"({"status":"queued"})");
  });
  EXPECT_TRUE(run(box).ok());
  EXPECT_EQ(state(box, "a"), State::accepted) << "what is under way goes on";
  EXPECT_EQ(state(box, "b"), State::ready);
  advance(1s);
  EXPECT_TRUE(run(box).ok());
  EXPECT_EQ(find(box, "b").refusal, Refusal::expired);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(OutboxRun, APoisonedTextHoldsItsMessageAndTheRestGoesOn) {
  const Outbox box = open_without_consent();
  for (const char* id : {"a", "broken", "c", "gone"}) add(box, id);
  EXPECT_EQ(by_hand("UPDATE payload SET request = '{\"brand_id\": [' WHERE message = 2;"
                    "DELETE FROM payload WHERE message = 4"),
            "");
  EXPECT_EQ(run(box).accepted, 2U);
  EXPECT_EQ(state(box, "broken"), State::held);
  EXPECT_EQ(state(box, "gone"), State::held);
}

// The transport looks into the file, as a program would after a crash at this moment.
TEST_F(OutboxRun, EveryMarkIsOnDiskBeforeItsRequestLeaves) {
  const Outbox box = open_without_consent();
  constexpr int count = 50;
  std::atomic<int> unmarked{0};
  for (int i = 0; i < count; ++i) {
    add(box, "m" + std::to_string(i));
    transport_->then([&, this](const HttpRequest& request, const CancelToken&) {
      const auto id = RvmRequest::from_json(request.body).value().foreign_id.value();
      if (state(box, id) != State::sending) ++unmarked;
      return FakeTransport::answer(200, R"({"status":"queued"})");
    });
  }
  EXPECT_EQ(run(box).accepted, static_cast<std::uint64_t>(count));
  EXPECT_EQ(unmarked, 0);
}

TEST_F(OutboxRun, TellsOfChangesAndSwallowsWhatTheListenerThrows) {
  const Outbox box = open_without_consent();
  add(box, "a");
  std::vector<std::string> told;
  RunOptions options;
  options.until_idle = true;
  options.on_change = [&](const Change& change) {
    told.push_back(change.foreign_id + " " + std::string(to_string(change.state)));
    throw std::runtime_error("listener");
  };
  EXPECT_TRUE(box.run(client(), options).ok());
  EXPECT_THAT(told, testing::ElementsAre("a accepted"));
}

TEST_F(OutboxRun, StoppedItGivesBackWhatNeverLeft) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 100; ++i) add(box, "m" + std::to_string(i));
  const CancelToken stop;
  transport_->then([&](const HttpRequest&, const CancelToken& cancel) {
    stop.cancel();
    while (!cancel.cancelled()) std::this_thread::yield();  // the drain ends
    return FakeTransport::failure(Wire::maybe_sent, TransportFailure::cancelled);
  });
  RunOptions options;
  options.stop = stop;
  options.drain_for = 0ms;
  const RunReport report = box.run(client(), options);
  EXPECT_TRUE(report.ok()) << *report.error;
  const Status status = box.status().value();
  EXPECT_EQ(status.count(State::sending), 0U);
  EXPECT_EQ(status.count(State::ready) + report.unknown + report.accepted, 100U);
  EXPECT_GE(report.unknown, 1U);
}

TEST_F(OutboxRun, ADeadRunsMessagesAreUnknown) {
  const Outbox box = open_without_consent();
  add(box, "a");
  EXPECT_EQ(by_hand("UPDATE message SET marked_at = 5, " + set_state(State::sending)), "");
  EXPECT_EQ(run(box).abandoned, 1U);
  EXPECT_EQ(state(box, "a"), State::unknown);
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(OutboxRun, TheClientOfAnotherTeamIsRefused) {
  Options other = options();
  other.team_id = "team-2";
  other.policy.require_consent = false;
  by_hand("UPDATE outbox SET team_id = 'team-2'");  // where there are tables before open()
  const Outbox box = Outbox::open(std::move(other)).value();
  add(box, "a");
  const Client mine = client();
  EXPECT_EQ(mine.team_id(), "team-1");
  const RunReport report = box.run(mine);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::configuration);
  EXPECT_EQ(report.error->outcome, Outcome::not_sent);
  EXPECT_THAT(report.error->message,
              testing::AllOf(testing::HasSubstr("team-1"), testing::HasSubstr("team-2")));
  EXPECT_TRUE(transport_->requests().empty());
  EXPECT_EQ(state(box, "a"), State::ready);
}

TEST_F(OutboxRun, MarksNoMoreThanMayBeUnansweredAtOnce) {
  const Outbox box = open_without_consent();
  std::atomic<std::uint64_t> most = 0;
  for (int i = 0; i < 40; ++i) {
    add(box, "m" + std::to_string(i));
    transport_->then([&](const HttpRequest&, const CancelToken&) {
      const auto marked = box.status().value().count(State::sending);
      for (auto known = most.load();
           known < marked && !most.compare_exchange_weak(known, marked);) {
      }
      return FakeTransport::answer(200, R"({"status":"queued"})");
    });
  }
  RunOptions options;
  options.until_idle = true;
  options.max_unanswered = 4;
  EXPECT_EQ(box.run(client(), options).accepted, 40U);
  EXPECT_GE(most, 1U);
  EXPECT_LE(most, 4U);
}

TEST_F(OutboxRun, RefusesOptionsThatCannotWork) {
  const Outbox box = open();
  RunOptions options;
  options.max_unanswered = 0;
  options.poll_every = 0ms;
  options.account_rate = -1;
  options.account_in_flight = 10'001;
  const RunReport report = box.run(client(), options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::configuration);
  EXPECT_EQ(report.error->issues.size(), 4U);
}

}  // namespace
}  // namespace dropcowboy::outbox
