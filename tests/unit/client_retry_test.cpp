// How often one send tries, how long it waits, and what it says in the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/client_over_fakes.hpp"
#include "support/fake_runtime.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::FakeRuntime;
using support::FakeTransport;
using support::good_request;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ClientRetryTest : public support::ClientOverFakes {};

HttpResult refused() { return FakeTransport::failure(Wire::not_sent, TransportFailure::connect); }

HttpResult broken() {
  return FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted);
}

TEST_F(ClientRetryTest, RetriesWhatWasNotSent) {
  transport->then(refused());
  transport->then(refused());
  const auto receipt = client().send(good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_THAT(runtime->waits(), ElementsAre(milliseconds(125), milliseconds(250)));
  ASSERT_THAT(receipt->attempts, SizeIs(3));
  EXPECT_EQ(receipt->attempts[0].outcome, Outcome::not_sent);
  EXPECT_EQ(receipt->attempts[2].outcome, Outcome::accepted);
  const auto requests = transport->requests();
  EXPECT_EQ(requests[0].body, requests[2].body);
}

TEST_F(ClientRetryTest, NeverRetriesWhatMayHaveBeenSent) {
  transport->then(broken());
  const auto result = client().send(good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_FALSE(result.error().safe_to_resend());
  EXPECT_THAT(result.error().message, HasSubstr("do not send it again"));
  EXPECT_THAT(transport->requests(), SizeIs(1));
  EXPECT_THAT(runtime->waits(), IsEmpty());
}

TEST_F(ClientRetryTest, ResendsAnUnknownOnlyWhenOptedInByName) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;
  transport->then(broken());
  EXPECT_TRUE(client().send(good_request()));
  EXPECT_THAT(transport->requests(), SizeIs(2));
}

TEST_F(ClientRetryTest, OnceUnknownStaysUnknownWhateverFollows) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;
  transport->then(broken());
  transport->then(FakeTransport::answer(400, R"({"message":"no"})"));
  EXPECT_EQ(client().send(good_request()).error().outcome, Outcome::unknown);
}

TEST_F(ClientRetryTest, RejectedIsNotForgottenWhenALaterAttemptIsNotSent) {
  transport->then(FakeTransport::answer(429));
  transport->then(refused());
  transport->then(refused());
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().outcome, Outcome::rejected);
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_THAT(result.error().attempts, SizeIs(3));
}

TEST_F(ClientRetryTest, ObeysRetryAfter) {
  HttpResult slow_down = FakeTransport::answer(429);
  slow_down.retry_after = seconds(7);
  transport->then(slow_down);
  slow_down.retry_after = seconds(16);
  transport->then(slow_down);
  EXPECT_TRUE(client().send(good_request()));
  EXPECT_THAT(runtime->waits(), ElementsAre(seconds(7), seconds(16)));
}

TEST_F(ClientRetryTest, GivesUpWhenRetryAfterPassesTheDeadline) {
  HttpResult slow_down = FakeTransport::answer(429);
  slow_down.retry_after = seconds(3600);
  transport->then(slow_down);
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().kind, ErrorKind::rate_limited);
  EXPECT_EQ(result.error().outcome, Outcome::rejected);
  EXPECT_TRUE(result.error().transient);
  EXPECT_EQ(result.error().retry_after, seconds(3600));
  EXPECT_THAT(runtime->waits(), IsEmpty());
}

TEST_F(ClientRetryTest, ATransportsWaitIsADayAtMost) {
  base_options.retry.max_attempts = 1;
  for (const auto asked : {seconds::max(), seconds(-5), seconds(7 * 86'400)}) {
    HttpResult answer = FakeTransport::answer(429, "{}");
    answer.retry_after = asked;
    transport->then(answer);
    const auto result = client().send(good_request());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().retry_after, asked < seconds(0) ? seconds(0) : seconds(86'400));
    runtime->advance(std::chrono::minutes(2));  // the pause is over
  }
}

TEST_F(ClientRetryTest, SaysWhatTheLastAttemptEndedWithThoughTheWaitForTheNextTookTooLong) {
  transport->then(refused());
  runtime->while_waiting = [this] { runtime->advance(std::chrono::minutes(10)); };
  const auto result = client().send(good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_THAT(result.error().attempts, SizeIs(1));
}

TEST_F(ClientRetryTest, OneDeadlineSpansAttemptsAndWaits) {
  runtime->jitter_value = 0.999;
  const auto slow_failure = [this](const HttpRequest&, const CancelToken&) {
    runtime->advance(seconds(4));
    return refused();
  };
  for (int i = 0; i < 3; ++i) transport->then(slow_failure);
  CallOptions options;
  options.total_timeout = seconds(10);
  const auto result = client().send(good_request(), options);
  EXPECT_FALSE(result);
  const auto requests = transport->requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].timeout, seconds(10));
  EXPECT_EQ(requests[0].connect_timeout, seconds(5));
  EXPECT_EQ(requests[1].timeout, seconds(6) - milliseconds(249));
  EXPECT_EQ(requests[2].connect_timeout, seconds(2) - milliseconds(249 + 499));
}

/// What the application does in between counts, too.
TEST_F(ClientRetryTest, TheDeadlineCountsFromTheCall) {
  base_options.may_send = [this](const OutgoingMessage&) {
    runtime->advance(seconds(5));
    return true;
  };
  std::vector<Event> events;
  base_options.on_event = [&](const Event& event) { events.push_back(event); };
  CallOptions options;
  options.total_timeout = seconds(4);
  const Client slow = client();
  for (const auto& result :
       {slow.send(good_request(), options), slow.send_async(good_request(), options).get()}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::timeout);
    EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  }
  EXPECT_THAT(transport->requests(), IsEmpty());
  ASSERT_THAT(events, SizeIs(2));
  for (const Event& event : events) EXPECT_GE(event.elapsed, seconds(5));
}

TEST_F(ClientRetryTest, WhoGivesUpWaitingLeavesItsPlaceToOthers) {
  base_options.limits.requests_per_second = 1;
  const Client paced = client();
  ASSERT_TRUE(paced.send(good_request()));
  CallOptions cancelled;
  cancelled.cancel = CancelToken();
  cancelled.cancel.cancel();
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(paced.send(good_request(), cancelled).error().kind, ErrorKind::cancelled);
  }
  ASSERT_TRUE(paced.send(good_request()));
  EXPECT_THAT(runtime->waits(), testing::Each(testing::Le(seconds(1))));
  EXPECT_LE(runtime->now(), FakeRuntime::start + seconds(1));
}

