// What keeps a keyed message from leaving keeps it from being repeated; and what callbacks say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "support/keyed_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;
using testing::HasSubstr;

using OutboxKeyedPolicy = support::WithKeyedOutbox;

TEST_F(OutboxKeyedPolicy, ANoThatCameMeanwhileWins) {
  const Outbox box = open();
  permit(box);
  make_doubtful(box);
  advance(1s);
  permit(box, "+15550010001", false);
  expect_not_repeated(box, "no");
}

TEST_F(OutboxKeyedPolicy, AnOptOutFromTheServiceWinsToo) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  advance(1s);
  receiver::CallbackEvent event;  // about another message to the same person
  event.callback.phone_number = "15550010001";
  event.callback.dnc = true;
  event.authenticity = receiver::Authenticity::signature;
  ASSERT_TRUE(box.record(event).value().opted_out);
  expect_not_repeated(box, "no");
}

TEST_F(OutboxKeyedPolicy, WhatHasExpiredIsNotRepeated) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry("a");
  entry.expires = now() + 5s;
  ASSERT_TRUE(box.add_keyed({entry}));
  lose_the_answer();
  ASSERT_EQ(run_keyed(box).unknown, 1U);
  advance(5s);
  expect_not_repeated(box, "its time, or its key's, is over");
}

class OutboxKeyedHook : public support::WithKeyedOutbox {
 protected:
  Outbox open_with(decltype(Policy::earliest_keyed) hook) const {
    Options hooked = options();
    hooked.policy.require_consent = false;
    hooked.policy.limits.clear();
    hooked.policy.earliest_keyed = std::move(hook);
    return Outbox::open(std::move(hooked)).value();
  }
};

TEST_F(OutboxKeyedHook, IsAskedBeforeEachRepeat) {
  std::optional<TimePoint> earliest = now();
  const Outbox box = open_with([&](const v2::RvmRequest& request, TimePoint) {
    EXPECT_EQ(request.to, "+15550010001");
    return earliest;
  });
  make_doubtful(box);
  advance(1s);
  earliest = now() + 8h;
  EXPECT_EQ(run_keyed(box).postponed, 1U);
  EXPECT_EQ(find(box, "a").repeat_at, earliest);
  advance(8h);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(key(1), key(0));
}

TEST_F(OutboxKeyedHook, EndsRepeatingWithNever) {
  std::optional<TimePoint> earliest = now();
  const Outbox box = open_with([&](const v2::RvmRequest&, TimePoint) { return earliest; });
  make_doubtful(box);
  advance(1s);
  earliest.reset();
  expect_not_repeated(box, "earliest_keyed");
}

TEST_F(OutboxKeyedHook, DecidesAboutTheFirstAttempt) {
  const Outbox box = open_with([](const v2::RvmRequest& request, TimePoint at) {
    if (request.foreign_id == "throws") throw std::runtime_error("no");
    return request.foreign_id == "later" ? std::optional(at + 1h) : std::nullopt;
  });
  for (const char* id : {"never", "later", "throws"}) add_keyed(box, id);
  run_keyed(box);
  EXPECT_EQ(find(box, "never").refusal, Refusal::by_hook);
  EXPECT_EQ(find(box, "later").due, now() + 1h);
  EXPECT_EQ(state(box, "throws"), State::held);
}

TEST_F(OutboxKeyedHook, IsNeededWhereThereIsOneForTheOtherKind) {
  Options hooked = options();
  hooked.policy.require_consent = false;
  hooked.policy.earliest = [](const RvmRequest&, TimePoint at) { return std::optional(at); };
  const Outbox box = Outbox::open(std::move(hooked)).value();
  add_keyed(box, "a");
  EXPECT_EQ(run_keyed(box).held, 1U);
  EXPECT_THAT(find(box, "a").note, HasSubstr("earliest_keyed"));
  EXPECT_EQ(requests(), 0U);
}

TEST_F(OutboxKeyedPolicy, ARepeatIsTheContactAttemptThatHasBeenCounted) {
  Options one_a_day = options();
  one_a_day.policy.require_consent = false;
  one_a_day.policy.limits = {{1, 24h}};
  const Outbox box = Outbox::open(std::move(one_a_day)).value();
  make_doubtful(box);
  advance(1h);
  EXPECT_EQ(run_keyed(box).accepted, 1U) << "the limit does not hold up the repeat";
  add_keyed(box, "b");
  EXPECT_EQ(run_keyed(box).postponed, 1U) << "but it holds up the next message";
  EXPECT_EQ(find(box, "b").due, *find(box, "a").marked_at + 24h) << "from the first attempt";
}

