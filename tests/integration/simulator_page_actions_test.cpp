// What the buttons of the simulator's page do, by raw HTTP.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/simulator_page.hpp"
#include "support/v2_account.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::CallbackSink;
using support::LateSimulatorPage;
using support::RawClient;
using support::SimulatorPage;
using support::V2Account;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(LateSimulatorPage, DeliversAtOnce) {
  send();
  EXPECT_EQ(page.message(1)["state"], "accepted");
  EXPECT_EQ(page.post("messages/1/tell", {{"code", 0}})->status, 200);
  const auto callbacks = sink.wait_for(1);
  ASSERT_THAT(callbacks, SizeIs(1));
  EXPECT_EQ(json::parse(callbacks[0].body)["status"], "success");
}

TEST_F(LateSimulatorPage, FailsWithAnyDocumentedReason) {
  const json reasons = json::parse(page.get("/page/api/about")->body)["reasons"];
  ASSERT_GT(reasons.size(), 40U);
  int number = 0;
  for (const json& reason : reasons) {
    send();
    ++number;
    EXPECT_NE(reason["advice"], "not_known") << reason;
    ASSERT_EQ(page.post("messages/" + std::to_string(number) + "/tell", {{"code", reason["code"]}})
                  ->status,
              200);
    const auto callbacks = sink.wait_for(static_cast<std::size_t>(number));
    ASSERT_THAT(callbacks, SizeIs(number));
    const json body = json::parse(callbacks.back().body);
    EXPECT_EQ(body["status"], "failure");
    EXPECT_EQ(body["reason"], reason["reason"]);
  }
}

TEST_F(SimulatorPage, TellsAnotherResultOfAMessageThatWasToldAlready) {
  send();
  const json first = json::parse(sink.wait_for(1)[0].body);
  page.post("messages/1/tell", {{"code", 4006}});
  const auto callbacks = sink.wait_for(2);
  ASSERT_THAT(callbacks, SizeIs(2));
  const json second = json::parse(callbacks[1].body);
  EXPECT_EQ(second["reason"], "User Busy");
  EXPECT_EQ(second["drop_id"], first["drop_id"]);
}

/// One whose webhook is told again and again; the callback is told once.
class RefusingWebhook : public SimulatorPage {
 protected:
  RefusingWebhook() {
    hook.answer_with(500);
    account.make_webhook(hook.url(), {"contact.rvm.status"});
    const auto answer = account.post("/rvm", V2Account::voicemail({{"callback_url", sink.url()}}));
    EXPECT_TRUE(answer && answer->status == 202);
    EXPECT_TRUE(simulator.wait_for_callbacks(2, std::chrono::seconds(20)));
  }

  CallbackSink hook;
  V2Account account{simulator};
};

TEST_F(RefusingWebhook, HearsAnotherResultBesideTheCallback) {
  EXPECT_EQ(page.post("messages/1/tell", {{"code", 4006}})->status, 200);
  const auto callbacks = sink.wait_for(2);
  ASSERT_THAT(callbacks, SizeIs(2));
  EXPECT_EQ(json::parse(callbacks[1].body)["reason"], "User Busy");
  const auto events = hook.wait_for(2);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[1].get_header_value("X-Attempt"), "1");
  EXPECT_EQ(json::parse(events[1].body)["data"]["reason"], "User Busy");
}

TEST_F(RefusingWebhook, IsToldAgainInItsTimeWhateverIsOrdered) {
  EXPECT_EQ(page.post("messages/1/lose", json::object())->status, 409) << "it was told already";
  EXPECT_EQ(page.post("messages/1/delay", json::object())->status, 409);
  simulator.advance(std::chrono::minutes(1));
  EXPECT_TRUE(simulator.wait_for_callbacks(3, std::chrono::seconds(20)));
  EXPECT_EQ(simulator.callbacks().back().attempt, 2);
  EXPECT_FALSE(simulator.callbacks().back().lost);
}

TEST_F(LateSimulatorPage, LosesACallback) {
  send();
  EXPECT_EQ(page.post("messages/1/lose", json::object())->status, 200);
  ASSERT_TRUE(simulator.wait_for_callbacks(1, std::chrono::seconds(20)));
  EXPECT_TRUE(simulator.callbacks()[0].lost);
  EXPECT_EQ(page.post("messages/1/lose", json::object())->status, 409) << "it is gone already";
}

TEST_F(LateSimulatorPage, DelaysACallback) {
  send();
  const auto week = std::chrono::milliseconds(std::chrono::hours(24 * 7));
  EXPECT_EQ(page.post("messages/1/delay", {{"delay_ms", week.count()}})->status, 200);
  send({{"foreign_id", "in time"}});
  simulator.advance(std::chrono::hours(73));
  ASSERT_THAT(sink.wait_for(1), SizeIs(1));
  EXPECT_EQ(json::parse(sink.wait_for(1)[0].body)["foreign_id"], "in time");
  simulator.advance(week);
  EXPECT_THAT(sink.wait_for(2), SizeIs(2));
}

