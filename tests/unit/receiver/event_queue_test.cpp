#include "dropcowboy/receiver/event_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace dropcowboy::receiver {
namespace {

CallbackEvent event(const std::string& id) {
  CallbackEvent made;
  made.wire_foreign_id = id;
  return made;
}

TEST(EventQueue, IsBoundedAndInOrder) {
  EventQueue queue(2);
  EXPECT_TRUE(queue.push(event("a")));
  EXPECT_TRUE(queue.push(event("b")));
  CallbackEvent third = event("c");
  EXPECT_FALSE(queue.push(std::move(third)));
  EXPECT_EQ(third.wire_foreign_id, "c") << "what was refused is left alone";
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.pop()->wire_foreign_id, "a");
  EXPECT_TRUE(queue.push(std::move(third)));
  EXPECT_EQ(queue.pop()->wire_foreign_id, "b");
  EXPECT_EQ(queue.pop()->wire_foreign_id, "c");
  EXPECT_THROW(EventQueue{0}, Exception);
}

TEST(EventQueue, GivesOutWhatIsInItAfterItWasClosed) {
  EventQueue queue(10);
  EXPECT_TRUE(queue.push(event("a")));
  queue.close();
  EXPECT_FALSE(queue.push(event("b")));
  EXPECT_EQ(queue.pop()->wire_foreign_id, "a");
  EXPECT_FALSE(queue.pop());
}

TEST(EventQueue, CarriesEveryEventToOneWorker) {
  EventQueue queue(8);
  std::atomic<int> worked{0};
  std::vector<std::thread> workers;
  for (int w = 0; w < 3; ++w) {
    workers.emplace_back([&] {
      while (queue.pop()) ++worked;
    });
  }
  std::vector<std::thread> senders;
  std::atomic<int> pushed{0};
  for (int s = 0; s < 3; ++s) {
    senders.emplace_back([&] {
      for (int i = 0; i < 300; ++i) pushed += queue.push(event("x")) ? 1 : 0;
    });
  }
  for (std::thread& sender : senders) sender.join();
  queue.close();
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(worked, pushed);
  EXPECT_GT(pushed, 0);
}

}  // namespace
}  // namespace dropcowboy::receiver
