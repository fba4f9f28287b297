// Sending over the v2 API: what goes out, what is repeated, and what is said in the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "dropcowboy/foreign_id_tagger.hpp"
#include "support/v2.hpp"

namespace dropcowboy::v2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::good_v2_request;
using support::good_v2_sms;

class V2Send : public support::V2OverFakes {
 protected:
  V2Send() { base_options.breaker.failures = 0; }
};

TEST_F(V2Send, GoesOutWithKeyAndCredentialsInItsHeaders) {
  accept();
  const auto receipt = client().send(good_v2_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->status, "queued");
  EXPECT_EQ(receipt->message_id, "7c0d5d2e-61f4-4d0a-9a57-0f6f6f1f3b11");
  EXPECT_EQ(receipt->http_status, 202);
  EXPECT_EQ(receipt->foreign_id, "order-17");
  EXPECT_EQ(receipt->body, support::v2_queued);
  EXPECT_EQ(receipt->attempts.size(), 1U);
  const auto request = transport->requests().at(0);
  EXPECT_EQ(request.method, HttpMethod::post);
  EXPECT_EQ(request.url, "https://api-v2.dropcowboy.com/rvm");
  EXPECT_EQ(request.header("x-key"), "key-1");
  EXPECT_EQ(request.header("x-secret"), "s3cr3t-value");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("Idempotency-Key"), receipt->idempotency_key);
  EXPECT_EQ(request.header("Idempotency-Key"), "00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(request.body.find("s3cr3t-value"), std::string::npos);
}

TEST_F(V2Send, EachCallHasAKeyOfItsOwn) {
  const Client sender = client_in_real_time();
  EXPECT_TRUE(sender.send(good_v2_request()));
  EXPECT_TRUE(sender.send(good_v2_request()));
  EXPECT_TRUE(sender.send_async(good_v2_request()).get());
  EXPECT_NE(key_of(0), key_of(1));
  EXPECT_NE(key_of(1), key_of(2));
}

struct Row {
  const char* name;
  HttpResult result;
  bool repeated;
  Outcome means = Outcome::unknown;
};

HttpResult status(int code, std::string body = {}) {
  return support::FakeTransport::answer(code, std::move(body));
}
HttpResult broken(Wire wire, TransportFailure failure) {
  return support::FakeTransport::failure(wire, failure);
}

class V2Retries : public V2Send, public testing::WithParamInterface<Row> {};

