#include "dropcowboy/cancel_token.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <utility>

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
  CancelToken::Registration registration;
  {
    const CancelToken token;
    registration = token.on_cancel([] {});
  }
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

}  // namespace
}  // namespace dropcowboy
