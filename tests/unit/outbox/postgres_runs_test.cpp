// What several runs on one PostgreSQL database do to each other's messages, and what they keep to
// together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "support/shared_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;

using OutboxRuns = support::WithSharedOutbox;

TEST_F(OutboxRuns, TwoRunsShareTheWork) {
  const Outbox first = another(anything(), 1s);
  const Outbox second = another(anything(), 1s);
  add_many(first, 200);
  RunReport reports[2];
  std::thread other([&] { reports[1] = run(second); });
  reports[0] = run(first);
  other.join();
  EXPECT_TRUE(reports[0].ok() && reports[1].ok());
  EXPECT_EQ(reports[0].accepted + reports[1].accepted, 200U);
  EXPECT_EQ(transport_->requests().size(), 200U);
  std::set<std::string> ids;
  for (const auto& request : transport_->requests()) {
    ids.insert(RvmRequest::from_json(request.body).value().foreign_id.value());
  }
  EXPECT_EQ(ids.size(), 200U);
  EXPECT_TRUE(first.check_file().value().ok());
}

TEST_F(OutboxRuns, ALimitHoldsForAllRunsTogether) {
  Policy policy = anything();
  policy.limits = {{3, 72h}};
  const Outbox boxes[] = {another(policy, 1s), another(policy, 1s), another(policy, 1s)};
  add_many(boxes[0], 100, "+15550010001");
  std::vector<std::thread> threads;
  for (const Outbox& box : boxes) threads.emplace_back([&] { run(box); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(transport_->requests().size(), 3U);
  EXPECT_EQ(by_hand("SELECT count(*) FROM message WHERE marked_at IS NOT NULL"), "3");
  EXPECT_EQ(boxes[0].status().value().count(State::ready), 97U);
}

// What was not marked when permit() returned is never marked.
TEST_F(OutboxRuns, ANoIsObeyedFromTheMomentItIsRecorded) {
  const Outbox boxes[] = {another(anything(), 1s), another(anything(), 1s)};
  constexpr int numbers = 60;
  add_many(boxes[0], numbers);
  std::vector<std::thread> threads;
  for (const Outbox& box : boxes) threads.emplace_back([&] { run(box); });
  const Outbox office = another(anything());
  support::PsqlSession psql(database());
  std::set<std::string> waited;
  for (int i = numbers - 1; i >= 0; --i) {
    const std::string number = "+1555001" + std::to_string(1'000 + i);
    permit(office, number, false);
    const std::string marked = by_hand(
        "SELECT count(*) FROM message WHERE marked_at IS NOT NULL AND phone = '" + number + "'");
    if (marked == "0") waited.insert(number);
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& request : transport_->requests()) {
    const auto number = RvmRequest::from_json(request.body).value().phone_number;
    EXPECT_EQ(waited.count(number), 0U) << number;
  }
  EXPECT_EQ(transport_->requests().size() + waited.size(), std::size_t{numbers});
}

TEST_F(OutboxRuns, OneOutboxHasOneRunAtATime) {
  const Outbox box = open_without_consent();
  add(box, "a");
  RunOptions options;
  options.until_idle = true;
  std::optional<Error> refused;
  options.on_change = [&](const Change&) { refused = run(box).error; };
  EXPECT_TRUE(box.run(client(), options).ok());
  ASSERT_TRUE(refused);
  expect_storage_error(*refused, true, "a run at work");
  EXPECT_EQ(by_hand("SELECT count(*) FROM runner"), "0") << "they leave when they end";
}

TEST_F(OutboxRuns, WhatADeadRunWasSendingIsUnknownAfterItsLease) {
  const Outbox box = open_without_consent();
  add(box, "a");
  add_run(59s);
  by_hand("UPDATE message SET state = 1, marked_at = 5, runner = (SELECT max(id) FROM runner)");
  EXPECT_EQ(run(box).abandoned, 0U);
  EXPECT_EQ(state(box, "a"), State::sending);
  advance(2s);
  EXPECT_EQ(run(box).abandoned, 1U);
  EXPECT_EQ(state(box, "a"), State::unknown);
  EXPECT_THAT(transport_->requests(), testing::IsEmpty());
}

TEST_F(OutboxRuns, ARunThatWasForgottenComesBack) {
  const Outbox box = another(anything(), 1s);
  add(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand("DELETE FROM runner");
    while (by_hand("SELECT count(*) FROM runner") == "0") std::this_thread::yield();
    return FakeTransport::answer(200, R"({"status":"queued"})");
  });
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(by_hand("SELECT count(*) FROM runner"), "0");
}

// As after a commit of which nobody knew that it took effect.
TEST_F(OutboxRuns, WhatARunHasMarkedAndNotHandedOverIsSentOnce) {
  const Outbox box = another(anything(), 1s);
  add(box, "a");
  add(box, "b", "+15550010002");
  by_hand("UPDATE message SET due = 9e12 WHERE foreign_id = 'b'");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand(
        "UPDATE message SET state = 1, marked_at = 5, due = 0, "
        "runner = (SELECT max(id) FROM runner) WHERE foreign_id = 'b'");
    while (by_hand("SELECT count(*) FROM message WHERE marked_at = 5") != "0") {
      std::this_thread::yield();
    }
    return FakeTransport::answer(200, R"({"status":"queued"})");
  });
  const RunReport report = run(box);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(report.returned, 1U);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

// A result that is written twice must not touch what another run is sending by then.
TEST_F(OutboxRuns, AnAnswerChangesOnlyWhatItsOwnRunHasMarked) {
  const Outbox box = open_without_consent();
  add(box, "a");
  add_run(0s);
  by_hand("UPDATE runner SET seen_at = 9e15");  // it lives
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand(
        "UPDATE message SET state = 0, marked_at = NULL, runner = NULL;"
        "UPDATE message SET state = 1, marked_at = 5, runner = (SELECT min(id) FROM runner)");
    return FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  });
  EXPECT_TRUE(run(box).ok());
  EXPECT_EQ(state(box, "a"), State::sending);
  advance(1h);
  EXPECT_EQ(run(box).handed_over, 0U);
}

