// A prepared message: frozen, stored, read back, refused if it is not one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <regex>
#include <set>
#include <utility>

#include "support/v2.hpp"

namespace dropcowboy::v2 {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using support::good_v2_request;
using support::good_v2_sms;

class PreparedTest : public support::V2OverFakes {};

TEST_F(PreparedTest, SendsNothing) {
  const auto prepared = client().prepare(good_v2_request());
  ASSERT_TRUE(prepared) << prepared.error();
  EXPECT_TRUE(transport->requests().empty());
  EXPECT_EQ(prepared->kind(), MessageKind::voicemail);
  EXPECT_EQ(prepared->foreign_id(), "order-17");
  EXPECT_EQ(prepared->prepared_at(), runtime->wall_now());
}

TEST_F(PreparedTest, IsRefusedAsASendIs) {
  base_options.may_send = [](const OutgoingMessage& message) {
    return message.phone_number != "+15550010001";
  };
  const Client sender = client();
  const auto invalid = sender.prepare(RvmRequest());
  ASSERT_FALSE(invalid);
  EXPECT_EQ(invalid.error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(invalid.error().issues.size(), 2U);
  EXPECT_EQ(invalid.error().foreign_id, "id-1");
  const auto forbidden = sender.prepare(good_v2_request());
  ASSERT_FALSE(forbidden);
  EXPECT_EQ(forbidden.error().kind, ErrorKind::not_allowed);
  EXPECT_EQ(forbidden.error().outcome, Outcome::not_sent);
}

TEST_F(PreparedTest, EachHasAKeyOfItsOwnWhichOwesNothingToTheForeignId) {
  const Client sender = client_in_real_time();
  const std::regex uuid4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) {
    const auto prepared = sender.prepare(good_v2_request());
    ASSERT_TRUE(prepared);
    EXPECT_TRUE(std::regex_match(prepared->idempotency_key(), uuid4))
        << prepared->idempotency_key();
    keys.insert(prepared->idempotency_key());
  }
  EXPECT_EQ(keys.size(), 100U);
}

TEST_F(PreparedTest, GoesOutAsItIsHoweverOften) {
  const Client sender = client_in_real_time();
  const auto prepared = sender.prepare(good_v2_sms());
  ASSERT_TRUE(prepared);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(sender.send(*prepared));
  ASSERT_TRUE(sender.send_async(*prepared).get());
  const auto requests = transport->requests();
  ASSERT_EQ(requests.size(), 4U);
  for (const auto& request : requests) {
    EXPECT_EQ(request.url, "https://api-v2.dropcowboy.com/sms");
    EXPECT_EQ(request.body, prepared->body());
    EXPECT_EQ(request.header("Idempotency-Key"), prepared->idempotency_key());
  }
}

TEST_F(PreparedTest, ComesBackFromJsonAsItWas) {
  RvmRequest request = good_v2_request();
  request.media_id.reset();
  request.voice_id = "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7";
  request.tts_body = "Caf\xC3\xA9 \"quoted\" \\ and\ta line\n\xF0\x9F\x98\x80";
  request.extra_json = R"({ "deep": {"list": [1.50, null]} })";
  const Client sender = client();
  const auto prepared = sender.prepare(request);
  ASSERT_TRUE(prepared) << prepared.error();
  const std::string stored = to_json(*prepared);
  EXPECT_EQ(stored.find("s3cr3t-value"), std::string::npos);
  EXPECT_EQ(stored.find("key-1"), std::string::npos);
  const auto restored = Prepared::from_json(stored);
  ASSERT_TRUE(restored) << restored.error();
  EXPECT_EQ(restored->kind(), prepared->kind());
  EXPECT_EQ(restored->idempotency_key(), prepared->idempotency_key());
  EXPECT_EQ(restored->body(), prepared->body());
  EXPECT_EQ(restored->foreign_id(), prepared->foreign_id());
  EXPECT_EQ(restored->prepared_at(), prepared->prepared_at());
  EXPECT_EQ(to_json(*restored), stored);
  const auto receipt = sender.send(*restored);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->wire_foreign_id, "order-17");
  EXPECT_EQ(transport->requests().at(0).body, prepared->body());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_F(PreparedTest, WhatIsNoneIsRefusedByName) {
  const auto prepared = client().prepare(good_v2_request());
  ASSERT_TRUE(prepared);
  const std::string good = to_json(*prepared);
  const std::string key = prepared->idempotency_key();
  struct Row {
    std::string text;
    const char* field;
  };
  const Row rows[] = {
      {replaced(good, "/rvm", "/voice-broadcast"), "route"},
      {replaced(good, "\"" + key + "\"", "7"), "idempotency_key"},
      {replaced(good, key, ""), "idempotency_key"},
      {replaced(good, key, std::string(256, 'k')), "idempotency_key"},
      {replaced(good, key, "caf\xC3\xA9"), "idempotency_key"},
      {replaced(good, key, "another-key"), "checksum"},
      {replaced(good, R"("prepared_at":1)", R"("prepared_at":2)"), "checksum"},
      {replaced(good, R"("prepared_at":)", R"("prepared_at":-)"), "prepared_at"},
      {replaced(good, R"("prepared_at")", R"("time")"), "prepared_at"},
      {replaced(good, R"("foreign_id")", R"("own_id")"), "foreign_id"},
      {replaced(good, R"(\"to\":\"+15550010001\")", R"(\"to\":\"+15550010002\")"), "checksum"},
      {replaced(good, R"(\"to\")", R"(\"whom\")"), "body"},
      {replaced(good, R"("body":"{)", R"("body":"[)"), "body"},
      {replaced(good, R"("checksum")", R"("sum")"), "checksum"},
      {replaced(good, "/rvm", "/sms"), "checksum"},
  };
  for (const Row& row : rows) {
    const auto read = Prepared::from_json(row.text);
    ASSERT_FALSE(read) << row.text;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_request);
    EXPECT_EQ(read.error().outcome, Outcome::not_sent);
    ASSERT_FALSE(read.error().issues.empty()) << read.error();
    EXPECT_EQ(read.error().issues[0].field, row.field) << read.error();
    EXPECT_EQ(to_string(read.error()).find(key), std::string::npos);
  }
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), good.substr(0, good.size() - 1),
        good + "x", replaced(good, "prepared.1", "prepared.2"),
        std::string(std::size_t{5} << 20U, ' ')}) {
    const auto read = Prepared::from_json(text);
    ASSERT_FALSE(read) << text.substr(0, 100);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_request);
  }
}

