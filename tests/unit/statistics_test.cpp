#include "delivery/statistics.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace dropcowboy::delivery {
namespace {

TEST(Statistics, CountsFromManyThreads) {
  Statistics statistics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        statistics.attempt_started(i % 2 == 1);
        statistics.attempt_ended(i == 0);
        statistics.call_ended(static_cast<Outcome>(i % 4));
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
}

}  // namespace
}  // namespace dropcowboy::delivery
