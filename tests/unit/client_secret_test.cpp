// The secret reaches no error, no event and nothing that is kept.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/client_over_fakes.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using support::FakeTransport;
using support::good_request;
using testing::HasSubstr;
using testing::Not;

const char secret[] = "s3cr3t/with\"quote";

class ClientSecretTest : public support::ClientOverFakes {
 protected:
  ClientSecretTest() { base_options.credentials = {"team-1", secret}; }
};

TEST_F(ClientSecretTest, AnEchoingServiceDoesNotLeakTheSecret) {
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

TEST_F(ClientSecretTest, EventsDoNotRepeatWhatTheServiceSaid) {
  std::string reasons;
  base_options.on_event = [&](const Event& event) { reasons += event.reason; };
  transport->then(FakeTransport::answer(400, R"({"message":"bad number +15550010001"})"));
  EXPECT_THAT(client().send(good_request()).error().message, HasSubstr("+15550010001"));
  EXPECT_THAT(reasons, HasSubstr("HTTP 400"));
  EXPECT_THAT(reasons, Not(HasSubstr("15550010001")));
}

TEST_F(ClientSecretTest, KeepsTheBeginningOfALongAnswer) {
  transport->then(FakeTransport::answer(502, "<html>" + std::string(10'000, 'x')));
  const auto result = client().send(good_request());
  EXPECT_EQ(result.error().body.size(), 4096U);
  EXPECT_EQ(result.error().kind, ErrorKind::service);
}

// What is kept is cut first: the end of the piece must not show the beginning of the secret.
TEST_F(ClientSecretTest, ASecretAtTheEndOfWhatIsKeptLeavesNothing) {
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

TEST_F(ClientSecretTest, TakesTheIdOfADropAsItCameWhateverTheSecretIs) {
  base_options.credentials = {"team-1", "test"};
  transport->then(
      FakeTransport::answer(200, R"({"status":"queued","drop_id":"a-test-1","name":"test"})"));
  const auto receipt = client().send(good_request());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->drop_id, "a-test-1");
  EXPECT_EQ(receipt->body, R"({"status":"queued","drop_id":"a-[secret]-1","name":"[secret]"})");
}
}  // namespace
}  // namespace dropcowboy