TEST_F(OutboxRuns, TheLimitOfMessagesUnderWayIsDividedByTheRunsThatLive) {
  const Outbox box = another(anything(), 1s);
  add_many(box, 40);
  add_run(0s);
  by_hand("UPDATE runner SET seen_at = 9e15");
  int most = 0;
  std::mutex mutex;
  for (int i = 0; i < 40; ++i) {
    transport_->then([&](const HttpRequest&, const CancelToken&) {
      const int marked = std::stoi(by_hand("SELECT count(*) FROM message WHERE state = 1"));
      const std::lock_guard lock(mutex);
      most = std::max(most, marked);
      return FakeTransport::answer(200, R"({"status":"queued"})");
    });
  }
  RunOptions options;
  options.until_idle = true;
  options.account_in_flight = 6;
  EXPECT_EQ(box.run(client(), options).accepted, 40U);
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 1);
}

TEST_F(OutboxRuns, WhatTheServiceAsksOneRunToWaitForHoldsForAll) {
  const Outbox box = open_without_consent();
  add(box, "a");
  transport_->then(FakeTransport::answer(429));
  EXPECT_EQ(run(box).returned, 1U);
  const auto until =
      std::chrono::duration_cast<std::chrono::milliseconds>((now() + 1s).time_since_epoch());
  EXPECT_EQ(by_hand("SELECT paused_until FROM outbox"), std::to_string(until.count()));
  // Another run looks, and leaves what is due where it is.
  by_hand("UPDATE message SET due = 0");
  RunOptions options;
  options.until_idle = true;
  options.stop = CancelToken();
  const Outbox second = another(anything());
  const auto turns = second.status().value().commits;
  std::thread watcher([&] {
    while (second.status().value().commits < turns + 5) std::this_thread::yield();
    EXPECT_EQ(transport_->requests().size(), 1U);
    advance(1s);
  });
  EXPECT_EQ(second.run(client(), options).accepted, 1U);
  watcher.join();
}

// More than can be locked one by one: all numbers are locked at once.
TEST_F(OutboxRuns, ThousandsOfNumbersAreForbiddenAtOnce) {
  const Outbox box = open_without_consent();
  std::vector<Permission> all;
  for (int i = 0; i < 5'000; ++i) {
    Permission& one = all.emplace_back();
    one.phone_number = "+1555" + std::to_string(2'000'000 + i);
    one.source = "registry";
  }
  ASSERT_TRUE(box.permit(all));
  add(box, "a", "+15552004999");
  EXPECT_EQ(run(box).refused, 1U);
}

// ---- Hooks ----