TEST_P(V2Retries, RepeatTheSameBytesWithTheSameKey) {
  transport->then(GetParam().result);
  accept();
  const auto result = client().send(good_v2_request());
  const auto requests = transport->requests();
  ASSERT_EQ(requests.size(), GetParam().repeated ? 2U : 1U);
  if (!GetParam().repeated) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().outcome, GetParam().means) << result.error();
    return;
  }
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_EQ(key_of(0), key_of(1));
  EXPECT_EQ(result->attempts.at(0).outcome, GetParam().means);
  if (GetParam().means == Outcome::unknown) {
    EXPECT_THAT(runtime->waits(), testing::ElementsAre(testing::Ge(seconds(1))));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, V2Retries,
    testing::ValuesIn(std::vector<Row>{
        {"timeout", broken(Wire::maybe_sent, TransportFailure::timeout), true},
        {"broken", broken(Wire::maybe_sent, TransportFailure::interrupted), true},
        {"status_500", status(500), true},
        {"status_502", status(502), true},
        {"status_503", status(503), true},
        {"status_504", status(504), true},
        {"status_408", status(408), true},
        {"status_429", status(429, R"({"message":"Too many requests"})"), true, Outcome::rejected},
        {"refused", broken(Wire::not_sent, TransportFailure::connect), true, Outcome::not_sent},
        {"status_501", status(501), false},
        {"status_400", status(400), false, Outcome::rejected},
        {"status_401", status(401), false, Outcome::rejected},
        {"status_409", status(409), false, Outcome::rejected},
        {"redirect", status(307), false, Outcome::rejected},
        {"cancelled", broken(Wire::maybe_sent, TransportFailure::cancelled), false},
        {"a_202_that_is_cut", status(202, R"({"status":"que)"), false},
        {"a_202_of_something_else", status(202, "<html>"), false},
        {"an_empty_202", status(202), false},
    }),
    [](const auto& row) { return row.param.name; });

TEST_F(V2Send, WithoutAnAcceptanceTheOutcomeIsUnknown) {
  time_out();
  answer(502, "<html>");
  answer(403, R"({"error":"forbidden"})");
  const auto result = client().send(good_v2_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_EQ(result.error().http_status, 403);
  EXPECT_EQ(result.error().attempts.size(), 3U);
  EXPECT_FALSE(result.error().resend_safe_until) << "there is nothing that could be sent again";
  EXPECT_FALSE(result.error().safe_to_resend());
}

TEST_F(V2Send, TooManyRequestsAreMetWithGrowingWaits) {
  base_options.retry.max_attempts = 5;
  runtime->jitter_value = 0.999;
  for (int i = 0; i < 4; ++i) answer(429, R"({"message":"Too many requests"})");
  accept();
  EXPECT_TRUE(client().send(good_v2_request()));
  const auto waits = runtime->waits();
  ASSERT_EQ(waits.size(), 4U);
  for (std::size_t i = 1; i < waits.size(); ++i) EXPECT_GT(waits[i], waits[i - 1]);
}

TEST_F(V2Send, NoAttemptBeginsWhenTheKeysTimeIsOver) {
  base_options.retry.max_attempts = 20;
  base_options.retry.max_backoff = std::chrono::hours(24);
  base_options.retry.initial_backoff = std::chrono::hours(8);
  base_options.total_timeout = std::chrono::hours(24 * 7);
  runtime->jitter_value = 0.999;
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  for (int i = 0; i < 20; ++i) time_out();
  for (const auto& result : {sender.send(*prepared), sender.send(good_v2_request())}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().attempts.size(), 2U) << "at 0 and 8 hours; the next is at 24";
    EXPECT_EQ(result.error().retry_stop, RetryStop::deadline);
    EXPECT_EQ(result.error().outcome, Outcome::unknown);
  }
}

TEST_F(V2Send, TheTimeInTheQueueIsNotTheKeysOfAFreshMessage) {
  // By hand, so that the time passes before the first attempt: the pace holds the second one up.
  base_options.limits.requests_per_second = 0.00001;  // one in 28 hours
  base_options.total_timeout = std::chrono::hours(24 * 7);
  const Client sender = client();
  EXPECT_TRUE(sender.send(good_v2_request()));
  EXPECT_TRUE(sender.send(good_v2_request()));
  EXPECT_GT(runtime->elapsed(), std::chrono::hours(23));
}

TEST_F(V2Send, APreparedMessageThatWaitedTooLongIsNotStarted) {
  base_options.limits.requests_per_second = 0.00001;
  base_options.total_timeout = std::chrono::hours(24 * 7);
  const Client sender = client();
  const auto prepared = sender.prepare(good_v2_request());
  EXPECT_TRUE(sender.send(good_v2_request()));
  const auto result = sender.send(*prepared);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST_F(V2Send, OpensTheBreakerAsV1Does) {
  base_options.breaker.failures = 2;
  base_options.retry.max_attempts = 1;
  const Client sender = client();
  answer(500, {});
  answer(500, {});
  EXPECT_FALSE(sender.send(good_v2_request()));
  EXPECT_FALSE(sender.send(good_v2_sms()));
  EXPECT_TRUE(sender.stats().breaker_open);
  EXPECT_EQ(sender.stats().unknown, 2U);
}

TEST_F(V2Send, TellsItsEventsUnderItsOwnNames) {
  std::vector<std::string> told;
  base_options.on_event = [&](const Event& event) {
    told.push_back(std::string(to_string(event.type)) + " " + std::string(event.operation));
    EXPECT_EQ(to_string(event).find("s3cr3t-value"), std::string::npos);
  };
  time_out();
  EXPECT_TRUE(client().send(good_v2_sms()));
  EXPECT_THAT(told,
              testing::ElementsAre("attempt_started v2 POST /sms", "retry_scheduled v2 POST /sms",
                                   "attempt_started v2 POST /sms", "finished v2 POST /sms"));
}

TEST_F(V2Send, TellsTheHookOfAContactWithoutANumber) {
  base_options.may_send = [](const OutgoingMessage& message) {
    EXPECT_EQ(message.phone_number, "");
    EXPECT_EQ(message.contact_id, "3fa85f64-5717-4562-b3fc-2c963f66afa6");
    return false;
  };
  RvmRequest request = good_v2_request();
  request.to.reset();
  request.contact_id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
  const auto result = client().send(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::not_allowed);
  EXPECT_TRUE(transport->requests().empty());
}

/// Puts the account and the number before the id.
class PlainTagger final : public ForeignIdTagger {
 public:
  std::size_t tag_length() const noexcept override { return 20; }
  Result<std::string> tag(const TaggedMessage& message) const override {
    return std::string(message.team_id) + std::string(message.phone_number) + "." +
           std::string(message.foreign_id);
  }
};

TEST_F(V2Send, TagsTheIdWithTheAccountAndTheNumber) {
  base_options.foreign_id_tagger = std::make_shared<PlainTagger>();
  base_options.team_id = "team-1";
  const Client sender = client();
  const auto receipt = sender.send(good_v2_sms());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->foreign_id, "text-17");
  EXPECT_EQ(receipt->wire_foreign_id, "team-1+15550020001.text-17");
  EXPECT_NE(transport->requests().at(0).body.find(receipt->wire_foreign_id), std::string::npos);
  RvmRequest request = good_v2_request();
  request.contact_id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
  request.to.reset();
  const auto refused = sender.send(request);
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().issues.size(), 1U);
  EXPECT_EQ(refused.error().issues[0].field, "to");
}

