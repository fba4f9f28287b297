#include "delivery/statistics.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace dropcowboy::delivery {
namespace {

using std::chrono::microseconds;

TEST(LatencyHistogram, AnEmptyOneReadsZero) {
  EXPECT_EQ(LatencyHistogram().at(0.5), microseconds(0));
}

TEST(LatencyHistogram, ReadsAtMostASixteenthTooHighAndNeverTooLow) {
  for (std::int64_t value = 0; value < (std::int64_t{1} << 39); value += 1 + value / 3) {
    LatencyHistogram histogram;
    histogram.record(microseconds(value));
    const auto read = histogram.at(0.5).count();
    EXPECT_GE(read, value);
    EXPECT_LE(read, value + value / 16);
  }
}

TEST(LatencyHistogram, ClampsWhatIsOutOfItsRange) {
  LatencyHistogram histogram;
  histogram.record(microseconds(-5));
  EXPECT_EQ(histogram.at(1), microseconds(0));
  histogram.record(microseconds::max());
  EXPECT_GT(histogram.at(1), std::chrono::hours(24));
}

TEST(LatencyHistogram, FindsQuantiles) {
  LatencyHistogram histogram;
  for (int value = 1; value <= 1'000; ++value) histogram.record(microseconds(value));
  EXPECT_NEAR(static_cast<double>(histogram.at(0.50).count()), 500, 500.0 / 16);
  EXPECT_NEAR(static_cast<double>(histogram.at(0.99).count()), 990, 990.0 / 16);
  EXPECT_GE(histogram.at(1).count(), 1'000);
}

TEST(Statistics, CountsFromManyThreads) {
  Statistics statistics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        statistics.attempt_started(i % 2 == 1);
        statistics.attempt_ended(i == 0);
        statistics.call_ended(static_cast<Outcome>(i % 4), microseconds(i));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const Stats stats = statistics.snapshot();
  EXPECT_EQ(stats.in_flight, 0U);
  EXPECT_EQ(stats.retries, 2'000U);
  EXPECT_EQ(stats.connections_opened, 4U);
  EXPECT_EQ(stats.accepted, 1'000U);
  EXPECT_EQ(stats.rejected, 1'000U);
  EXPECT_EQ(stats.unknown, 1'000U);
  EXPECT_EQ(stats.not_sent, 1'000U);
  EXPECT_EQ(stats.latency_max, microseconds(999));
  EXPECT_LE(stats.latency_p50, stats.latency_p99);
  EXPECT_LE(stats.latency_p99, stats.latency_max);
}

}  // namespace
}  // namespace dropcowboy::delivery