/// Whatever the last attempt ended with.
TEST_F(ClientRetryTest, AnUnknownOutcomeSaysWhatToDo) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;
  base_options.retry.max_attempts = 2;
  transport->then(broken());
  transport->then(refused());
  const auto result = client().send(good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_THAT(result.error().message, HasSubstr("no connection"));
  EXPECT_THAT(result.error().message, HasSubstr(". The message may have been taken: do not send"));
}

TEST_F(ClientRetryTest, ADeadlineOfZeroSendsNothing) {
  CallOptions options;
  options.total_timeout = milliseconds(0);
  const auto result = client().send(good_request(), options);
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientRetryTest, ACancelledTokenSendsNothing) {
  CallOptions options;
  options.cancel = CancelToken();
  options.cancel.cancel();
  const auto result = client().send(good_request(), options);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_EQ(result.error().foreign_id, "order-17");
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientRetryTest, CancellingAWaitEndsTheSend) {
  transport->then(FakeTransport::answer(429));
  CallOptions options;
  options.cancel = CancelToken();
  runtime->while_waiting = [&] { options.cancel.cancel(); };
  const auto result = client().send(good_request(), options);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(result.error().outcome, Outcome::rejected);
  EXPECT_THAT(result.error().attempts, SizeIs(1));
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(ClientRetryTest, MisdirectedAndTooEarlyAskForAFreshConnection) {
  for (const int status : {421, 425}) {
    transport->then(FakeTransport::answer(status));
    EXPECT_TRUE(client().send(good_request()));
    const auto requests = transport->requests();
    EXPECT_FALSE(requests[requests.size() - 2].fresh_connection);
    EXPECT_TRUE(requests.back().fresh_connection);
  }
}

TEST_F(ClientRetryTest, TheRetryBudgetIsSharedByAllSends) {
  base_options.retry.budget = 12;
  for (int i = 0; i < 6; ++i) transport->then(refused());
  const Client sender = client();
  EXPECT_THAT(sender.send(good_request()).error().attempts, SizeIs(3));  // takes 10
  EXPECT_THAT(sender.send(good_request()).error().attempts, SizeIs(1));  // 2 left
}

TEST_F(ClientRetryTest, WhatIsAcceptedPaysTheRetryBudgetBack) {
  base_options.retry.budget = 10;
  const Client sender = client();
  for (int i = 0; i < 10; ++i) {  // each retry costs 5, each acceptance pays 5
    transport->then(refused());
    EXPECT_TRUE(sender.send(good_request()));
  }
  for (int i = 0; i < 3; ++i) transport->then(refused());
  EXPECT_THAT(sender.send(good_request()).error().attempts, SizeIs(3)) << "it was full";
  transport->then(refused());
  EXPECT_THAT(sender.send(good_request()).error().attempts, SizeIs(1)) << "now it is empty";
}

TEST_F(ClientRetryTest, ABudgetOfZeroMeansNoRetries) {
  base_options.retry.budget = 0;
  transport->then(refused());
  EXPECT_THAT(client().send(good_request()).error().attempts, SizeIs(1));
}

// It failed by itself, and is not tried again: what ended it is told, not the cancellation.
TEST_F(ClientRetryTest, ACancellationDuringAFailingAttemptOnlyEndsTheRetries) {
  const CancelToken token;
  transport->then([token](const HttpRequest&, const CancelToken&) {
    token.cancel();
    return FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  });
  CallOptions options;
  options.cancel = token;
  const auto result = client().send(support::good_request(), options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::network) << result.error();
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(ClientRetryTest, AThrowingTransportMeansUnknown) {
  transport->then([](const HttpRequest&, const CancelToken&) -> HttpResult {
    throw std::runtime_error("pipe burst");
  });
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_THAT(result.error().message, HasSubstr("pipe burst"));
}

TEST_F(ClientRetryTest, AnOutcomeLeftAtItsDefaultMeansUnknown) {
  transport->then(HttpResult());
  EXPECT_EQ(client().send(good_request()).error().outcome, Outcome::unknown);
}
}  // namespace
}  // namespace dropcowboy