TEST_F(PreparedTest, AfterAMoveBothAreTheMessage) {
  auto first = *client().prepare(good_v2_request());
  const Prepared second = std::move(first);
  EXPECT_EQ(first.idempotency_key(), second.idempotency_key());  // NOLINT: that is the point
  first = second;
  EXPECT_EQ(first.body(), second.body());
}

TEST_F(PreparedTest, IsSentFor23HoursAndNotLater) {
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  ASSERT_TRUE(prepared);
  const auto stored = Prepared::from_json(to_json(*prepared));
  runtime->advance(hours(23) - std::chrono::milliseconds(1));
  EXPECT_TRUE(sender.send(*stored));
  runtime->advance(std::chrono::milliseconds(1));
  const auto late = sender.send(*stored);
  ASSERT_FALSE(late);
  EXPECT_EQ(transport->requests().size(), 1U);
  EXPECT_EQ(late.error().kind, ErrorKind::invalid_request) << late.error();
  EXPECT_EQ(late.error().outcome, Outcome::unknown) << "it was sent before, for all that is known";
  EXPECT_FALSE(late.error().resend_safe_until) << "that moment has passed";
  const auto never_sent = sender.send(*prepared);
  ASSERT_FALSE(never_sent);
  EXPECT_EQ(never_sent.error().outcome, Outcome::not_sent);
  EXPECT_FALSE(never_sent.error().resend_safe_until);
}

TEST_F(PreparedTest, AClockThatWasSetBackIsNotBelieved) {
  const auto prepared = client().prepare(good_v2_request());
  ASSERT_TRUE(prepared);
  runtime->advance(-std::chrono::minutes(4));
  EXPECT_TRUE(client().send(*prepared));
  runtime->advance(-std::chrono::minutes(2));
  const auto result = client().send(*prepared);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::configuration);
  EXPECT_EQ(transport->requests().size(), 1U);
}

// As if another machine, whose clock is hours ahead or behind, had prepared it.
TEST_F(PreparedTest, IsAsOldAsItIsSaidToBeWhateverTheClocks) {
  const Client sender = client();
  for (const auto ahead : {hours(-30), hours(30)}) {
    const auto prepared = client().prepare(good_v2_request());
    ASSERT_TRUE(prepared);
    runtime->advance(ahead);
    const std::size_t before = transport->requests().size();
    ASSERT_FALSE(sender.send(*prepared));
    EXPECT_FALSE(sender.send(sender.with_age(*prepared, hours(23))));
    const Prepared told = sender.with_age(*prepared, hours(23) - std::chrono::milliseconds(1));
    EXPECT_EQ(told.idempotency_key(), prepared->idempotency_key());
    EXPECT_EQ(told.body(), prepared->body());
    EXPECT_EQ(told.foreign_id(), prepared->foreign_id());
    EXPECT_TRUE(sender.send(told));
    EXPECT_EQ(transport->requests().size(), before + 1);
  }
}

