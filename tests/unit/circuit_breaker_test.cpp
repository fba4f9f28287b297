#include "delivery/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace dropcowboy::delivery {

// For gtest's messages.
void PrintTo(CircuitBreaker::Change change, std::ostream* out) { *out << static_cast<int>(change); }

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Change = CircuitBreaker::Change;
using Epoch = CircuitBreaker::Epoch;
using Sign = CircuitBreaker::Sign;
using TimePoint = CircuitBreaker::TimePoint;

class CircuitBreakerTest : public ::testing::Test {
 protected:
  /// One attempt that begins and ends now.
  Change attempt(Sign sign) {
    const auto epoch = breaker.start(now);
    EXPECT_TRUE(epoch) << "it was not let start";
    return breaker.end(epoch.value_or(0), sign, now);
  }
  void open() {
    for (int i = 1; i < 5; ++i) ASSERT_EQ(attempt(Sign::bad), Change::none);
    ASSERT_EQ(attempt(Sign::bad), Change::opened);
  }
  /// How many could start now; they stay under way.
  std::vector<Epoch> start_all() {
    std::vector<Epoch> started;
    while (started.size() < 1'000) {
      const auto epoch = breaker.start(now);
      if (!epoch) break;
      started.push_back(*epoch);
    }
    return started;
  }

  CircuitBreaker breaker{BreakerOptions(), 64};
  TimePoint now{hours(1000)};
};

TEST_F(CircuitBreakerTest, LetsEverythingStartWhileTheServiceWorks) {
  EXPECT_EQ(start_all().size(), 1'000U);
  EXPECT_EQ(breaker.next(now), now);
  EXPECT_TRUE(breaker.is_closed());
}

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
  open();
  EXPECT_FALSE(breaker.is_closed());
  EXPECT_EQ(breaker.times_opened(), 1U);
  EXPECT_FALSE(breaker.start(now));
  EXPECT_EQ(breaker.next(now), now + seconds(5));
  EXPECT_FALSE(breaker.start(now + seconds(4)));
  EXPECT_TRUE(breaker.start(now + seconds(5)));
}

TEST_F(CircuitBreakerTest, AnAcceptanceBetweenThemBreaksTheRow) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(attempt(i % 5 == 4 ? Sign::good : Sign::bad), Change::none);
  }
}

TEST_F(CircuitBreakerTest, WhatIsAboutOneMessageNeitherCountsNorBreaksTheRow) {
  for (int i = 1; i < 5; ++i) {
    EXPECT_EQ(attempt(Sign::bad), Change::none);
    EXPECT_EQ(attempt(Sign::none), Change::none);
  }
  EXPECT_EQ(attempt(Sign::bad), Change::opened);
}

TEST_F(CircuitBreakerTest, TriesOneMessageAndThenWaitsTwiceAsLongUpToTheLongest) {
  open();
  for (const auto wait : {seconds(5), seconds(10), seconds(20), seconds(40), seconds(80),
                          seconds(160), seconds(300), seconds(300)}) {
    EXPECT_EQ(breaker.next(now), now + wait);
    now += wait;
    const auto probe = breaker.start(now);
    ASSERT_TRUE(probe);
    EXPECT_FALSE(breaker.start(now + hours(1))) << "one at a time, however long it takes";
    EXPECT_EQ(breaker.next(now), TimePoint::max());
    EXPECT_EQ(breaker.end(*probe, Sign::bad, now), Change::opened);
  }
}

TEST_F(CircuitBreakerTest, AProbeThatTellsNothingIsFollowedByAnother) {
  open();
  now += seconds(5);
  EXPECT_EQ(attempt(Sign::none), Change::none);
  EXPECT_EQ(start_all().size(), 1U);
}

