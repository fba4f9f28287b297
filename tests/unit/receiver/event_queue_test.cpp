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

TEST(EventQueue, IsBoundedInBytesToo) {
  CallbackEvent large = event("large");
  large.callback.body.assign(60'000, 'x');
  large.callback.unknown.push_back({"name", std::string(40'000, 'y')});
  EventQueue queue(1'000, 250'000);
  EXPECT_TRUE(queue.push(CallbackEvent(large)));
  EXPECT_GE(queue.bytes(), 100'000U);
  EXPECT_LE(queue.bytes(), 110'000U);
  EXPECT_TRUE(queue.push(CallbackEvent(large)));
  EXPECT_FALSE(queue.push(CallbackEvent(large)));
  EXPECT_TRUE(queue.push(event("small")));
  EXPECT_LE(queue.bytes(), 250'000U);
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(queue.push(CallbackEvent(large))) << "what was popped made room";
  while (queue.size() > 0) queue.pop();
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_THROW((EventQueue{1, 0}), Exception);
}

// Every text of a callback that a sender can make long.
TEST(EventQueue, CountsAllTexts) {
  const char* const names[] = {"drop_id",     "phone_number",  "foreign_id",
                               "reason",      "status_code",   "team_id",
                               "contact_id",  "session_id",    "log_id",
                               "caller_id",   "quantity",      "product_code",
                               "campaign_id", "campaign_type", "event_id",
                               "event",       "status",        "something_new",
                               "to",          "from",          "proof_of_delivery_url"};
  constexpr std::size_t size = 20'000;
  for (const char* const name : names) {
    auto callback =
        Webhook::parse("{\"" + std::string(name) + "\":\"" + std::string(size, 'x') + "\"}");
    ASSERT_TRUE(callback) << name;
    callback->body.clear();  // which has it, too
    callback->body.shrink_to_fit();
    EventQueue queue(2);
    CallbackEvent made;
    made.callback = *std::move(callback);
    EXPECT_TRUE(queue.push(std::move(made)));
    EXPECT_GE(queue.bytes(), size) << name;
  }
}

TEST(EventQueue, TakesOneEventOfAnySizeWhenItIsEmpty) {
  CallbackEvent large = event("large");
  large.callback.body.assign(60'000, 'x');
  EventQueue queue(10, 1'000);
  EXPECT_TRUE(queue.push(std::move(large)));
  EXPECT_FALSE(queue.push(event("small")));
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(queue.push(event("small")));
}

TEST(EventQueue, CountsEveryTextThatAnEventOwns) {
  const std::string text(1'000, 'x');
  const auto bytes_of = [](const CallbackEvent& one) {
    EventQueue queue(1);
    queue.push(CallbackEvent(one));
    return queue.bytes();
  };
  const std::size_t empty = bytes_of({});
  for (const char* member :
       {"drop_id", "phone_number", "foreign_id", "status", "reason", "status_code", "team_id",
        "contact_id", "session_id", "log_id", "caller_id", "product_code", "quantity",
        "proof_of_delivery_url", "event_id", "event", "network", "unknown"}) {
    CallbackEvent one;
    one.callback = Webhook::parse("{\"" + std::string(member) + "\":\"" + text + "\"}").value();
    one.callback.body.clear();
    one.callback.body.shrink_to_fit();
    one.callback.issues.clear();
    EXPECT_GE(bytes_of(one), empty + text.size() - 16) << member;  // 16 stood there unused
  }
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
