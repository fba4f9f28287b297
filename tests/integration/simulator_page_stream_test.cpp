// The stream of changes that the page of the simulator lives on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/simulator_page.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::EventStream;
using support::has_state;
using support::PageClient;
using support::SimulatorPage;
using support::with_page;
using testing::Simulator;
using ::testing::SizeIs;

/// "SESSION.VERSION".
unsigned long long version_in(const std::string& id) {
  return std::stoull(id.substr(id.find('.') + 1));
}

TEST_F(SimulatorPage, StreamsChangesInOrderAndGoesOnWhereItBrokeOff) {
  send({{"foreign_id", "one"}});
  sink.wait_for(1);
  std::string last_id;
  {
    EventStream events(page.origin(), "/page/api/events");
    const auto all = events.wait_until([](const auto& got) { return has_state(got, "delivered"); });
    ASSERT_FALSE(all.empty());
    for (std::size_t i = 1; i < all.size(); ++i) {
      EXPECT_LT(version_in(all[i - 1].id), version_in(all[i].id));
    }
    last_id = all.back().id;
  }
  send({{"foreign_id", "two"}});
  EventStream events(page.origin(), "/page/api/events", {{"Last-Event-ID", last_id}});
  const auto all = events.wait_until([](const auto& got) { return has_state(got, "delivered"); });
  ASSERT_FALSE(all.empty());
  for (const auto& event : all) {
    for (const json& message : event.data["messages"]) {
      EXPECT_EQ(message["request"]["foreign_id"], "two");
    }
  }
}

TEST_F(SimulatorPage, AStreamOfAnotherSessionBeginsAnew) {
  send({{"foreign_id", "one"}});
  EventStream events(page.origin(), "/page/api/events", {{"Last-Event-ID", "17.2"}});
  const auto all = events.wait_until([](const auto& got) { return has_state(got, "delivered"); });
  EXPECT_TRUE(has_state(all, "delivered")) << "its numbers say nothing about this one's";
}

TEST_F(SimulatorPage, SendsManyMessagesInBatches) {
  constexpr int count = 1000;
  for (int i = 0; i < count; ++i) send({{"callback_url", nullptr}});
  EventStream events(page.origin(), "/page/api/events");
  const auto sum = [](const auto& all) {
    std::size_t messages = 0;
    for (const auto& event : all) messages += event.data["messages"].size();
    return messages;
  };
  const auto all = events.wait_until([&](const auto& got) { return sum(got) >= count; });
  EXPECT_EQ(sum(all), count);
  EXPECT_THAT(all, SizeIs(4)) << "of 250 each";
}

TEST_F(SimulatorPage, ClearingTellsWhoWatches) {
  send();
  sink.wait_for(1);
  EventStream events(page.origin(), "/page/api/events");
  events.wait_until([](const auto& all) { return has_state(all, "delivered"); });
  page.post("clear", json::object());
  const auto all = events.wait_until(
      [](const auto& got) { return !got.empty() && got.back().data["kept"] == 0; });
  EXPECT_EQ(all.back().data["kept"], 0);
  EXPECT_EQ(page.get("/page/api/messages/1")->status, 404);
}

TEST(SimulatorPageStream, EndsWithTheSimulator) {
  auto simulator = std::make_unique<Simulator>(with_page());
  EventStream events(simulator->v2_url(), "/page/api/events");
  ASSERT_THAT(events.wait_for(1), SizeIs(1)) << "the first one says what there is";
  simulator.reset();
  EXPECT_TRUE(events.has_ended());
}

TEST(SimulatorPageStream, IsRefusedWhenThereAreTooMany) {
  const Simulator simulator(with_page());
  std::vector<std::unique_ptr<EventStream>> streams;
  for (int i = 0; i < 32; ++i) {
    streams.push_back(std::make_unique<EventStream>(simulator.v2_url(), "/page/api/events"));
    ASSERT_THAT(streams.back()->wait_for(1), SizeIs(1));
  }
  PageClient page(simulator.v2_url());
  EXPECT_EQ(page.get("/page/api/events")->status, 503);
  EXPECT_EQ(page.get("/page/api/about")->status, 200);
}

}  // namespace
}  // namespace dropcowboy
