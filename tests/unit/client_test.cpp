#include "dropcowboy/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

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
using testing::Not;
using testing::SizeIs;

const char secret[] = "s3cr3t/with\"quote";

class ClientTest : public support::ClientOverFakes {
 protected:
  ClientTest() { base_options.credentials = {"team-1", secret}; }
};

HttpResult refused() { return FakeTransport::failure(Wire::not_sent, TransportFailure::connect); }

HttpResult broken() {
  return FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted);
}

TEST_F(ClientTest, PostsTheRequestWithCredentialsInHeadersAndBody) {
  const auto receipt = client().send(good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  ASSERT_THAT(transport->requests(), SizeIs(1));
  const auto request = transport->requests().front();
  EXPECT_EQ(request.method, HttpMethod::post);
  EXPECT_EQ(request.url, "https://api.dropcowboy.com/v1/rvm");
  EXPECT_EQ(request.header("x-team-id"), "team-1");
  EXPECT_EQ(request.header("x-secret"), secret);
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_THAT(request.header("User-Agent"), testing::StartsWith("dropcowboy-cpp/"));
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body, nlohmann::json({{"team_id", "team-1"},
                                  {"secret", secret},
                                  {"brand_id", good_request().brand_id},
                                  {"phone_number", "+15550010001"},
                                  {"recording_id", *good_request().recording_id},
                                  {"forwarding_number", "+15557654321"},
                                  {"foreign_id", "order-17"}}));
}

TEST_F(ClientTest, TheWordForTheDefaultRouteStaysHere) {
  RvmRequest request = good_request();
  request.forwarding_number.reset();
  request.use_default_route = true;
  const auto receipt = client().send(request);
  ASSERT_TRUE(receipt) << receipt.error();
  const auto body = nlohmann::json::parse(transport->requests().at(0).body);
  EXPECT_FALSE(body.contains("use_default_route"));
  EXPECT_FALSE(body.contains("forwarding_number"));
}

TEST_F(ClientTest, GivesTheReceipt) {
  HttpResult accepted =
      FakeTransport::answer(200, R"({"status":"queued","drop_id":"d-1","kept":true})");
  accepted.request_id = "r-1";
  transport->then(accepted);
  const auto receipt = client().send(good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->status, "queued");
  EXPECT_EQ(receipt->foreign_id, "order-17");
  EXPECT_EQ(receipt->drop_id, "d-1");
  EXPECT_EQ(receipt->request_id, "r-1");
  EXPECT_EQ(receipt->http_status, 200);
  EXPECT_THAT(receipt->body, HasSubstr("kept"));
  ASSERT_THAT(receipt->attempts, SizeIs(1));
  EXPECT_EQ(receipt->attempts[0].outcome, Outcome::accepted);
}

TEST_F(ClientTest, TheIdInTheAnswerGoesBeforeThatOfItsHeader) {
  for (const int status : {200, 400}) {
    HttpResult answer =
        FakeTransport::answer(status, R"({"status":"queued","request_id":"body","message":"no"})");
    answer.request_id = "header";
    transport->then(answer);
    const auto result = client().send(good_request());
    EXPECT_EQ(result ? result->request_id.value_or("") : result.error().request_id, "body");
  }
}

