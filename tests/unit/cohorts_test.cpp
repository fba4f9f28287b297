#include "delivery/cohorts.hpp"

#include <gtest/gtest.h>

namespace dropcowboy::delivery {
namespace {

TEST(Cohorts, NothingIsDoneAtOnce) {
  Cohorts cohorts;
  EXPECT_TRUE(cohorts.is_done(cohorts.close()));
}

TEST(Cohorts, WhatComesLaterDoesNotCount) {
  Cohorts cohorts;
  const auto early = cohorts.join();
  const auto all_so_far = cohorts.close();
  const auto late = cohorts.join();
  EXPECT_FALSE(cohorts.is_done(all_so_far));
  EXPECT_TRUE(cohorts.leave(early));
  EXPECT_TRUE(cohorts.is_done(all_so_far));
  const auto with_the_late = cohorts.close();
  EXPECT_FALSE(cohorts.is_done(with_the_late));
  EXPECT_TRUE(cohorts.leave(late));
  EXPECT_TRUE(cohorts.is_done(with_the_late));
}

TEST(Cohorts, WhatIsLateFinishesWithoutThoseBeforeIt) {
  Cohorts cohorts;
  const auto early = cohorts.join();
  const auto first = cohorts.close();
  const auto late = cohorts.join();
  const auto second = cohorts.close();
  EXPECT_TRUE(cohorts.leave(late));
  EXPECT_FALSE(cohorts.is_done(first));
  EXPECT_FALSE(cohorts.is_done(second)) << "the early one is in it, too";
  EXPECT_TRUE(cohorts.leave(early));
  EXPECT_TRUE(cohorts.is_done(first));
  EXPECT_TRUE(cohorts.is_done(second));
}

TEST(Cohorts, ThoseWhoAskAgainAndAgainGetTheSameOne) {
  Cohorts cohorts;
  const auto one = cohorts.join();
  const auto all_so_far = cohorts.close();
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(cohorts.close(), all_so_far);
  EXPECT_TRUE(cohorts.leave(one));
  EXPECT_TRUE(cohorts.is_done(cohorts.close()));
}

TEST(Cohorts, OnlyTheLastOfACohortIsTold) {
  Cohorts cohorts;
  const auto one = cohorts.join();
  EXPECT_EQ(cohorts.join(), one);
  EXPECT_FALSE(cohorts.leave(one));
  EXPECT_TRUE(cohorts.leave(one));
}

}  // namespace
}  // namespace dropcowboy::delivery
