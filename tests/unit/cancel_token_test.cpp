#include "dropcowboy/cancel_token.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace dropcowboy {
namespace {

TEST(CancelToken, CopiesShareOneSwitch) {
  const CancelToken token;
  const CancelToken copy = token;
  EXPECT_FALSE(copy.cancelled());
  token.cancel();
  EXPECT_TRUE(copy.cancelled());
}

TEST(CancelToken, WakesEveryRegistrationOnce) {
  const CancelToken token;
  int first = 0;
  int second = 0;
  const auto a = token.on_cancel([&] { ++first; });
  const auto b = token.on_cancel([&] { ++second; });
  token.cancel();
  token.cancel();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

TEST(CancelToken, WakesAtOnceWhenAlreadyCancelled) {
  const CancelToken token;
  token.cancel();
  int woken = 0;
  const auto registration = token.on_cancel([&] { ++woken; });
  EXPECT_EQ(woken, 1);
}

TEST(CancelToken, DoesNotWakeAfterTheRegistrationIsGone) {
  const CancelToken token;
  int woken = 0;
  {
    const auto registration = token.on_cancel([&] { ++woken; });
  }
  token.cancel();
  EXPECT_EQ(woken, 0);
}

TEST(CancelToken, ARegistrationOutlivesItsToken) {
  const auto held = std::make_shared<int>(1);
  CancelToken::Registration registration;
  {
    const CancelToken token;
    registration = token.on_cancel([held] {});
  }
  EXPECT_EQ(held.use_count(), 2);
  registration = {};
  EXPECT_EQ(held.use_count(), 1);
}

TEST(CancelToken, ARegistrationCanBeMoved) {
  const CancelToken token;
  int first = 0;
  int second = 0;
  auto one = token.on_cancel([&] { ++first; });
  auto other = token.on_cancel([&] { ++second; });
  other = std::move(one);  // what the other one had registered is gone
  token.cancel();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
}

// Registrations go in any order, and leave the others as they are.
TEST(CancelToken, WakesThoseThatAreLeft) {
  const CancelToken token;
  std::vector<int> woken(10);
  std::vector<std::optional<CancelToken::Registration>> registrations(woken.size());
  for (std::size_t i = 0; i < woken.size(); ++i) {
    registrations[i] = token.on_cancel([&woken, i] { ++woken[i]; });
  }
  for (const std::size_t gone : {4U, 0U, 9U, 5U}) registrations[gone].reset();
  registrations[1] = std::move(*registrations[2]);
  token.cancel();
  EXPECT_EQ(woken, (std::vector<int>{0, 0, 1, 1, 0, 0, 1, 1, 1, 0}));
}

TEST(CancelToken, RegisteringAndCancellingMayRace) {
  for (int round = 0; round < 200; ++round) {
    const CancelToken token;
    int woken = 0;
    std::thread canceller([&] { token.cancel(); });
    {
      const auto registration = token.on_cancel([&] { ++woken; });
      canceller.join();
    }
    EXPECT_EQ(woken, 1);
  }
}

TEST(CancelToken, OfWhichNoneCanBeCancelled) {
  const CancelToken never = CancelToken::never();
  const auto registration = never.on_cancel([] { ADD_FAILURE() << "woken"; });
  never.cancel();
  EXPECT_FALSE(never.cancelled());
}

}  // namespace
}  // namespace dropcowboy