TEST_F(SimulatorPage, RepeatsACallback) {
  send();
  sink.wait_for(1);
  ASSERT_TRUE(simulator.wait_for_callbacks(1, std::chrono::seconds(20)));
  EXPECT_EQ(page.post("messages/1/repeat", json::object())->status, 200);
  const auto callbacks = sink.wait_for(2);
  ASSERT_THAT(callbacks, SizeIs(2));
  EXPECT_EQ(callbacks[0].body, callbacks[1].body);
}

TEST_F(SimulatorPage, TellsAnotherResultWhileARepetitionWaits) {
  send();
  sink.wait_for(1);
  ASSERT_TRUE(simulator.wait_for_callbacks(1, std::chrono::seconds(20)));
  sink.hold();
  send();
  sink.wait_for(2);  // and whatever comes now waits for its answer
  EXPECT_EQ(page.post("messages/1/repeat", json::object())->status, 200);
  EXPECT_EQ(page.post("messages/1/tell", {{"code", 4006}})->status, 200);
  sink.release();
  const auto callbacks = sink.wait_for(4);
  ASSERT_THAT(callbacks, SizeIs(4));
  EXPECT_EQ(callbacks[2].body, callbacks[0].body);
  EXPECT_EQ(json::parse(callbacks[3].body)["reason"], "User Busy");
}

TEST_F(SimulatorPage, OptsANumberOut) {
  send();
  sink.wait_for(1);
  EXPECT_EQ(page.post("messages/1/opt-out", json::object())->status, 200);
  send();
  const json later = json::parse(sink.wait_for(2)[1].body);
  EXPECT_EQ(later["reason"], "Opt-in Revoked");
  EXPECT_EQ(later["dnc"], true);
}

TEST_F(SimulatorPage, SetsANumbersResultAndTakesItBack) {
  const json order = {{"phone_number", "+15550010001"}, {"code", 4002}};
  EXPECT_EQ(page.post("number", order)->status, 200);
  send();
  EXPECT_EQ(json::parse(sink.wait_for(1)[0].body)["reason"], "VoiceMail Full");
  EXPECT_EQ(page.post("number", {{"phone_number", "+15550010001"}})->status, 200);
  send();
  EXPECT_EQ(json::parse(sink.wait_for(2)[1].body)["status"], "success");
}

TEST_F(SimulatorPage, InjectsFaultsForTheNextRequests) {
  EXPECT_EQ(page.post("fault", {{"status", 429}, {"times", 2}})->status, 200);
  EXPECT_EQ(raw.post_rvm(raw.good_body())->status, 429);
  EXPECT_EQ(raw.post_rvm(raw.good_body())->status, 429);
  EXPECT_EQ(raw.post_rvm(raw.good_body())->status, 200);
#ifndef _WIN32
  EXPECT_EQ(page.post("fault", {{"cut", true}})->status, 200);
  EXPECT_FALSE(raw.post_rvm(raw.good_body()));
  EXPECT_EQ(page.message(4)["is_cut"], true);
  EXPECT_EQ(page.message(4)["is_taken"], true) << "the sender cannot know";
#endif
}

TEST_F(SimulatorPage, InjectsFaultsForTheNextCallbacks) {
  EXPECT_EQ(page.post("callback-fault", {{"repeats", 2}})->status, 200);
  send();
  EXPECT_THAT(sink.wait_for(3), SizeIs(3));
  EXPECT_EQ(page.post("callback-fault", {{"lost", true}})->status, 200);
  send();
  ASSERT_TRUE(simulator.wait_for_callbacks(4, std::chrono::seconds(20)));
  EXPECT_TRUE(simulator.callbacks()[3].lost);
}

TEST_F(SimulatorPage, SaysWhatIsWrongWithAnOrder) {
  send();
  const auto words = [this](const std::string& what, const json& order) {
    const auto answer = page.post(what, order);
    EXPECT_EQ(answer->status, 400) << what << order;
    return RawClient::message_of(answer);
  };
  EXPECT_THAT(words("fault", {{"times", 0}}), HasSubstr("times must be"));
  EXPECT_THAT(words("fault", {{"status", "x"}}), HasSubstr("status must be"));
  EXPECT_THAT(words("fault", {{"delay_ms", -1}}), HasSubstr("delay_ms must be"));
  EXPECT_THAT(words("callback-fault", {{"repeats", 101}}), HasSubstr("repeats must be"));
  EXPECT_THAT(words("number", {{"phone_number", "1"}}), HasSubstr("phone_number must be"));
  EXPECT_THAT(words("messages/1/tell", {{"code", 9998}}), HasSubstr("code must be"));
  EXPECT_EQ(page.post("messages/7/tell", {{"code", 0}})->status, 404);
  EXPECT_EQ(page.post("messages/4294967297/tell", {{"code", 0}})->status, 404)
      << "which is no 1 where a std::size_t has 32 bits";
  EXPECT_EQ(page.post("messages/1/dance", json::object())->status, 404);
  EXPECT_EQ(page.post("nothing", json::object())->status, 404);
}

}  // namespace
}  // namespace dropcowboy
