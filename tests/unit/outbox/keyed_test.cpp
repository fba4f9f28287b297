// Messages with an idempotency key: what is in doubt is sent again, under the same key, until the
// doubt has ended.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/keyed_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;
using testing::HasSubstr;
using testing::SizeIs;

using OutboxKeyed = support::WithKeyedOutbox;

// ---- Sending ----

TEST_F(OutboxKeyed, SendsOverTheNewerApiUnderAKey) {
  const Outbox box = open();
  permit(box);
  add_keyed(box, "a");
  const RunReport report = run_keyed(box);
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.accepted, 1U);
  ASSERT_EQ(requests(), 1U);
  EXPECT_THAT(transport_->requests()[0].url, HasSubstr("/rvm"));
  EXPECT_EQ(key(0).size(), 36U);
  const Message message = find(box, "a");
  EXPECT_EQ(message.state, State::accepted);
  EXPECT_TRUE(message.keyed);
  EXPECT_EQ(message.repeats, 0);
}

TEST_F(OutboxKeyed, EachRunSendsTheKindsItHasAClientFor) {
  const Outbox box = open_without_consent();
  add(box, "plain");
  add_keyed(box, "keyed");
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(state(box, "plain"), State::accepted);
  EXPECT_EQ(state(box, "keyed"), State::ready);
  add(box, "plain-2");
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(state(box, "keyed"), State::accepted);
  EXPECT_EQ(state(box, "plain-2"), State::ready);
}

TEST_F(OutboxKeyed, OneRunSendsBothKindsOverTwoClients) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 200; ++i) {
    add(box, "p" + std::to_string(i));
    add_keyed(box, "k" + std::to_string(i));
  }
  const RunReport report = box.run(client(), keyed_client(), until_idle());
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.accepted, 400U);
  EXPECT_EQ(requests(), 400U);
}

TEST_F(OutboxKeyed, TwoClientsNeedRoomForTwo) {
  const Outbox box = open_without_consent();
  RunOptions options = until_idle();
  options.max_unanswered = 1;
  const RunReport report = box.run(client(), keyed_client(), options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error->kind, ErrorKind::configuration);
  ASSERT_THAT(report.error->issues, SizeIs(1));
  EXPECT_EQ(report.error->issues[0].field, "max_unanswered");
}

// The transport looks into the database, as a program would after a crash at this moment.
TEST_F(OutboxKeyed, KeyAndBytesAreOnDiskBeforeTheRequestLeaves) {
  const Outbox box = open_without_consent();
  std::string stored;
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    stored = by_hand("SELECT text FROM prepared JOIN message ON id = message WHERE state = 1");
    return FakeTransport::answer(202, R"({"status":"queued"})");
  });
  add_keyed(box, "a");
  ASSERT_EQ(run_keyed(box).accepted, 1U);
  const auto prepared = v2::Prepared::from_json(stored);
  ASSERT_TRUE(prepared) << prepared.error();
  EXPECT_EQ(prepared->idempotency_key(), key(0));
  EXPECT_EQ(prepared->body(), transport_->requests()[0].body);
  EXPECT_EQ(prepared->prepared_at(), now());
}

// ---- What is in doubt ----

TEST_F(OutboxKeyed, WhatIsInDoubtIsSentAgainWithTheSameKeyUntilThereIsAnAnswer) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  const Message first = find(box, "a");
  EXPECT_EQ(first.repeat_at, now() + 1s);
  EXPECT_EQ(box.status().value().to_be_repeated, 1U);
  EXPECT_EQ(run_keyed(box).handed_over, 0U) << "not before its time";
  advance(1s);
  answer(500);
  EXPECT_EQ(run_keyed(box).repeated, 1U);
  EXPECT_EQ(find(box, "a").repeat_at, now() + 2s);
  advance(2s);
  const RunReport last = run_keyed(box);
  EXPECT_EQ(last.repeated, 1U);
  EXPECT_EQ(last.handed_over, 1U);
  EXPECT_EQ(last.accepted, 1U);
  const Message message = find(box, "a");
  EXPECT_EQ(message.state, State::accepted);
  EXPECT_EQ(message.repeats, 2);
  EXPECT_EQ(message.marked_at, first.marked_at);
  EXPECT_FALSE(message.repeat_at);
  EXPECT_EQ(box.status().value().to_be_repeated, 0U);
  ASSERT_EQ(requests(), 3U);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(key(i), key(0));
    EXPECT_EQ(transport_->requests()[i].body, transport_->requests()[0].body);
  }
}

TEST_F(OutboxKeyed, WhatADeadRunLeftIsSentAgain) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  leave_behind();
  EXPECT_EQ(run_keyed(box).abandoned, 1U);
  EXPECT_EQ(state(box, "a"), State::unknown);
  advance(1s);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(key(1), key(0));
}