TEST_F(CircuitBreakerTest, EachAcceptanceDoublesTheWindowUpToTheLimit) {
  open();
  now += seconds(5);
  std::vector<Epoch> under_way = start_all();
  for (const std::size_t window : {2U, 4U, 8U, 16U, 32U}) {
    EXPECT_EQ(breaker.end(under_way.back(), Sign::good, now), Change::none);
    under_way.pop_back();
    for (const Epoch epoch : start_all()) under_way.push_back(epoch);
    EXPECT_EQ(under_way.size(), window);
    EXPECT_FALSE(breaker.is_closed());
  }
  EXPECT_EQ(breaker.end(under_way.back(), Sign::good, now), Change::closed);
  EXPECT_TRUE(breaker.is_closed());
  EXPECT_EQ(start_all().size(), 1'000U);
}

TEST_F(CircuitBreakerTest, AFailureDuringTheRecoveryOpensItAgainForLonger) {
  open();
  now += seconds(5);
  EXPECT_EQ(attempt(Sign::good), Change::none);
  EXPECT_EQ(attempt(Sign::bad), Change::opened);
  EXPECT_EQ(breaker.next(now), now + seconds(10));
}

TEST_F(CircuitBreakerTest, AfterAFullRecoveryItWaitsShortAgain) {
  open();
  for (const auto wait : {seconds(5), seconds(10)}) {
    now += wait;
    EXPECT_EQ(attempt(Sign::bad), Change::opened);
  }
  now += seconds(20);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(attempt(Sign::good), i < 5 ? Change::none : Change::closed);
  open();
  EXPECT_EQ(breaker.next(now), now + seconds(5));
}

TEST_F(CircuitBreakerTest, WhatBeganBeforeItOpenedDoesNotCountAfterwards) {
  const auto before = breaker.start(now);
  open();
  EXPECT_FALSE(breaker.still_allows(*before));
  EXPECT_EQ(breaker.end(*before, Sign::good, now), Change::none);
  EXPECT_EQ(breaker.next(now), now + seconds(5));
  now += seconds(5);
  const auto probe = breaker.start(now);
  EXPECT_EQ(breaker.end(*before, Sign::bad, now), Change::none);
  EXPECT_EQ(breaker.end(*probe, Sign::good, now), Change::none) << "the window is 2";
  EXPECT_EQ(start_all().size(), 2U);
}

TEST_F(CircuitBreakerTest, ZeroTurnsItOff) {
  BreakerOptions options;
  options.failures = 0;
  CircuitBreaker off(options, 64);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(off.end(off.start(now).value(), Sign::bad, now), Change::none);
  }
  EXPECT_TRUE(off.is_closed());
}

TEST(CircuitBreakerSign, OnlyTheServiceOrTheWholeAccountIsBad) {
  struct Row {
    Verdict verdict;
    int status;
    Sign sign;
  };
  using O = Outcome;
  using K = ErrorKind;
  const Row rows[] = {
      {{O::accepted, false, K::service}, 200, Sign::good},
      {{O::unknown, true, K::service}, 500, Sign::bad},
      {{O::unknown, true, K::timeout}, 0, Sign::bad},
      {{O::unknown, true, K::network}, 0, Sign::bad},
      {{O::unknown, false, K::bad_response}, 200, Sign::bad},
      {{O::unknown, true, K::cancelled}, 0, Sign::none},
      {{O::unknown, true, K::shutdown}, 0, Sign::none},
      {{O::not_sent, true, K::cancelled}, 0, Sign::none},
      {{O::not_sent, true, K::timeout}, 0, Sign::bad},
      {{O::not_sent, true, K::network}, 0, Sign::bad},
      {{O::not_sent, false, K::tls}, 0, Sign::bad},
      {{O::not_sent, false, K::configuration}, 0, Sign::none},
      {{O::not_sent, true, K::service}, 421, Sign::none},
      {{O::rejected, false, K::authentication}, 401, Sign::bad},
      {{O::rejected, false, K::refused}, 402, Sign::bad},
      {{O::rejected, false, K::authentication}, 403, Sign::bad},
      {{O::rejected, false, K::refused}, 400, Sign::none},
      {{O::rejected, false, K::refused}, 404, Sign::none},
      {{O::rejected, false, K::refused}, 200, Sign::none},
      {{O::rejected, true, K::rate_limited}, 429, Sign::none},
      {{O::rejected, true, K::service}, 503, Sign::bad},
      {{O::rejected, false, K::bad_response}, 302, Sign::none},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CircuitBreaker::sign_of(row.verdict, row.status), row.sign)
        << to_string(row.verdict.outcome) << ' ' << to_string(row.verdict.kind) << ' '
        << row.status;
  }
}

}  // namespace
}  // namespace dropcowboy::delivery