// What is known of it goes along.
TEST_F(PreparedTest, AnotherAgeMakesItNoneThatWasNeverSent) {
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  ASSERT_TRUE(prepared);
  const auto restored = Prepared::from_json(to_json(*prepared));
  const auto late = [&](const Prepared& one) {
    return sender.send(sender.with_age(one, hours(24))).error().outcome;
  };
  EXPECT_EQ(late(*prepared), Outcome::not_sent);
  EXPECT_EQ(late(*restored), Outcome::unknown);
}

TEST_F(PreparedTest, OnceItMayHaveBeenTakenNothingElseIsSaidOfIt) {
  base_options.retry.max_attempts = 1;
  base_options.breaker.failures = 0;
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  ASSERT_TRUE(prepared);

  refuse_connection();
  const auto unsent = sender.send(*prepared);
  ASSERT_FALSE(unsent);
  EXPECT_EQ(unsent.error().outcome, Outcome::not_sent) << "this one was made here, and never left";
  EXPECT_FALSE(unsent.error().resend_safe_until);

  time_out();
  const auto unknown = sender.send(*prepared);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().outcome, Outcome::unknown);
  EXPECT_EQ(unknown.error().resend_safe_until, prepared->prepared_at() + Prepared::lifetime);

  runtime->advance(seconds(1));
  refuse_connection();
  const auto again = sender.send(Prepared(*prepared));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().outcome, Outcome::unknown) << "a copy knows it, too";
  EXPECT_EQ(again.error().attempts.at(0).outcome, Outcome::not_sent);
  EXPECT_EQ(sender.stats().unknown, 2U);
}

// Each send gets a message of its own age, as where several machines share a clock.
TEST_F(PreparedTest, WhatIsKnownOfItIsKnownAtEveryAge) {
  base_options.retry.max_attempts = 1;
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  time_out();
  EXPECT_EQ(sender.send(sender.with_age(*prepared, hours(1))).error().outcome, Outcome::unknown);
  runtime->advance(seconds(1));
  for (const Prepared& one : {*prepared, sender.with_age(*prepared, hours(2))}) {
    refuse_connection();
    EXPECT_EQ(sender.send(one).error().outcome, Outcome::unknown);
  }
}

// Nor is it waited for: a repeat after that would not be sent.
TEST_F(PreparedTest, ItIsNotTriedAgainWhereItsKeyWouldBeTooOldByThen) {
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  HttpResult busy = support::FakeTransport::answer(429, "{}");
  busy.retry_after = seconds(5);
  transport->then(busy);
  const auto began = runtime->now();
  const auto result = sender.send(sender.with_age(*prepared, Prepared::lifetime - seconds(2)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry_stop, RetryStop::deadline);
  EXPECT_EQ(runtime->now(), began);
}

// Nobody knows how old its key is, nor will be when the clock has caught up.
TEST_F(PreparedTest, OneFromTheFutureIsNotCalledSafeToSendAgain) {
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  const auto restored = Prepared::from_json(to_json(sender.with_age(*prepared, -hours(48))));
  const auto refused = sender.send(*restored);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
  EXPECT_EQ(refused.error().outcome, Outcome::unknown);
  EXPECT_FALSE(refused.error().resend_safe_until);
}

TEST_F(PreparedTest, WhatWasReadFromJsonMayHaveBeenTakenFromTheStart) {
  base_options.retry.max_attempts = 1;
  const Client sender = client_in_real_time();
  const auto prepared = sender.prepare(good_v2_request());
  const auto restored = Prepared::from_json(to_json(*prepared));
  ASSERT_TRUE(restored);
  CancelToken cancelled;
  cancelled.cancel();
  CallOptions options;
  options.cancel = cancelled;
  for (const auto& result :
       {sender.send(*restored, options), sender.send_async(*restored, options).get()}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::cancelled) << result.error();
    EXPECT_EQ(result.error().outcome, Outcome::unknown);
  }
  answer(401, R"({"title":"Unauthorized"})");
  const auto refused = sender.send(*restored);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::authentication);
  EXPECT_EQ(refused.error().outcome, Outcome::unknown);
  EXPECT_TRUE(refused.error().resend_safe_until);
  EXPECT_EQ(sender.stats().not_sent, 0U);
}