TEST_F(OutboxKeyed, ARunUntilEmptyEndsEveryDoubt) {
  const Outbox box = open_without_consent();
  for (int i = 0; i < 5; ++i) {
    add_keyed(box, "m" + std::to_string(i));
    lose_the_answer();
  }
  v2::ClientOptions steady = keyed_options();
  steady.breaker.failures = 0;
  const auto clock = std::make_shared<support::AdjustedRuntime>();
  steady.runtime = clock;
  RunOptions until_empty = until_idle();
  until_empty.until_idle = false;
  until_empty.until_empty = true;
  until_empty.on_change = [&](const Change& change) {
    if (change.state != State::unknown) return;
    advance(1min);  // or else nobody would
    clock->advance(1min);
  };
  const RunReport report = box.run(v2::Client(steady), until_empty);
  ASSERT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.unknown, 5U);
  EXPECT_EQ(report.repeated, 5U);
  EXPECT_EQ(box.status().value().count(State::accepted), 5U);
  EXPECT_EQ(requests(), 10U);
}

TEST_F(OutboxKeyed, ThePausesGrowToFiveMinutes) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  const std::chrono::milliseconds pauses[] = {1s,  2s,   4s,   8s,   16s, 32s,
                                              64s, 128s, 256s, 5min, 5min};
  for (const auto pause : pauses) {
    ASSERT_EQ(find(box, "a").repeat_at, now() + pause);
    advance(pause);
    lose_the_answer();
    ASSERT_EQ(run_keyed(box).repeated, 1U);
  }
}

TEST_F(OutboxKeyed, WaitsAsLongAsTheServiceAsks) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  HttpResult busy = FakeTransport::answer(503);
  busy.retry_after = 90s;
  transport_->then(busy);
  ASSERT_EQ(run_keyed(box).unknown, 1U);
  EXPECT_EQ(find(box, "a").repeat_at, now() + 90s);
}

TEST_F(OutboxKeyed, TheLastRepeatIsLessThan23HoursAfterTheFirstAttempt) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  advance(23h - 1ms);
  lose_the_answer();
  ASSERT_EQ(run_keyed(box).repeated, 1U);
  EXPECT_EQ(requests(), 2U);
  EXPECT_FALSE(find(box, "a").repeat_at) << "the next would be too late";
  advance(1h);
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
  EXPECT_EQ(state(box, "a"), State::unknown);
  advance(49h);
  EXPECT_EQ(box.status().value().unknown_past_72_hours, 1U);
}

TEST_F(OutboxKeyed, After23HoursItStaysUnknown) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  advance(23h);
  expect_not_repeated(box, "its time, or its key's, is over");
}

TEST_F(OutboxKeyed, WhatADeadRunLeftTooLongAgoStaysUnknown) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  leave_behind();
  advance(23h - 1s);
  EXPECT_EQ(run_keyed(box).abandoned, 1U);
  EXPECT_FALSE(find(box, "a").repeat_at);
  advance(1s);
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
}

TEST_F(OutboxKeyed, WhenTheClockWasSetBackNobodyKnowsTheAgeOfAKey) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  advance(1s);
  lose_the_answer();
  ASSERT_EQ(run_keyed(box).repeated, 1U);
  advance(-10min);
  leave_behind();
  EXPECT_EQ(run_keyed(box).abandoned, 1U);
  advance(1s);
  expect_not_repeated(box, "its time, or its key's, is over");
}

// ---- What an answer says ----

TEST_F(OutboxKeyed, WhatCertainlyNeverArrivedIsReadyAgainUnderANewKey) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  refuse_the_connection();
  EXPECT_EQ(run_keyed(box).returned, 1U);
  const Message message = find(box, "a");
  EXPECT_EQ(message.state, State::ready);
  EXPECT_FALSE(message.marked_at);
  advance(48h);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_NE(key(1), key(0)) << "a key lives 24 hours, and this message has waited";
}

TEST_F(OutboxKeyed, WhatIsRejectedAtItsFirstAttemptIsHeld) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  answer(400);
  EXPECT_EQ(run_keyed(box).held, 1U);
  ASSERT_TRUE(box.release("a"));
  EXPECT_EQ(run_keyed(box).accepted, 1U);
}

struct Repeat {
  const char* name;
  HttpResult result;
};

class OutboxRepeat : public OutboxKeyed, public testing::WithParamInterface<Repeat> {};

// The answer to a repeat says nothing of the attempt before, unless it is a yes.
TEST_P(OutboxRepeat, LeavesItUnknownAndIsTriedAgain) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  advance(1s);
  transport_->then(GetParam().result);
  run_keyed(box);
  EXPECT_EQ(state(box, "a"), State::unknown);
  EXPECT_EQ(find(box, "a").repeats, 1);
  EXPECT_TRUE(find(box, "a").repeat_at);
  advance(1h);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, OutboxRepeat,
    testing::Values(
        Repeat{"not_connected", FakeTransport::failure(Wire::not_sent, TransportFailure::connect)},
        Repeat{"timeout", FakeTransport::failure(Wire::maybe_sent, TransportFailure::timeout)},
        Repeat{"refused", FakeTransport::answer(400)},
        Repeat{"no_money", FakeTransport::answer(402)},
        Repeat{"not_found", FakeTransport::answer(404)},
        Repeat{"too_many", FakeTransport::answer(429)},
        Repeat{"failed", FakeTransport::answer(500)},
        Repeat{"nonsense", FakeTransport::answer(202, "{")}),
    [](const auto& repeat) { return std::string(repeat.param.name); });

}  // namespace
}  // namespace dropcowboy::outbox
