// The engine for transports that block, over a clock that the test controls.

#include "delivery/blocking_engine.hpp"

#include <gtest/gtest.h>

#include <future>

#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"

namespace dropcowboy::delivery {
namespace {

using std::chrono::seconds;

class BlockingEngineTest : public ::testing::Test {
 protected:
  /// Whether a wait until `until`, chosen at `now`, ends while nothing else happens.
  bool wait_ends(Engine::TimePoint now, Engine::TimePoint until) {
    std::future<void> waiting = std::async(std::launch::async, [&] { engine.wait(now, until); });
    const bool ended = waiting.wait_for(seconds(20)) == std::future_status::ready;
    engine.wake();  // so that a failing test ends too
    return ended;
  }

  std::shared_ptr<support::FakeRuntime> runtime =
      std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  BlockingEngine engine{std::make_shared<support::FakeTransport>(), runtime};
};

// The thread may be held up between looking at the clock and waiting.
TEST_F(BlockingEngineTest, DoesNotWaitForAMomentThatHasPassedSinceItWasChosen) {
  const auto chosen_at = runtime->now();
  runtime->advance(seconds(31));
  EXPECT_TRUE(wait_ends(chosen_at, chosen_at + seconds(30)));
}

TEST_F(BlockingEngineTest, AWakeEndsAWaitThatHasNotBegun) {
  engine.wake();
  EXPECT_TRUE(wait_ends(runtime->now(), runtime->now() + seconds(30)));
}

}  // namespace
}  // namespace dropcowboy::delivery
