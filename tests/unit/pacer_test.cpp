#include "delivery/pacer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace dropcowboy::delivery {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = Pacer::TimePoint;

const TimePoint start{hours(1000)};

/// When requests go if a driver looks every `tick` from `begin` to `end` and takes what it may.
std::vector<TimePoint> drive(Pacer& pacer, TimePoint begin, TimePoint end, milliseconds tick) {
  std::vector<TimePoint> released;
  for (TimePoint now = begin; now < end; now += tick) {
    while (pacer.reserve(now, now)) released.push_back(now);
  }
  return released;
}

std::size_t most_in_any(const std::vector<TimePoint>& released, milliseconds window) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < released.size(); ++last) {
    while (released[last] - released[first] >= window) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

class PacerRate : public ::testing::TestWithParam<double> {};

TEST_P(PacerRate, IsReachedAndNeverExceededByMoreThanABatch) {
  const double rate = GetParam();
  Pacer pacer(rate);
  const double batch = rate * std::chrono::duration<double>(Pacer::batch).count();
  const auto released = drive(pacer, start, start + seconds(10), milliseconds(1));
  EXPECT_NEAR(static_cast<double>(released.size()), rate * 10, rate * 0.01 + batch + 1);
  EXPECT_LE(static_cast<double>(most_in_any(released, milliseconds(100))), rate * 0.1 + batch + 1);
}

INSTANTIATE_TEST_SUITE_P(Rates, PacerRate, ::testing::Values(0.5, 7, 100, 999, 1'000, 10'000));

TEST(Pacer, DoesNotCatchUpAfterIdlingOrAStall) {
  Pacer pacer(1'000);
  EXPECT_TRUE(pacer.reserve(start, start));
  const TimePoint later = start + hours(1);
  const auto released = drive(pacer, later, later + milliseconds(1), milliseconds(1));
  EXPECT_LE(released.size(), 11U);  // the batch of 10 ms and the one that is due
}

TEST(Pacer, HandsOutSlotsInTheFutureToThoseWhoWait) {
  Pacer pacer(10);
  TimePoint last = *pacer.reserve(start, start + seconds(10));
  for (int i = 0; i < 20; ++i) {
    const auto slot = pacer.reserve(start, start + seconds(10));
    ASSERT_TRUE(slot);
    EXPECT_EQ(*slot - last, milliseconds(100));
    last = *slot;
  }
}

TEST(Pacer, TakesNoSlotBeyondTheLatestOne) {
  Pacer pacer(1);
  EXPECT_TRUE(pacer.reserve(start, start));
  EXPECT_FALSE(pacer.reserve(start, start + milliseconds(900)));
  const TimePoint next = pacer.next(start);
  EXPECT_EQ(pacer.reserve(start, start + seconds(2)), next);
}

TEST(Pacer, ARateOfZeroDoesNotPace) {
  Pacer pacer(0);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(pacer.reserve(start, start), start);
}

TEST(Pacer, ANewRateCountsFromTheLastSlot) {
  Pacer pacer(1);
  const TimePoint last = *pacer.reserve(start, start);
  pacer.set_rate(10, start);
  EXPECT_EQ(pacer.next(start), last + milliseconds(100));
}

TEST(Pacer, SlotsThatAreTakenBackAreGivenAnew) {
  Pacer pacer(1.0 / 86'400);  // one a day
  const TimePoint first = *pacer.reserve(start, start);
  const auto day = std::chrono::hours(24);
  for (int i = 1; i <= 3; ++i) pacer.reserve(start, start + 10 * day);
  pacer.take_back(start + std::chrono::hours(10));
  EXPECT_EQ(pacer.next(start + std::chrono::hours(10)), first + day);
  pacer.take_back(start + std::chrono::hours(10));  // nobody has one
  EXPECT_EQ(pacer.next(start + std::chrono::hours(10)), first + day);
  pacer.reserve(start, start + 10 * day);
  pacer.take_back(start + std::chrono::hours(30));  // that one was used
  EXPECT_EQ(pacer.next(start + std::chrono::hours(30)), first + 2 * day);
}

TEST(Pacer, APauseHoldsEverythingAndThenLetsNoBurstThrough) {
  for (const double rate : {0.0, 100.0}) {
    Pacer pacer(rate);
    pacer.pause_until(start + seconds(3));
    pacer.pause_until(start + seconds(1));  // a shorter one does not end it
    EXPECT_FALSE(pacer.reserve(start, start + seconds(2)));
    EXPECT_EQ(pacer.next(start), start + seconds(3));
  }
  Pacer pacer(100);
  pacer.pause_until(start + seconds(3));
  const auto released = drive(pacer, start, start + seconds(4), milliseconds(1));
  EXPECT_EQ(released.front(), start + seconds(3));
  EXPECT_LE(released.size(), 101U);
}

}  // namespace
}  // namespace dropcowboy::delivery