TEST_F(OutboxKeyedPolicy, BothKindsCountForTheLimitsOfANumber) {
  const Outbox box = open();  // three in 72 hours
  permit(box);
  for (const char* id : {"p1", "p2"}) add(box, id);
  for (const char* id : {"k1", "k2"}) add_keyed(box, id);
  const RunReport report = box.run(client(), keyed_client(), until_idle());
  EXPECT_EQ(report.accepted, 3U);
  EXPECT_EQ(report.postponed, 1U);
}

TEST_F(OutboxKeyedPolicy, TheClientsOwnRefusalIsObeyedAtEveryAttempt) {
  const Outbox box = open_without_consent();
  bool may_send = false;
  v2::ClientOptions guarded = keyed_options();
  guarded.may_send = [&](const OutgoingMessage&) { return may_send; };
  const v2::Client client(guarded);
  add_keyed(box, "never");
  EXPECT_EQ(box.run(client, until_idle()).refused, 1U);
  EXPECT_EQ(find(box, "never").refusal, Refusal::by_client);
  EXPECT_FALSE(find(box, "never").marked_at);
  may_send = true;
  add_keyed(box, "a");
  lose_the_answer();
  EXPECT_EQ(box.run(client, until_idle()).unknown, 1U);
  may_send = false;
  advance(1s);
  box.run(client, until_idle());
  EXPECT_EQ(requests(), 1U);
  EXPECT_EQ(state(box, "a"), State::unknown);
}

TEST_F(OutboxKeyedPolicy, WhatTheClientWillNotPrepareNowWaits) {
  const Outbox box = open_without_consent();
  v2::ClientOptions guarded = keyed_options();
  guarded.may_send = [](const OutgoingMessage&) -> bool { throw std::runtime_error("no list"); };
  add_keyed(box, "a");
  EXPECT_EQ(box.run(v2::Client(guarded), until_idle()).postponed, 1U);
  const Message message = find(box, "a");
  EXPECT_EQ(message.state, State::ready);
  EXPECT_EQ(message.due, now() + 1s);
  EXPECT_EQ(requests(), 0U);
}

TEST_F(OutboxKeyedPolicy, AFaultOfTheMachineStopsTheRunBeforeAnythingIsMarked) {
  const Outbox box = open_without_consent();
  class NoKeys final : public Runtime {
   public:
    std::chrono::steady_clock::time_point now() override { return Runtime::system()->now(); }
    void wait_until(std::chrono::steady_clock::time_point until,
                    const CancelToken& cancel) override {
      Runtime::system()->wait_until(until, cancel);
    }
    double jitter() override { return 0; }
    std::string new_id() override { return "id"; }
    std::string new_key() override { return ""; }
  };
  v2::ClientOptions keyless = keyed_options();
  keyless.runtime = std::make_shared<NoKeys>();
  for (const char* id : {"a", "b"}) add_keyed(box, id);
  const RunReport report = box.run(v2::Client(keyless), until_idle());
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::configuration);
  EXPECT_EQ(box.status().value().count(State::ready), 2U);
  EXPECT_EQ(requests(), 0U);
}

TEST_F(OutboxKeyedPolicy, BytesThatWereChangedFromOutsideAreNotSent) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  EXPECT_EQ(by_hand(without_rule("prepared", "prepared_same") +
                    "UPDATE prepared SET text = replace(text, '90210', '90211')"),
            "");
  advance(1s);
  expect_not_repeated(box, "cannot be read");
}

// ---- Callbacks ----

TEST_F(OutboxKeyedPolicy, ACallbackEndsTheDoubt) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().changed);
  advance(1h);
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
  const Message message = find(box, "a");
  EXPECT_EQ(message.state, State::delivered);
  EXPECT_FALSE(message.repeat_at);
}

TEST_F(OutboxKeyedPolicy, ACallbackDuringARepeatIsTheLastWord) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  advance(1s);
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().changed);
    return FakeTransport::failure(Wire::maybe_sent, TransportFailure::timeout);
  });
  EXPECT_EQ(run_keyed(box).repeated, 1U);
  EXPECT_EQ(state(box, "a"), State::delivered);
}

// It is about the repeat, and says nothing of the attempt before.
TEST_F(OutboxKeyedPolicy, AConflictOfKeysIsNoResult) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  auto event = callback("a", DropStatus::failure);
  event.callback.known_reason = Reason::idempotency_key_conflict;
  event.callback.reason_code = 3027;
  const Recorded recorded = box.record(event).value();
  EXPECT_TRUE(recorded.matched);
  EXPECT_FALSE(recorded.changed);
  EXPECT_EQ(state(box, "a"), State::unknown);
  EXPECT_THAT(find(box, "a").note, HasSubstr("key"));
  EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().changed);
  EXPECT_EQ(state(box, "a"), State::delivered);
}

}  // namespace
}  // namespace dropcowboy::outbox