TEST_F(V2Send, ARuntimeThatMakesNoKeyStopsTheMessage) {
  class Keyless final : public Runtime {
   public:
    std::chrono::steady_clock::time_point now() override { return {}; }
    void wait_until(std::chrono::steady_clock::time_point, const CancelToken&) override {}
    double jitter() override { return 0; }
    std::string new_id() override { return "id"; }
    std::string new_key() override { return "caf\xC3\xA9"; }
  };
  v2::ClientOptions options = base_options;
  options.transport = transport;
  options.runtime = std::make_shared<Keyless>();
  const auto result = Client(options).send(good_v2_request());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::configuration);
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(V2Send, RefusesAnEmptyCompletion) {
  const Client sender = client();
  EXPECT_THROW(sender.send_async(good_v2_request(), Client::Completion(nullptr)), Exception);
  EXPECT_TRUE(transport->requests().empty());
}

struct Shape {
  const char* name;
  std::string body;
  std::string code;
  std::string message;
  std::string request_id;
};

class V2Failures : public V2Send, public testing::WithParamInterface<Shape> {};

TEST_P(V2Failures, AreReadInEveryShape) {
  HttpResult answer = status(402, GetParam().body);
  answer.request_id = "of-the-header";
  transport->then(answer);
  const auto result = client().send(good_v2_request());
  ASSERT_FALSE(result);
  const Error& error = result.error();
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_NE(error.message.find(GetParam().message), std::string::npos) << error;
  EXPECT_EQ(error.request_id, GetParam().request_id);
  EXPECT_NE(to_string(error).find("code " + error.code), std::string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(
    Table, V2Failures,
    testing::ValuesIn(std::vector<Shape>{
        {"rfc_9457",
         R"({"type":"https://api-v2.dropcowboy.com/errors/payment-required","title":"No",)"
         R"("status":402,"detail":"No funds left","request_id":"of-the-body"})",
         "payment-required", "No funds left", "of-the-body"},
        {"rfc_9457_with_details",
         R"({"type":"https://x/errors/y","title":"No","details":{"code":"insufficient_balance"}})",
         "insufficient_balance", "No", "of-the-header"},
        {"plan_gate", R"({"error":"byoc_required","message":"Ask sales"})", "byoc_required",
         "Ask sales", "of-the-header"},
        {"detail_object",
         R"({"message":"Not here","detail":{"code":"invalid_site_id","reason":"x"},"code":"no"})",
         "invalid_site_id", "Not here", "of-the-header"},
        {"meta", R"({"code":"plain","meta":{"request_id":"of-meta"},"request_id":"of-the-body"})",
         "plain", "code plain", "of-meta"},
        {"blank_words", R"({"code":" ","error":"","type":"about/thing/","title":"T"})", "thing",
         "T", "of-the-header"},
    }),
    [](const auto& row) { return row.param.name; });

TEST_F(V2Send, AnAnswerWithoutACodeHasNone) {
  for (const char* body : {R"({"message":"Too many requests"})", "<html>", "", "[1]",
                           R"({"type":"about:blank"})", R"({"code":7,"type":"/"})"}) {
    answer(400, body);
    const auto result = client().send(good_v2_request());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "") << body;
  }
}

TEST_F(V2Send, NeverRepeatsTheSecret) {
  for (const char* body : {R"({"code":"s3cr3t-value","message":"s3cr3t-value"})",
                           R"({"type":"x/s3cr3t-value","request_id":"s3cr3t-value"})"}) {
    answer(400, body);
    const auto result = client().send(good_v2_request());
    ASSERT_FALSE(result);
    std::ostringstream all;
    all << result.error() << result.error().body << result.error().code
        << result.error().request_id;
    EXPECT_EQ(all.str().find("s3cr3t-value"), std::string::npos) << all.str();
  }
  answer(202, R"({"status":"queued","message_id":"s3cr3t-value","x":"s3cr3t-value"})");
  const auto receipt = client().send(good_v2_request());
  ASSERT_TRUE(receipt);
  EXPECT_EQ((receipt->message_id + receipt->body).find("s3cr3t-value"), std::string::npos);
}

}  // namespace
}  // namespace dropcowboy::v2