// Nothing is locked meanwhile.
TEST_F(OutboxRuns, AHookMayTakeItsTimeAndUseTheOutbox) {
  std::optional<Outbox> box;
  Policy policy = anything();
  policy.earliest = [&](const RvmRequest& request, TimePoint at) {
    permit(*box, request.phone_number, request.foreign_id != "m1");
    EXPECT_EQ(by_hand("SELECT count(*) FROM (SELECT 1 FROM message FOR UPDATE NOWAIT) AS free"),
              "20");
    return at;
  };
  box.emplace(another(policy, 1s));
  add_many(*box, 20);
  EXPECT_EQ(run(*box).accepted, 19U);
  EXPECT_EQ(find(*box, "m1").refusal, Refusal::forbidden);
}

TEST_F(OutboxRuns, WithHooksTheyShareTheWorkAndTheLimitsAsWell) {
  std::atomic<int> asked{0};
  Policy policy = anything();
  policy.limits = {{3, 72h}};
  policy.earliest = [&](const RvmRequest&, TimePoint at) {
    ++asked;
    return at;
  };
  policy.earliest_keyed = [&](const v2::RvmRequest&, TimePoint at) {
    ++asked;
    return at;
  };
  const Outbox boxes[] = {another(policy, 1s), another(policy, 1s), another(policy, 1s)};
  add_many(boxes[0], 60);
  std::vector<KeyedEntry> entries;
  for (int i = 0; i < 60; ++i) entries.push_back(keyed_entry("k" + std::to_string(i)));
  ASSERT_TRUE(boxes[0].add_keyed(entries));  // to one number
  std::atomic<std::uint64_t> accepted{0};
  std::vector<std::thread> threads;
  for (const Outbox& box : boxes) {
    threads.emplace_back([&] {
      const RunReport report = box.run(client(), keyed_client(), until_idle());
      EXPECT_TRUE(report.ok()) << *report.error;
      accepted += report.accepted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 63U);
  EXPECT_EQ(requests(), 63U);
  EXPECT_GE(asked, 120);
  EXPECT_TRUE(boxes[0].check_file().value().ok());
}

// ---- The breaker ----

class OutboxBreaker : public support::WithSharedOutbox {
 protected:
  static Client client_over(std::shared_ptr<Transport> transport,
                            std::shared_ptr<Runtime> runtime = nullptr) {
    ClientOptions made;
    made.credentials = {"team-1", "s3cr3t-value"};
    made.base_url = "http://127.0.0.1:1/v1";
    made.limits.requests_per_second = 0;
    made.retry.max_attempts = 1;
    made.transport = std::move(transport);
    made.runtime = std::move(runtime);
    return Client(std::move(made));
  }
  static std::string open_breakers() {
    return by_hand("SELECT count(*) FROM runner WHERE breaker_opened_at IS NOT NULL");
  }
  static void wait_for_breakers(const std::string& count) {
    while (open_breakers() != count) std::this_thread::yield();
  }
};

TEST_F(OutboxBreaker, IsToldToTheOthersWhenItOpensAndWhenItCloses) {
  const Outbox box = another(anything(), 1s);
  add_many(box, 40);
  const auto clock = std::make_shared<support::AdjustedRuntime>();
  for (int i = 0; i < 5; ++i) transport_->then(FakeTransport::answer(500));
  RunOptions options;
  options.stop = CancelToken();
  std::thread run([&] { EXPECT_TRUE(box.run(client_over(transport_, clock), options).ok()); });
  wait_for_breakers("1");
  advance(10s);         // what came back is due again
  clock->advance(10s);  // and the client tries
  wait_for_breakers("0");
  options.stop.cancel();
  run.join();
}

// One message at a time, until one of its own is taken: then the service works, whatever the other
// one's trouble is.
TEST_F(OutboxBreaker, OfAnotherRunMakesThisOneTryBeforeItGoesOn) {
  const Outbox box = another(anything(), 1s);
  add_many(box, 40);
  add_run(0s);
  by_hand("UPDATE runner SET seen_at = 9e15, breaker_opened_at = 5");
  std::vector<int> marked;
  for (int i = 0; i < 40; ++i) {
    transport_->then([&, i](const HttpRequest&, const CancelToken&) {
      marked.push_back(std::stoi(by_hand("SELECT count(*) FROM message WHERE state = 1")));
      return i < 3 ? FakeTransport::answer(500)
                   : FakeTransport::answer(200, R"({"status":"queued"})");
    });
  }
  EXPECT_EQ(run(box).unknown, 3U);
  ASSERT_EQ(marked.size(), 40U);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(marked[static_cast<std::size_t>(i)], 1) << i;
  EXPECT_GT(*std::max_element(marked.begin(), marked.end()), 1);
}

TEST_F(OutboxBreaker, OfARunThatDiedIsForgottenWithIt) {
  const Outbox box = another(anything(), 1s);
  add_many(box, 10);
  add_run(2s);
  by_hand("UPDATE runner SET breaker_opened_at = 5");
  int most = 0;
  for (int i = 0; i < 10; ++i) {
    transport_->then([&](const HttpRequest&, const CancelToken&) {
      most = std::max(most, std::stoi(by_hand("SELECT count(*) FROM message WHERE state = 1")));
      return FakeTransport::answer(200, R"({"status":"queued"})");
    });
  }
  EXPECT_EQ(run(box).accepted, 10U);
  EXPECT_GT(most, 1);
}

// ---- Clocks ----

/// Machines whose clocks are wrong. The server's is right: it counts, and nothing else.
class OutboxClocks : public support::WithSharedOutbox {
 protected:
  static std::chrono::system_clock::time_point real() { return std::chrono::system_clock::now(); }
  static std::shared_ptr<Runtime> clock_that_is(std::chrono::hours ahead) {
    return std::make_shared<support::CalendarRuntime>([ahead] { return real() + ahead; });
  }
  Outbox machine(std::chrono::hours ahead, Policy policy) const {
    Options made = options();
    made.engine = postgres({database(), 1s});
    made.policy = std::move(policy);
    made.now = nullptr;
    made.runtime = clock_that_is(ahead);
    return Outbox::open(std::move(made)).value();
  }
  v2::Client keyed_client_of(std::chrono::hours ahead) const {
    v2::ClientOptions made = keyed_options();
    made.runtime = clock_that_is(ahead);
    return v2::Client(std::move(made));
  }
};

TEST_F(OutboxClocks, AnHourApartKeepTheLimitsOfANumber) {
  Policy policy = anything();
  policy.limits = {{3, 1h}};
  const TimePoint before = real() - 1min;
  const Outbox machines[] = {machine(-1h, policy), machine(0h, policy), machine(1h, policy)};
  add_many(machines[0], 100, "+15550010001");
  std::vector<std::thread> threads;
  for (const Outbox& box : machines) threads.emplace_back([&] { run(box); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(requests(), 3U);
  for (const Message& message : machines[2].list({}).value().messages) {
    if (!message.marked_at) continue;
    EXPECT_GT(*message.marked_at, before);
    EXPECT_LT(*message.marked_at, real() + 1min);
  }
}

TEST_F(OutboxClocks, AnHourAheadSendNothingBeforeItsMoment) {
  const Outbox ahead = machine(1h, anything());
  const Outbox behind = machine(-1h, anything());
  Entry later = entry("later");
  later.not_before = real() + 30min;
  Entry late = entry("late");
  late.expires = real() - 30min;
  ASSERT_TRUE(ahead.add({later, late}));
  EXPECT_EQ(run(ahead).handed_over + run(behind).handed_over, 0U);
  EXPECT_EQ(state(ahead, "later"), State::ready);
  EXPECT_EQ(find(ahead, "late").refusal, Refusal::expired);
}

TEST_F(OutboxClocks, AnHourApartRepeatEachOthersMessages) {
  const std::chrono::hours hours[] = {1h, -1h};
  for (const auto first : hours) {
    const std::string id = "first-" + std::to_string(first.count());
    const Outbox one = machine(first, anything());
    const Outbox other = machine(-first, anything());
    const std::size_t before = requests();
    add_keyed(one, id);
    lose_the_answer();
    EXPECT_EQ(one.run(keyed_client_of(first), until_idle()).unknown, 1U);
    by_hand("UPDATE message SET repeat_at = 1 WHERE repeat_at IS NOT NULL");
    const RunReport report = other.run(keyed_client_of(-first), until_idle());
    EXPECT_EQ(report.accepted, 1U) << find(other, id).note;
    EXPECT_EQ(requests(), before + 2);
    EXPECT_EQ(key(before + 1), key(before));
  }
}

}  // namespace
}  // namespace dropcowboy::outbox
