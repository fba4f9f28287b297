// The breaker as a program sees it. What it decides is in circuit_breaker_test.cpp, what it does to
// a campaign in outage_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/client_over_fakes.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using std::chrono::seconds;
using support::FakeTransport;
using support::good_request;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

class BreakerTest : public support::ClientOverFakes {
 protected:
  void open(const Client& sender) {
    for (int i = 0; i < 5; ++i) {
      answer(500, "");
      EXPECT_EQ(sender.send(good_request()).error().outcome, Outcome::unknown);
    }
  }
};

TEST_F(BreakerTest, SendWaitsWithinItsLimitAndThenTries) {
  const Client sender = client();
  open(sender);
  EXPECT_TRUE(sender.stats().breaker_open);
  EXPECT_TRUE(sender.send(good_request()));
  EXPECT_THAT(runtime->waits(), ElementsAre(seconds(5)));
}

TEST_F(BreakerTest, SendComesBackNotSentAndTransientIfItsLimitIsShorter) {
  const Client sender = client();
  open(sender);
  CallOptions limited;
  limited.total_timeout = seconds(4);
  const auto result = sender.send(good_request(), limited);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_TRUE(result.error().transient);
  EXPECT_THAT(result.error().attempts, IsEmpty());
  EXPECT_THAT(result.error().message, HasSubstr("too much failed"));
  EXPECT_THAT(runtime->waits(), IsEmpty()) << "waiting would have been of no use";
  EXPECT_THAT(transport->requests(), SizeIs(5));
}

TEST_F(BreakerTest, ACancelledTokenEndsTheWait) {
  const Client sender = client();
  open(sender);
  CallOptions cancellable;
  cancellable.cancel = CancelToken();
  runtime->while_waiting = [&] { cancellable.cancel.cancel(); };
  const auto result = sender.send(good_request(), cancellable);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
}

TEST_F(BreakerTest, ARetryThatItHoldsUpBeyondTheDeadlineSaysSo) {
  const Client sender = client();
  for (int i = 0; i < 3; ++i) {
    answer(500, "");
    EXPECT_FALSE(sender.send(good_request()));
  }
  for (int i = 0; i < 2; ++i) {
    transport->then(FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  }
  CallOptions limited;
  limited.total_timeout = seconds(4);
  const auto result = sender.send(good_request(), limited);
  EXPECT_EQ(result.error().kind, ErrorKind::network) << "what the last attempt ended with";
  EXPECT_THAT(result.error().attempts, SizeIs(2));
  EXPECT_EQ(result.error().retry_stop, RetryStop::breaker);
  EXPECT_THAT(to_string(result.error()), HasSubstr("retries stopped by breaker"));
}

TEST_F(BreakerTest, StatsSayWhetherItIsOpenAndHowOftenItWas) {
  base_options.limits.max_in_flight = 2;
  const Client sender = client();
  EXPECT_FALSE(sender.stats().breaker_open);
  EXPECT_EQ(sender.stats().breaker_opened, 0U);
  open(sender);
  EXPECT_EQ(sender.stats().breaker_opened, 1U);
  EXPECT_TRUE(sender.send(good_request()));
  EXPECT_FALSE(sender.stats().breaker_open) << "two at a time is all it has";
  EXPECT_EQ(sender.stats().breaker_opened, 1U);
}

TEST_F(BreakerTest, ZeroTurnsItOff) {
  base_options.breaker.failures = 0;
  const Client sender = client();
  for (int i = 0; i < 20; ++i) open(sender);
  EXPECT_FALSE(sender.stats().breaker_open);
  EXPECT_THAT(runtime->waits(), Each(Le(std::chrono::milliseconds(1)))) << "only the pace";
}

TEST_F(BreakerTest, IsForMessages) {
  const Client sender = client();
  open(sender);
  answer(200, "[]");
  EXPECT_TRUE(sender.list_brands()) << "other calls go on";
  EXPECT_THAT(runtime->waits(), IsEmpty());
  for (int i = 0; i < 10; ++i) {
    answer(401, "{}");
    EXPECT_FALSE(sender.list_brands());
  }
  EXPECT_EQ(sender.stats().breaker_opened, 1U) << "nor do they count";
}

TEST_F(BreakerTest, AnOptInToUnknownResendsIsHeldUp) {
  base_options.retry.resend_unknown_at_risk_of_duplicates = true;
  base_options.retry.max_attempts = 20;
  base_options.total_timeout = std::chrono::minutes(1);
  const Client sender = client();
  for (int i = 0; i < 20; ++i) answer(500, "");
  const auto result = sender.send(good_request());
  EXPECT_LT(result.error().attempts.size(), 10U);
  EXPECT_EQ(result.error().retry_stop, RetryStop::breaker);
}

}  // namespace
}  // namespace dropcowboy