TEST_F(PreparedTest, WaitsASecondAfterAnUnknownOutcome) {
  base_options.retry.max_attempts = 1;
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  time_out();
  EXPECT_FALSE(sender.send(*prepared));
  runtime->advance(std::chrono::milliseconds(999));
  const auto early = sender.send(*prepared);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::overloaded);
  EXPECT_TRUE(early.error().transient);
  EXPECT_EQ(early.error().retry_after, seconds(1));
  EXPECT_EQ(early.error().outcome, Outcome::unknown);
  runtime->advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(sender.send(*prepared));
  EXPECT_EQ(transport->requests().size(), 2U);
}

TEST_F(PreparedTest, WaitsThatSecondAlsoWhereItIsReadAnew) {
  base_options.retry.max_attempts = 1;
  const Client sender = client();
  const std::string stored = to_json(*sender.prepare(good_v2_request()));
  time_out();
  EXPECT_FALSE(sender.send(*Prepared::from_json(stored)));
  const auto early = sender.send(*Prepared::from_json(stored));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::overloaded);
  EXPECT_EQ(transport->requests().size(), 1U);
  runtime->advance(seconds(1));
  EXPECT_TRUE(sender.send(*Prepared::from_json(stored)));
}

TEST_F(PreparedTest, IsUnderWayWhileTheApplicationIsAsked) {
  base_options.retry.max_attempts = 1;
  std::function<void()> meanwhile;
  base_options.may_send = [&](const OutgoingMessage&) {
    if (const auto once = std::exchange(meanwhile, nullptr)) once();
    return true;
  };
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  time_out();
  time_out();
  std::optional<Result<Receipt>> inner;
  meanwhile = [&] { inner.emplace(sender.send(*prepared)); };
  EXPECT_FALSE(sender.send(*prepared));
  ASSERT_TRUE(inner);
  ASSERT_FALSE(*inner);
  EXPECT_EQ(inner->error().kind, ErrorKind::overloaded);
  EXPECT_EQ(transport->requests().size(), 1U) << "no two attempts within the second";
}

TEST_F(PreparedTest, ItsRestsAreForgotten) {
  base_options.retry.max_attempts = 1;
  base_options.breaker.failures = 0;
  const Client sender = client();
  for (int i = 0; i < 1'000; ++i) {
    time_out();
    EXPECT_FALSE(sender.send(*sender.prepare(good_v2_request())));
  }
  runtime->advance(seconds(1));
  EXPECT_TRUE(sender.send(*sender.prepare(good_v2_request())));
}

TEST_F(PreparedTest, IsUnderWayOnce) {
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  const auto restored = Prepared::from_json(to_json(*prepared));
  std::optional<Result<Receipt>> meanwhile;
  transport->then([&](const HttpRequest&, const CancelToken&) {
    meanwhile.emplace(sender.send(*restored));  // another copy, in the middle of the first
    return support::FakeTransport::answer(202, support::v2_queued);
  });
  EXPECT_TRUE(sender.send(*prepared));
  ASSERT_TRUE(meanwhile);
  ASSERT_FALSE(*meanwhile);
  EXPECT_EQ(meanwhile->error().kind, ErrorKind::overloaded);
  EXPECT_EQ(meanwhile->error().outcome, Outcome::unknown);
  EXPECT_EQ(transport->requests().size(), 1U);
  EXPECT_TRUE(sender.send(*restored));
}

TEST_F(PreparedTest, MayBeSentAgainByItsOwnCompletion) {
  base_options.retry.max_attempts = 1;
  std::promise<Result<Receipt>> done;
  auto future = done.get_future();
  const Client sender = client_in_real_time();
  const auto prepared = sender.prepare(good_v2_request());
  refuse_connection();
  sender.send_async(*prepared, [&](const Result<Receipt>& first) {
    EXPECT_FALSE(first);
    sender.send_async(*prepared,
                      [&](Result<Receipt> second) { done.set_value(std::move(second)); });
  });
  EXPECT_TRUE(future.get());
}

TEST_F(PreparedTest, AsksTheHookEachTime) {
  int asked = 0;
  base_options.may_send = [&](const OutgoingMessage& message) {
    EXPECT_EQ(message.kind, MessageKind::sms);
    EXPECT_EQ(message.phone_number, "+15550020001");
    EXPECT_EQ(message.foreign_id, "text-17");
    EXPECT_EQ(message.contact_id, "");
    return ++asked < 3;
  };
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_sms());
  ASSERT_TRUE(prepared);
  EXPECT_TRUE(sender.send(*Prepared::from_json(to_json(*prepared))));
  const auto refused = sender.send(*prepared);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::not_allowed);
}

}  // namespace
}  // namespace dropcowboy::v2
