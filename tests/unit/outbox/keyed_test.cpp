// Messages with an idempotency key: what is in doubt is sent again, under the same key, until the
// doubt has ended.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <stdexcept>

#include "support/keyed_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;
using testing::HasSubstr;
using testing::SizeIs;

class OutboxKeyed : public support::WithKeyedOutbox {
 protected:
  /// The message is unknown after its first attempt, and is to be repeated in a second.
  void make_doubtful(const Outbox& box, const std::string& id = "a") {
    add_keyed(box, id);
    lose_the_answer();
    ASSERT_EQ(run_keyed(box).unknown, 1U);
    ASSERT_EQ(state(box, id), State::unknown);
  }
  /// A run died in the middle of a repeat.
  void leave_behind() const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw,
                           "UPDATE message SET state = 1, repeats = repeats + 1, repeat_at = NULL "
                           "WHERE state = 3",
                           nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }
  void expect_not_repeated(const Outbox& box, const std::string& note, const char* id = "a") {
    const std::size_t before = requests();
    EXPECT_TRUE(run_keyed(box).ok());
    EXPECT_EQ(requests(), before);
    const Message message = find(box, id);
    EXPECT_EQ(message.state, State::unknown);
    EXPECT_FALSE(message.repeat_at);
    EXPECT_THAT(message.note, HasSubstr(note));
    EXPECT_EQ(box.status().value().to_be_repeated, 0U);
  }
};

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

// The transport looks into the file, as a program would after a crash at this moment.
TEST_F(OutboxKeyed, KeyAndBytesAreOnDiskBeforeTheRequestLeaves) {
  const Outbox box = open_without_consent();
  std::string stored;
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
    sqlite3_exec(
        raw, "SELECT text FROM prepared JOIN message ON id = message WHERE state = 1",
        [](void* into, int, char** values, char**) {
          *static_cast<std::string*>(into) = values[0];
          return 0;
        },
        &stored, nullptr);
    sqlite3_close(raw);
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
  EXPECT_EQ(run_keyed(box).rescued, 1U);
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
  EXPECT_EQ(run_keyed(box).rescued, 1U);
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
  EXPECT_EQ(run_keyed(box).rescued, 1U);
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

// ---- What keeps a message from leaving keeps it from being repeated ----

TEST_F(OutboxKeyed, ANoThatCameMeanwhileWins) {
  const Outbox box = open();
  permit(box);
  make_doubtful(box);
  advance(1s);
  permit(box, "+15550010001", false);
  expect_not_repeated(box, "no");
}

TEST_F(OutboxKeyed, AnOptOutFromTheServiceWinsToo) {
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

TEST_F(OutboxKeyed, WhatHasExpiredIsNotRepeated) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry("a");
  entry.expires = now() + 5s;
  ASSERT_TRUE(box.add_keyed({entry}));
  lose_the_answer();
  ASSERT_EQ(run_keyed(box).unknown, 1U);
  advance(5s);
  expect_not_repeated(box, "its time, or its key's, is over");
}

class OutboxKeyedHook : public OutboxKeyed {
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

TEST_F(OutboxKeyed, ARepeatIsTheContactAttemptThatHasBeenCounted) {
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

TEST_F(OutboxKeyed, BothKindsCountForTheLimitsOfANumber) {
  const Outbox box = open();  // three in 72 hours
  permit(box);
  for (const char* id : {"p1", "p2"}) add(box, id);
  for (const char* id : {"k1", "k2"}) add_keyed(box, id);
  const RunReport report = box.run(client(), keyed_client(), until_idle());
  EXPECT_EQ(report.accepted, 3U);
  EXPECT_EQ(report.postponed, 1U);
}

TEST_F(OutboxKeyed, TheClientsOwnRefusalIsObeyedAtEveryAttempt) {
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

TEST_F(OutboxKeyed, WhatTheClientWillNotPrepareNowWaits) {
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

TEST_F(OutboxKeyed, AFaultOfTheMachineStopsTheRunBeforeAnythingIsMarked) {
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

TEST_F(OutboxKeyed, BytesThatWereChangedFromOutsideAreNotSent) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw,
                         "DROP TRIGGER prepared_same;"
                         "UPDATE prepared SET text = replace(text, '90210', '90211')",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(raw);
  advance(1s);
  expect_not_repeated(box, "cannot be read");
}

// ---- Callbacks ----

TEST_F(OutboxKeyed, ACallbackEndsTheDoubt) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().changed);
  advance(1h);
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
  const Message message = find(box, "a");
  EXPECT_EQ(message.state, State::delivered);
  EXPECT_FALSE(message.repeat_at);
}

TEST_F(OutboxKeyed, ACallbackDuringARepeatIsTheLastWord) {
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
TEST_F(OutboxKeyed, AConflictOfKeysIsNoResult) {
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

// ---- Whose messages, and which ----

TEST_F(OutboxKeyed, TheClientMustSayThatItIsOfTheSameTeam) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  for (const char* team : {"", "team-2"}) {
    v2::ClientOptions other = keyed_options();
    other.team_id = team;
    const RunReport report = box.run(v2::Client(other), until_idle());
    ASSERT_FALSE(report.ok()) << team;
    EXPECT_EQ(report.error->kind, ErrorKind::configuration);
    EXPECT_THAT(report.error->message, HasSubstr("team-1"));
    EXPECT_THAT(report.error->message, HasSubstr("team_id"));
    EXPECT_FALSE(box.run(client(), v2::Client(other), until_idle()).ok());
  }
  EXPECT_EQ(requests(), 0U);
}

TEST_F(OutboxKeyed, ItNeedsTheNumberByWhichConsentGoes) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry("a");
  entry.request.to.reset();
  entry.request.contact_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  const auto refused = box.add_keyed({keyed_entry("good"), entry});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_request);
  ASSERT_THAT(refused.error().issues, SizeIs(1));
  EXPECT_EQ(refused.error().issues[0].field, "to");
  EXPECT_THAT(refused.error().issues[0].message, HasSubstr("entry 1"));
  EXPECT_TRUE(box.list({}).value().messages.empty()) << "all or none";
}

TEST_F(OutboxKeyed, WhatValidateFindsIsRefused) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry(std::string(201, 'x'));
  entry.request.media_id.reset();
  const auto refused = box.add_keyed({entry});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().issues, SizeIs(2));
}