TEST_F(ClientTest, ATransportsWaitIsADayAtMost) {
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

TEST_F(ClientTest, SaysWhatTheLastAttemptEndedWithThoughTheWaitForTheNextTookTooLong) {
  transport->then(refused());
  runtime->while_waiting = [this] { runtime->advance(std::chrono::minutes(10)); };
  const auto result = client().send(good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_THAT(result.error().attempts, SizeIs(1));
}

TEST_F(ClientTest, MakesAForeignIdWhenTheCallerHasNone) {
  RvmRequest request = good_request();
  request.foreign_id.reset();
  transport->then(FakeTransport::answer(200, R"({"status":"queued"})"));
  transport->then(FakeTransport::answer(400));
  const Client sender = client();
  EXPECT_EQ(sender.send(request).value().foreign_id, "id-1");
  EXPECT_EQ(sender.send(request).error().foreign_id, "id-2");
  EXPECT_EQ(nlohmann::json::parse(transport->requests()[1].body)["foreign_id"], "id-2");
}

TEST_F(ClientTest, RefusesAnInvalidRequestWithAllFaultsBeforeAnyByteLeaves) {
  RvmRequest request;
  request.phone_number = "5552223333";
  request.foreign_id = "order-17";
  const auto result = client().send(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_FALSE(result.error().transient);
  EXPECT_EQ(result.error().foreign_id, "order-17");
  EXPECT_EQ(result.error().issues.size(), validate(request).errors.size());
  EXPECT_GE(result.error().issues.size(), 4U);
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientTest, AsksMaySendAndObeysIt) {
  base_options.may_send = [](const OutgoingMessage& message) {
    return message.phone_number != "+15550010001";
  };
  const auto result = client().send(good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::not_allowed);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_FALSE(result.error().transient);
  EXPECT_EQ(result.error().foreign_id, "order-17");
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientTest, AThrowingMaySendMeansNo) {
  base_options.may_send = [](const OutgoingMessage&) -> bool {
    throw std::runtime_error("db down");
  };
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().kind, ErrorKind::not_allowed);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_TRUE(result.error().transient);
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientTest, RetriesWhatWasNotSent) {
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

TEST_F(ClientTest, NeverRetriesWhatMayHaveBeenSent) {
  transport->then(broken());
  const auto result = client().send(good_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_FALSE(result.error().safe_to_resend());
  EXPECT_THAT(result.error().message, HasSubstr("do not send it again"));
  EXPECT_THAT(transport->requests(), SizeIs(1));
  EXPECT_THAT(runtime->waits(), IsEmpty());
}

TEST_F(ClientTest, ResendsAnUnknownOnlyWhenOptedInByName) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;
  transport->then(broken());
  EXPECT_TRUE(client().send(good_request()));
  EXPECT_THAT(transport->requests(), SizeIs(2));
}

TEST_F(ClientTest, OnceUnknownStaysUnknownWhateverFollows) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;
  transport->then(broken());
  transport->then(FakeTransport::answer(400, R"({"message":"no"})"));
  EXPECT_EQ(client().send(good_request()).error().outcome, Outcome::unknown);
}

TEST_F(ClientTest, RejectedIsNotForgottenWhenALaterAttemptIsNotSent) {
  transport->then(FakeTransport::answer(429));
  transport->then(refused());
  transport->then(refused());
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().outcome, Outcome::rejected);
  EXPECT_EQ(result.error().kind, ErrorKind::network);
  EXPECT_THAT(result.error().attempts, SizeIs(3));
}

TEST_F(ClientTest, ObeysRetryAfter) {
  HttpResult slow_down = FakeTransport::answer(429);
  slow_down.retry_after = seconds(7);
  transport->then(slow_down);
  slow_down.retry_after = seconds(16);
  transport->then(slow_down);
  EXPECT_TRUE(client().send(good_request()));
  EXPECT_THAT(runtime->waits(), ElementsAre(seconds(7), seconds(16)));
}

TEST_F(ClientTest, GivesUpWhenRetryAfterPassesTheDeadline) {
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

TEST_F(ClientTest, OneDeadlineSpansAttemptsAndWaits) {
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
TEST_F(ClientTest, TheDeadlineCountsFromTheCall) {
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

TEST_F(ClientTest, WhoGivesUpWaitingLeavesItsPlaceToOthers) {
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
TEST_F(ClientTest, AnUnknownOutcomeSaysWhatToDo) {
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

TEST_F(ClientTest, ADeadlineOfZeroSendsNothing) {
  CallOptions options;
  options.total_timeout = milliseconds(0);
  const auto result = client().send(good_request(), options);
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientTest, ACancelledTokenSendsNothing) {
  CallOptions options;
  options.cancel = CancelToken();
  options.cancel.cancel();
  const auto result = client().send(good_request(), options);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_EQ(result.error().foreign_id, "order-17");
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(ClientTest, CancellingAWaitEndsTheSend) {
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

TEST_F(ClientTest, MisdirectedAndTooEarlyAskForAFreshConnection) {
  for (const int status : {421, 425}) {
    transport->then(FakeTransport::answer(status));
    EXPECT_TRUE(client().send(good_request()));
    const auto requests = transport->requests();
    EXPECT_FALSE(requests[requests.size() - 2].fresh_connection);
    EXPECT_TRUE(requests.back().fresh_connection);
  }
}

TEST_F(ClientTest, TheRetryBudgetIsSharedByAllSends) {
  base_options.retry.budget = 12;
  for (int i = 0; i < 6; ++i) transport->then(refused());
  const Client sender = client();
  EXPECT_THAT(sender.send(good_request()).error().attempts, SizeIs(3));  // takes 10
  EXPECT_THAT(sender.send(good_request()).error().attempts, SizeIs(1));  // 2 left
}

TEST_F(ClientTest, WhatIsAcceptedPaysTheRetryBudgetBack) {
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

TEST_F(ClientTest, ABudgetOfZeroMeansNoRetries) {
  base_options.retry.budget = 0;
  transport->then(refused());
  EXPECT_THAT(client().send(good_request()).error().attempts, SizeIs(1));
}

TEST_F(ClientTest, AThrowingTransportMeansUnknown) {
  transport->then([](const HttpRequest&, const CancelToken&) -> HttpResult {
    throw std::runtime_error("pipe burst");
  });
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_THAT(result.error().message, HasSubstr("pipe burst"));
}

TEST_F(ClientTest, AnOutcomeLeftAtItsDefaultMeansUnknown) {
  transport->then(HttpResult());
  EXPECT_EQ(client().send(good_request()).error().outcome, Outcome::unknown);
}

TEST_F(ClientTest, TellsEachStep) {
  std::vector<Event> events;
  base_options.on_event = [&](const Event& event) {
    events.push_back(event);
    throw std::runtime_error("listeners may fail");
  };
  transport->then(refused());
  EXPECT_TRUE(client().send(good_request()));
  ASSERT_THAT(events, SizeIs(4));
  EXPECT_EQ(events[0].type, EventType::attempt_started);
  EXPECT_EQ(events[0].attempt, 1);
  EXPECT_EQ(events[1].type, EventType::retry_scheduled);
  EXPECT_EQ(events[1].outcome, Outcome::not_sent);
  EXPECT_EQ(events[1].wait, milliseconds(125));
  EXPECT_THAT(events[1].reason, Not(IsEmpty()));
  EXPECT_EQ(events[2].type, EventType::attempt_started);
  EXPECT_EQ(events[2].attempt, 2);
  EXPECT_EQ(events[3].type, EventType::finished);
  EXPECT_EQ(events[3].outcome, Outcome::accepted);
  EXPECT_EQ(events[3].attempt, 2);
  EXPECT_EQ(events[3].elapsed, milliseconds(125));
  for (const Event& event : events) {
    EXPECT_EQ(event.foreign_id, "order-17");
    EXPECT_EQ(event.operation, "POST /rvm");
    EXPECT_THAT(event.reason, Not(HasSubstr("555001")));
  }
}

TEST_F(ClientTest, AnEchoingServiceDoesNotLeakTheSecret) {
  std::string seen;
  base_options.on_event = [&](const Event& event) { seen += event.reason; };
  transport->then([](const HttpRequest& request, const CancelToken&) {
    HttpResult echo = FakeTransport::answer(400, std::string(request.body));
    echo.request_id = secret;
    return echo;
  });
  transport->then([](const HttpRequest&, const CancelToken&) {
    return FakeTransport::answer(
        403, nlohmann::json({{"message", std::string("bad secret ") + secret}}).dump());
  });
  transport->then([](const HttpRequest&, const CancelToken&) -> HttpResult {
    throw std::runtime_error(std::string("x-secret: ") + secret);
  });
  transport->then(FakeTransport::answer(
      200, nlohmann::json({{"status", "queued"}, {"request_id", secret}, {"s", secret}}).dump()));
  const Client sender = client();
  for (int i = 0; i < 4; ++i) {
    const auto result = sender.send(good_request());
    if (result) {
      seen += result->body + result->request_id.value_or("") + result->status;
    } else {
      std::ostringstream out;
      out << result.error() << Exception(result.error()).what() << result.error().body
          << result.error().request_id;
      for (const Attempt& attempt : result.error().attempts) out << attempt.detail;
      seen += out.str();
    }
  }
  EXPECT_THAT(seen, HasSubstr("[secret]"));
  EXPECT_THAT(seen, Not(HasSubstr("s3cr3t")));
}

TEST_F(ClientTest, EventsDoNotRepeatWhatTheServiceSaid) {
  std::string reasons;
  base_options.on_event = [&](const Event& event) { reasons += event.reason; };
  transport->then(FakeTransport::answer(400, R"({"message":"bad number +15550010001"})"));
  EXPECT_THAT(client().send(good_request()).error().message, HasSubstr("+15550010001"));
  EXPECT_THAT(reasons, HasSubstr("HTTP 400"));
  EXPECT_THAT(reasons, Not(HasSubstr("15550010001")));
}

TEST_F(ClientTest, KeepsTheBeginningOfALongAnswer) {
  transport->then(FakeTransport::answer(502, "<html>" + std::string(10'000, 'x')));
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().body.size(), 4096U);
  EXPECT_EQ(result.error().kind, ErrorKind::service);
}

// What is kept is cut first: the end of the piece must not show the beginning of the secret.
TEST_F(ClientTest, ASecretAtTheEndOfWhatIsKeptLeavesNothing) {
  for (const std::size_t before : {199U, 195U, 4095U, 4091U}) {
    transport->then(FakeTransport::answer(502, std::string(before, 'x') + secret));
    const auto result = client().send(good_request());
    EXPECT_THAT(result.error().body, Not(HasSubstr("xs"))) << before;
    EXPECT_LE(result.error().body.size(), 4096U);
    transport->then(FakeTransport::answer(
        400, nlohmann::json({{"message", std::string(before, 'x') + secret}}).dump()));
    EXPECT_THAT(client().send(good_request()).error().message, Not(HasSubstr("xs"))) << before;
  }
}

TEST_F(ClientTest, TakesTheIdOfADropAsItCameWhateverTheSecretIs) {
  base_options.credentials = {"team-1", "test"};
  transport->then(
      FakeTransport::answer(200, R"({"status":"queued","drop_id":"a-test-1","name":"test"})"));
  const auto receipt = client().send(good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->drop_id, "a-test-1");
  EXPECT_EQ(receipt->body, R"({"status":"queued","drop_id":"a-[secret]-1","name":"[secret]"})");
}

TEST_F(ClientTest, QuotesWhatTheServiceSaid) {
  transport->then(FakeTransport::answer(400, R"({"message":"Invalid brand","request_id":"q-9"})"));
  const auto result = client().send(good_request());
  EXPECT_THAT(result.error().message, HasSubstr("Invalid brand"));
  EXPECT_EQ(result.error().request_id, "q-9");
  EXPECT_EQ(result.error().http_status, 400);
}

TEST_F(ClientTest, ATrailingSlashOfTheBaseUrlIsTolerated) {
  base_options.base_url = "https://example.org/v1/";
  EXPECT_TRUE(client().send(good_request()));
  EXPECT_EQ(transport->requests()[0].url, "https://example.org/v1/rvm");
}

TEST(ClientCreation, ReportsEveryFaultOfItsOptions) {
  ClientOptions options;
  options.base_url = "http://example.org/v1";
  options.total_timeout = milliseconds(-1);
  const auto result = Client::create(options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::configuration);
  EXPECT_GE(result.error().issues.size(), 4U);  // both credentials, the URL, the deadline
  EXPECT_THROW(Client{options}, Exception);
}

TEST_F(ClientTest, ManyThreadsShareOneClient) {
  const Client sender = client();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(sender.send(good_request()));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(transport->requests(), SizeIs(400));
}

// It failed by itself, and is not tried again: what ended it is told, not the cancellation.
TEST_F(ClientTest, ACancellationDuringAFailingAttemptOnlyEndsTheRetries) {
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

}  // namespace
}  // namespace dropcowboy
