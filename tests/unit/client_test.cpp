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
using support::FakeTransport;
using support::good_request;
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

}  // namespace
}  // namespace dropcowboy