TEST_F(OutboxKeyed, OneForeignIdIsOneMessageWhateverItsApi) {
  const Outbox box = open_without_consent();
  add_keyed(box, "a");
  EXPECT_TRUE(box.add_keyed({keyed_entry("a")}).value()[0].was_there);
  EXPECT_FALSE(box.add({entry("a")}));
  add(box, "b");
  EXPECT_FALSE(box.add_keyed({keyed_entry("b")}));
  KeyedEntry other = keyed_entry("a");
  other.request.postal_code = "90211";
  EXPECT_FALSE(box.add_keyed({other}));
}

TEST_F(OutboxKeyed, AMessageWithoutAnIdIsGivenOne) {
  const Outbox box = open_without_consent();
  KeyedEntry entry = keyed_entry("");
  entry.request.foreign_id.reset();
  const auto added = box.add_keyed({entry}).value();
  EXPECT_EQ(added[0].foreign_id.size(), 36U);
  EXPECT_EQ(box.keyed_request_of(added[0].foreign_id).value().foreign_id, added[0].foreign_id);
}

TEST_F(OutboxKeyed, ItMayWaitForDaysBeforeItIsPrepared) {
  const Outbox box = open_without_consent();
  KeyedEntry later = keyed_entry("a");
  later.not_before = now() + 72h;
  ASSERT_TRUE(box.add_keyed({later}));
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
  EXPECT_EQ(box.status().value().next_due, now() + 72h);
  advance(72h);
  EXPECT_EQ(box.status().value().oldest_due_age, 0ms);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
}

TEST_F(OutboxKeyed, ARequestIsReadAsTheKindThatItIs) {
  const Outbox box = open_without_consent();
  add(box, "plain");
  add_keyed(box, "keyed");
  EXPECT_EQ(box.keyed_request_of("keyed").value(), keyed_entry("keyed").request);
  EXPECT_TRUE(box.request_of("plain"));
  EXPECT_FALSE(box.request_of("keyed"));
  EXPECT_FALSE(box.keyed_request_of("plain"));
}

// ---- People ----

TEST_F(OutboxKeyed, APersonSendsItAgainAsANewMessageUnderANewKey) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  EXPECT_FALSE(box.resend("a", "b", "Ann")) << "it is being repeated";
  advance(72h);
  ASSERT_TRUE(box.resend("a", "b", "Ann"));
  EXPECT_TRUE(find(box, "b").keyed);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(requests(), 2U);
  EXPECT_NE(key(1), key(0));
  EXPECT_EQ(state(box, "a"), State::unknown);
}

TEST_F(OutboxKeyed, WhatIsNotSentYetCanBeCancelledAndReleased) {
  const Outbox box = open();
  add_keyed(box, "a");
  EXPECT_EQ(run_keyed(box).refused, 1U);
  permit(box);
  ASSERT_TRUE(box.release("a"));
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  add_keyed(box, "b");
  ASSERT_TRUE(box.cancel("b"));
  EXPECT_EQ(run_keyed(box).handed_over, 0U);
}

TEST_F(OutboxKeyed, PurgeDeletesKeyAndBytesOfWhatIsSettledOnly) {
  const Outbox box = open_without_consent();
  make_doubtful(box, "doubtful");
  add_keyed(box, "settled");
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  advance(1s);
  EXPECT_EQ(box.purge(now()).value().texts, 1U);
  EXPECT_FALSE(box.keyed_request_of("settled"));
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
  int left = 0;
  sqlite3_exec(
      raw, "SELECT count(*) FROM prepared",
      [](void* into, int, char** values, char**) {
        *static_cast<int*>(into) = std::atoi(values[0]);
        return 0;
      },
      &left, nullptr);
  sqlite3_close(raw);
  EXPECT_EQ(left, 1);
  EXPECT_EQ(run_keyed(box).accepted, 1U) << "the doubtful one";
}

TEST_F(OutboxKeyed, ACopyOfTheFileHoldsWhatWasReadyAndRepeatsWhatIsInDoubt) {
  {
    const Outbox box = open_without_consent();
    make_doubtful(box);
    add_keyed(box, "b");
  }
  std::filesystem::copy_file(path(), path() + ".copy");
  std::filesystem::rename(path() + ".copy", path());
  const Outbox box = open_without_consent();
  advance(1s);
  EXPECT_FALSE(run_keyed(box).ok());
  EXPECT_EQ(box.adopt().value(), 1U);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(state(box, "b"), State::held);
  EXPECT_EQ(key(1), key(0)) << "wherever it is repeated, the service takes it once";
}

}  // namespace
}  // namespace dropcowboy::outbox
