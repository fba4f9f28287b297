#include "dropcowboy/receiver/deduplicator.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "dropcowboy/error.hpp"

namespace dropcowboy::receiver {
namespace {

using std::chrono::hours;

class InMemory : public ::testing::Test {
 protected:
  DeduplicatorOptions options(std::size_t capacity) {
    DeduplicatorOptions options;
    options.capacity = capacity;
    options.now = [this] { return now_; };
    return options;
  }

  std::chrono::steady_clock::time_point now_{hours(1000)};
};

TEST_F(InMemory, TellsOneCallerThatAnEventIsFresh) {
  InMemoryDeduplicator seen(options(10));
  EXPECT_EQ(seen.claim("a"), Claim::fresh);
  EXPECT_EQ(seen.claim("a"), Claim::in_progress);
  EXPECT_EQ(seen.claim("b"), Claim::fresh);
  seen.confirm("a");
  EXPECT_EQ(seen.claim("a"), Claim::seen);
  EXPECT_EQ(seen.claim("b"), Claim::in_progress);
  EXPECT_EQ(seen.size(), 1U);
}

TEST_F(InMemory, ForgetsWhatIsReleased) {
  InMemoryDeduplicator seen(options(10));
  EXPECT_EQ(seen.claim("a"), Claim::fresh);
  seen.release("a");
  EXPECT_EQ(seen.claim("a"), Claim::fresh);
  seen.confirm("a");
  seen.release("a");  // given back by the application
  EXPECT_EQ(seen.size(), 0U);
  EXPECT_EQ(seen.claim("a"), Claim::fresh);
  seen.release("unheard of");
}

TEST_F(InMemory, ConfirmsTwiceAndUnclaimed) {
  InMemoryDeduplicator seen(options(10));
  seen.confirm("a");
  seen.confirm("a");
  EXPECT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.claim("a"), Claim::seen);
}

TEST_F(InMemory, RemembersFor72Hours) {
  InMemoryDeduplicator seen(options(10));
  ASSERT_EQ(seen.claim("a"), Claim::fresh);
  seen.confirm("a");
  now_ += hours(1);
  ASSERT_EQ(seen.claim("b"), Claim::fresh);
  seen.confirm("b");
  now_ += hours(71) - std::chrono::milliseconds(1);
  EXPECT_EQ(seen.claim("a"), Claim::seen);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(seen.claim("a"), Claim::fresh);
  EXPECT_EQ(seen.claim("b"), Claim::seen);
  EXPECT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.forgotten_early(), 0U);
}

TEST_F(InMemory, ForgetsTheOldestBeyondItsCapacityAndCountsThem) {
  InMemoryDeduplicator seen(options(3));
  for (const char* key : {"a", "b", "c", "d"}) {
    ASSERT_EQ(seen.claim(key), Claim::fresh);
    seen.confirm(key);
  }
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen.forgotten_early(), 1U);
  EXPECT_EQ(seen.claim("a"), Claim::fresh);
  for (const char* key : {"b", "c", "d"}) EXPECT_EQ(seen.claim(key), Claim::seen) << key;
}

TEST_F(InMemory, NeverForgetsWhatIsInProgress) {
  InMemoryDeduplicator seen(options(1));
  ASSERT_EQ(seen.claim("slow"), Claim::fresh);
  for (const char* key : {"a", "b", "c"}) {
    ASSERT_EQ(seen.claim(key), Claim::fresh);
    seen.confirm(key);
  }
  now_ += hours(1000);
  EXPECT_EQ(seen.claim("slow"), Claim::in_progress);
}

TEST_F(InMemory, RefusesOptionsThatCannotWork) {
  DeduplicatorOptions bad;
  bad.capacity = 0;
  bad.retention = hours(71);
  try {
    const InMemoryDeduplicator made(bad);
    FAIL() << "accepted";
  } catch (const Exception& refused) {
    EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
    EXPECT_EQ(refused.error().issues.size(), 2U);
  }
}

TEST(InMemoryFromManyThreads, GivesEachEventToOne) {
  InMemoryDeduplicator seen;
  std::atomic<int> fresh{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const std::string key = "event-" + std::to_string(i);
        if (seen.claim(key) != Claim::fresh) continue;
        ++fresh;
        seen.confirm(key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh, 500);
  EXPECT_EQ(seen.size(), 500U);
}

}  // namespace
}  // namespace dropcowboy::receiver
