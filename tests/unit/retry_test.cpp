#include "delivery/retry.hpp"

#include <gtest/gtest.h>

#include "delivery/retry_budget.hpp"

namespace dropcowboy::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

RetryState transient(Outcome outcome, ErrorKind kind = ErrorKind::network) {
  RetryState state;
  state.verdict = {outcome, true, kind};
  state.time_left = seconds(60);
  state.budget = 500;
  state.jitter = 0.5;
  return state;
}

TEST(Retry, RepeatsExactlyWhatIsSafeAndUseful) {
  for (const Outcome outcome :
       {Outcome::accepted, Outcome::not_sent, Outcome::rejected, Outcome::unknown}) {
    for (const bool is_transient : {false, true}) {
      for (const Effect effect :
           {Effect::reads, Effect::sets, Effect::adds, Effect::sends, Effect::keyed}) {
        for (const bool opted_in : {false, true}) {
          RetryState state = transient(outcome);
          state.verdict.transient = is_transient;
          state.effect = effect;
          RetryOptions options;
          options.resend_unknown_at_risk_of_duplicates = opted_in;
          const bool harmless = effect == Effect::reads || effect == Effect::sets ||
                                effect == Effect::keyed || (effect == Effect::sends && opted_in);
          const bool safe = outcome == Outcome::not_sent || outcome == Outcome::rejected ||
                            (outcome == Outcome::unknown && harmless);
          EXPECT_EQ(decide_retry(state, options).wait.has_value(), safe && is_transient)
              << to_string(outcome) << is_transient << static_cast<int>(effect) << opted_in;
        }
      }
    }
  }
}

TEST(Retry, OfAKeyWaitsASecondAfterAnUnknownOutcome) {
  RetryState state = transient(Outcome::unknown, ErrorKind::timeout);
  state.effect = Effect::keyed;
  state.jitter = 0;
  EXPECT_EQ(decide_retry(state, {}).wait, seconds(1));
  state.retry_after = seconds(3);
  EXPECT_EQ(decide_retry(state, {}).wait, seconds(3));
  state.retry_after.reset();
  state.time_left = seconds(1);
  EXPECT_EQ(decide_retry(state, {}).stopped_by, RetryStop::deadline);
  state.verdict.outcome = Outcome::not_sent;
  EXPECT_EQ(decide_retry(state, {}).wait, milliseconds(0));
}

TEST(Retry, NeverAfterACancellation) {
  for (const ErrorKind kind : {ErrorKind::cancelled, ErrorKind::shutdown}) {
    EXPECT_FALSE(decide_retry(transient(Outcome::not_sent, kind), {}).wait);
  }
}

TEST(Retry, StopsAtTheAttemptLimit) {
  RetryState state = transient(Outcome::not_sent);
  state.attempt = 2;
  EXPECT_TRUE(decide_retry(state, {}).wait);
  state.attempt = 3;
  EXPECT_FALSE(decide_retry(state, {}).wait);
  EXPECT_EQ(decide_retry(state, {}).stopped_by, RetryStop::attempts);
}

TEST(Retry, BackoffDoublesUpToItsMaximumAndIsFullyJittered) {
  RetryOptions options;
  options.max_attempts = 20;
  RetryState state = transient(Outcome::not_sent);
  const milliseconds ceilings[] = {
      milliseconds(250),    milliseconds(500),    milliseconds(1'000),
      milliseconds(2'000),  milliseconds(4'000),  milliseconds(8'000),
      milliseconds(16'000), milliseconds(20'000), milliseconds(20'000)};
  for (const milliseconds ceiling : ceilings) {
    for (const double jitter : {0.0, 0.25, 0.5}) {
      state.jitter = jitter;
      EXPECT_EQ(decide_retry(state, options).wait,
                milliseconds(static_cast<int>(static_cast<double>(ceiling.count()) * jitter)));
    }
    ++state.attempt;
  }
}

TEST(Retry, RateLimitingBacksOffFromASecond) {
  RetryState state = transient(Outcome::rejected, ErrorKind::rate_limited);
  EXPECT_EQ(decide_retry(state, {}).wait, milliseconds(500));
}

TEST(Retry, ObeysALongerRetryAfter) {
  RetryState state = transient(Outcome::rejected, ErrorKind::rate_limited);
  state.retry_after = seconds(30);
  EXPECT_EQ(decide_retry(state, {}).wait, seconds(30));
  state.retry_after = milliseconds(0);
  EXPECT_EQ(decide_retry(state, {}).wait, milliseconds(500));
}

TEST(Retry, GivesUpWhenTheWaitWouldReachTheDeadline) {
  RetryState state = transient(Outcome::rejected, ErrorKind::rate_limited);
  state.time_left = seconds(20);
  state.retry_after = seconds(20) - milliseconds(1);
  EXPECT_TRUE(decide_retry(state, {}).wait);
  state.retry_after = seconds(20);
  EXPECT_FALSE(decide_retry(state, {}).wait);
  state.retry_after = std::chrono::hours(24);
  EXPECT_EQ(decide_retry(state, {}).stopped_by, RetryStop::deadline);
}

TEST(Retry, NeedsTokensForItsCost) {
  RetryState state = transient(Outcome::not_sent);
  state.budget = 5;
  EXPECT_TRUE(decide_retry(state, {}).wait);
  state.budget = 4;
  EXPECT_FALSE(decide_retry(state, {}).wait);
  state.verdict.kind = ErrorKind::timeout;
  state.budget = 9;
  EXPECT_EQ(decide_retry(state, {}).stopped_by, RetryStop::budget);
  state.budget = 10;
  EXPECT_TRUE(decide_retry(state, {}).wait);
}

TEST(RetryBudget, TakesAndPaysBackWithinItsCapacity) {
  RetryBudget budget(12);
  EXPECT_TRUE(budget.take(10));
  EXPECT_FALSE(budget.take(5));
  EXPECT_EQ(budget.tokens(), 2);
  budget.pay_back(1);
  EXPECT_EQ(budget.tokens(), 3);
  budget.pay_back(100);
  EXPECT_EQ(budget.tokens(), 12);
  budget.pay_back(1);
  EXPECT_EQ(budget.tokens(), 12);
}

}  // namespace
}  // namespace dropcowboy::delivery
