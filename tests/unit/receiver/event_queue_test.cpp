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

TEST(EventQueue, TakesOneEventOfAnySizeWhenItIsEmpty) {
  CallbackEvent large = event("large");
  large.callback.body.assign(60'000, 'x');
  EventQueue queue(10, 1'000);
  EXPECT_TRUE(queue.push(std::move(large)));
  EXPECT_FALSE(queue.push(event("small")));
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(queue.push(event("small")));
}

// What a stranger sends long, in whichever member.
TEST(EventQueue, CountsEveryTextThatAnEventOwns) {
  const std::string text(1'000, 'x');
  const auto is_counted = [&](auto put) {
    CallbackEvent one;
    put(one);
    EventQueue queue(1);
    return queue.push(std::move(one)) && queue.bytes() >= sizeof one + text.size();
  };
  for (const auto member :
       {&Webhook::drop_id, &Webhook::phone_number, &Webhook::foreign_id, &Webhook::status_code,
        &Webhook::team_id, &Webhook::contact_id, &Webhook::session_id, &Webhook::log_id,
        &Webhook::caller_id, &Webhook::product_code, &Webhook::quantity,
        &Webhook::proof_of_delivery_url, &Webhook::event_id, &Webhook::event, &Webhook::to,
        &Webhook::from, &Webhook::campaign_id, &Webhook::campaign_type}) {
    EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.callback.*member = text; }));
  }
  for (const auto member : {&Webhook::status_text, &Webhook::reason, &Webhook::body}) {
    EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.callback.*member = text; }));
  }
  for (const auto member :
       {&CallbackEvent::wire_foreign_id, &CallbackEvent::key_id, &CallbackEvent::dedup_key}) {
    EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.*member = text; }));
  }
  EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.callback.network.emplace().name = text; }));
  EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.callback.network.emplace().type = text; }));
  EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.callback.unknown = {{text, ""}}; }));
  EXPECT_TRUE(is_counted([&](CallbackEvent& one) { one.callback.unknown = {{"", text}}; }));
  EXPECT_TRUE(
      is_counted([&](CallbackEvent& one) { one.callback.issues.emplace_back().message = text; }));
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
