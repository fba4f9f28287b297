#include <gtest/gtest.h>

#include <limits>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

TEST(MoneyText, KeepsTwoDecimalsAndNoMoreThanNeeded) {
  EXPECT_EQ(to_string(Money{0}), "0.00");
  EXPECT_EQ(to_string(Money{99'000}), "0.099");
  EXPECT_EQ(to_string(Money{1'500'000}), "1.50");
  EXPECT_EQ(to_string(Money{-2'900}), "-0.0029");
  EXPECT_EQ(to_string(Money{1}), "0.000001");
  EXPECT_EQ(to_string(Money{-1}), "-0.000001");
  EXPECT_EQ(to_string(Money{100'000'000}), "100.00");
  EXPECT_EQ(to_string(Money{123'456'789}), "123.456789");
  EXPECT_EQ(to_string(Money{Limits::max()}), "9223372036854.775807");
  EXPECT_EQ(to_string(Money{Limits::min()}), "-9223372036854.775808");
}

}  // namespace
}  // namespace dropcowboy
