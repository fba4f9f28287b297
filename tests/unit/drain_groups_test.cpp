#include "delivery/drain_groups.hpp"

#include <gtest/gtest.h>

namespace dropcowboy::delivery {
namespace {

TEST(DrainGroups, NothingIsDoneAtOnce) {
  DrainGroups groups;
  EXPECT_TRUE(groups.is_done(groups.close()));
}

TEST(DrainGroups, WhatComesLaterDoesNotCount) {
  DrainGroups groups;
  const auto early = groups.join();
  const auto all_so_far = groups.close();
  const auto late = groups.join();
  EXPECT_FALSE(groups.is_done(all_so_far));
  EXPECT_TRUE(groups.leave(early));
  EXPECT_TRUE(groups.is_done(all_so_far));
  const auto with_the_late = groups.close();
  EXPECT_FALSE(groups.is_done(with_the_late));
  EXPECT_TRUE(groups.leave(late));
  EXPECT_TRUE(groups.is_done(with_the_late));
}

TEST(DrainGroups, WhatIsLateFinishesWithoutThoseBeforeIt) {
  DrainGroups groups;
  const auto early = groups.join();
  const auto first = groups.close();
  const auto late = groups.join();
  const auto second = groups.close();
  EXPECT_TRUE(groups.leave(late));
  EXPECT_FALSE(groups.is_done(first));
  EXPECT_FALSE(groups.is_done(second)) << "the early one is in it, too";
  EXPECT_TRUE(groups.leave(early));
  EXPECT_TRUE(groups.is_done(first));
  EXPECT_TRUE(groups.is_done(second));
}

TEST(DrainGroups, ThoseWhoAskAgainAndAgainGetTheSameOne) {
  DrainGroups groups;
  const auto one = groups.join();
  const auto all_so_far = groups.close();
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(groups.close(), all_so_far);
  EXPECT_TRUE(groups.leave(one));
  EXPECT_TRUE(groups.is_done(groups.close()));
}

TEST(DrainGroups, OnlyTheLastOfACohortIsTold) {
  DrainGroups groups;
  const auto one = groups.join();
  EXPECT_EQ(groups.join(), one);
  EXPECT_FALSE(groups.leave(one));
  EXPECT_TRUE(groups.leave(one));
}

}  // namespace
}  // namespace dropcowboy::delivery
