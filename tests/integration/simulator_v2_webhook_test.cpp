// The simulator's signed webhooks, also through the library's own receiver.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/receiver/webhook_receiver.hpp"
#include "support/callback_sink.hpp"
#include "support/callbacks.hpp"
#include "support/v2_account.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using support::CallbackSink;
using support::V2Account;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RecordedCallback;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

constexpr seconds soon{20};

SimulatorOptions still_clock() {
  SimulatorOptions options;
  options.now = [] { return std::chrono::system_clock::time_point(seconds(1'774'041'960)); };
  return options;
}

class SimulatorV2Webhook : public ::testing::Test {
 protected:
  void send(const std::string& number = "+15550010004") {
    const auto answer = account.post("/rvm", V2Account::voicemail({{"to", number}}));
    ASSERT_TRUE(answer && answer->status == 202);
  }

  /// Everything told so far, once it is so much.
  std::vector<RecordedCallback> told(std::size_t count) {
    EXPECT_TRUE(simulator.wait_for_callbacks(count, soon));
    EXPECT_THAT(simulator.callbacks(), SizeIs(count));
    return simulator.callbacks();
  }

  CallbackSink sink;
  Simulator simulator{still_clock()};
  V2Account account{simulator};
};

TEST_F(SimulatorV2Webhook, TellsOfAResultWithASignature) {
  const json hook = account.make_webhook(sink.url(), {"contact.rvm.status"});
  send();
  const auto request = sink.wait_for(1).at(0);
  json body = json::parse(request.body);
  EXPECT_EQ(request.get_header_value("X-Timestamp"), "1774041960");
  EXPECT_EQ(request.get_header_value("X-Signature"),
            support::signature_of(hook["signing_secret"], "1774041960", request.body));
  EXPECT_EQ(request.get_header_value("X-Signature-Version"), "v1");
  EXPECT_EQ(request.get_header_value("X-Event-Id"), body["event_id"].get<std::string>());
  EXPECT_EQ(request.get_header_value("X-Attempt"), "1");
  EXPECT_EQ(request.get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(body["event"], "contact.rvm.status");
  EXPECT_EQ(body["event_at"], 1'774'041'960'000);
  json data = body["data"];
  for (const char* id : {"team_id", "contact_id", "drop_id"}) EXPECT_EQ(data.erase(id), 1U) << id;
  EXPECT_EQ(data, json({{"campaign_id", nullptr},
                        {"campaign_type", "rvm"},
                        {"status", "failure"},
                        {"reason", "No Answer"},
                        {"reason_code", 4005},
                        {"to", "+15550010004"},
                        {"from", "+15550000000"}}));
}

TEST_F(SimulatorV2Webhook, SignsAsTheVendorsExampleDoes) {
  // The vendor's public test vector: the secret, a timestamp and the body of a status event.
  const std::string body =
      R"({"event_id":"2694f968-93fd-44ca-9b92-2110ed1ee61e","event":"contact.rvm.status",)"
      R"("event_at":1774041912000,"data":{"team_id":"3f6c2a1e-8b4d-4c7a-9e2f-5a1b3c4d6e7f",)"
      R"("contact_id":"5a4b3c2d-1e0f-4a9b-8c7d-6e5f4a3b2c1d",)"
      R"("drop_id":"b3e7a1c9-8d5f-4b2e-9a6c-1f4d7b3e8a52","campaign_id":null,)"
      R"("campaign_type":"rvm","status":"success","reason":"","reason_code":0,)"
      R"("to":"+13125550142","from":"+12125550100"}})";
  EXPECT_EQ(support::signature_of("e4b1c7a9-3f2d-4e8b-9a6c-5d1f8b2e7c30", "1774041960", body),
            "sha256=e85f619d16c3a6ccdb54846a3d7fdf556fd9703c5d94b76740b7bb7470b1bebc")
      << "what the simulator's signatures are compared with";
}

TEST_F(SimulatorV2Webhook, SignsBodiesOfEveryLength) {
  const json hook = account.make_webhook(sink.url(), {"*"});
  std::size_t count = 0;
  for (std::size_t length = 0; length < 130; length += 3) {  // across two blocks of SHA-256
    simulator.post_event("contact.msg.received", json({{"body", std::string(length, 'x')}}).dump());
    ++count;
    const auto request = sink.wait_for(count).at(count - 1);
    EXPECT_EQ(request.get_header_value("X-Signature"),
              support::signature_of(hook["signing_secret"], request.get_header_value("X-Timestamp"),
                                    request.body))
        << length;
  }
}

TEST_F(SimulatorV2Webhook, TellsWhoeverAskedForTheEvent) {
  CallbackSink all;
  CallbackSink others;
  account.make_webhook(sink.url(), {"contact.sms.status", "contact.rvm.status"});
  account.make_webhook(all.url(), {"*"});
  account.make_webhook(others.url(), {"contact.sms.status"});
  send();
  told(2);
  account.post("/sms", V2Account::text());
  told(5);
  EXPECT_THAT(sink.wait_for(0), SizeIs(2));
  EXPECT_THAT(all.wait_for(0), SizeIs(2));
  const auto texts = others.wait_for(0);
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(json::parse(texts[0].body)["data"]["campaign_type"], "sms");
}

TEST_F(SimulatorV2Webhook, SendsAReceiptAfterADelivery) {
  account.make_webhook(sink.url(), {"*"});
  send("+14155550100");
  const auto events = told(2);
  EXPECT_EQ(events[0].event, "contact.rvm.status");
  EXPECT_EQ(events[1].event, "contact.rvm.receipt");
  const json status = json::parse(events[0].body);
  const json receipt = json::parse(events[1].body);
  EXPECT_EQ(status["event_id"], receipt["event_id"]) << "as in the vendor's samples";
  EXPECT_EQ(receipt["data"]["drop_id"].get<std::string>().size(), 24U);
  EXPECT_NE(status["data"]["drop_id"], receipt["data"]["drop_id"]);
  EXPECT_EQ(receipt["data"]["campaign_session"]["dispo"]["status"], "success");
  EXPECT_EQ(receipt["data"]["receipt_ready_at"], "2026-03-20T21:26:00.000Z");
  EXPECT_THAT(receipt["data"]["proof_of_delivery_url"].get<std::string>(), HasSubstr("/receipts/"));
  EXPECT_EQ(events[0].body.find("order-17"), std::string::npos) << "no foreign_id in an event";
}

TEST_F(SimulatorV2Webhook, RepeatsAfterOneAndFiveMoreMinutes) {
  sink.answer_with(503);
  const json hook = account.make_webhook(sink.url(), {"*"});
  send();
  told(1);
  simulator.advance(minutes(1) - milliseconds(1));
  send();  // told at once, and so after what would have been due
  told(2);
  simulator.advance(milliseconds(1));
  told(3);
  simulator.advance(minutes(5) + seconds(1));
  const auto all = told(5);
  const auto requests = sink.wait_for(5);
  const std::string event_id = requests[0].get_header_value("X-Event-Id");
  std::vector<std::string> attempts;
  for (const auto& request : requests) {
    if (request.get_header_value("X-Event-Id") != event_id) continue;
    attempts.push_back(request.get_header_value("X-Attempt"));
    EXPECT_EQ(request.body, requests[0].body);
    EXPECT_EQ(request.get_header_value("X-Signature"),
              support::signature_of(hook["signing_secret"], request.get_header_value("X-Timestamp"),
                                    request.body));
  }
  EXPECT_THAT(attempts, ElementsAre("1", "2", "3"));
  EXPECT_EQ(all.back().attempt, 3);
}

struct StatusRow {
  int status;
  bool is_repeated;
};

TEST_F(SimulatorV2Webhook, RepeatsOnlyWhatMayPass) {
  const StatusRow rows[] = {{200, false}, {204, false}, {301, false}, {400, false},
                            {401, false}, {404, false}, {410, false}, {408, true},
                            {429, true},  {500, true},  {502, true},  {503, true}};
  for (const auto& [status, is_repeated] : rows) {
    CallbackSink receiver;
    receiver.answer_with(status);
    Simulator one(still_clock());
    V2Account its_account(one);
    its_account.make_webhook(receiver.url(), {"*"});
    its_account.post("/rvm", V2Account::voicemail());
    ASSERT_TRUE(one.wait_for_callbacks(1, soon));
    one.advance(minutes(1));
    one.post_event("contact.created", "{}");
    ASSERT_TRUE(one.wait_for_callbacks(is_repeated ? 3 : 2, soon)) << status;
    EXPECT_EQ(one.callbacks().at(1).attempt, is_repeated ? 2 : 1) << status;
  }
}

TEST_F(SimulatorV2Webhook, RepeatsWhereNobodyIs) {
  account.make_webhook("http://127.0.0.1:1/nobody", {"*"});
  send();
  told(1);
  simulator.advance(minutes(1));
  EXPECT_EQ(told(2)[1].answered_status, 0);
}

TEST_F(SimulatorV2Webhook, SignsRepeatsWithTheSecretOfTheirTime) {
  sink.answer_with(503);
  const json hook = account.make_webhook(sink.url(), {"*"});
  const std::string path = "/register/public/webhooks/" + hook["webhook_id"].get<std::string>();
  send();
  told(1);
  const json rotated = V2Account::data_of(account.post(path + "/rotate-secret", json::object()));
  EXPECT_EQ(rotated["webhook_id"], hook["webhook_id"]);
  EXPECT_NE(rotated["signing_secret"], hook["signing_secret"]);
  simulator.advance(minutes(1));
  told(2);
  const auto second = sink.wait_for(2).at(1);
  EXPECT_EQ(second.get_header_value("X-Signature"),
            support::signature_of(rotated["signing_secret"], second.get_header_value("X-Timestamp"),
                                  second.body));
}

TEST_F(SimulatorV2Webhook, PausesAfterFiveFailuresAndDropsWhatHappensThen) {
  sink.answer_with(400);
  account.make_webhook(sink.url(), {"*"});
  for (int i = 0; i < 5; ++i) send();
  told(5);
  send();
  const auto paused = told(6);
  EXPECT_TRUE(paused[5].lost);
  EXPECT_EQ(paused[5].answered_status, 0);
  EXPECT_THAT(sink.wait_for(5), SizeIs(5));
  simulator.advance(minutes(5));
  send();
  EXPECT_FALSE(told(7)[6].lost);
  EXPECT_THAT(sink.wait_for(6), SizeIs(6)) << "what was dropped does not come later";
}

TEST_F(SimulatorV2Webhook, GoesOnAfterASuccess) {
  account.make_webhook(sink.url(), {"*"});
  for (int i = 0; i < 12; ++i) send();
  for (const auto& event : told(12)) EXPECT_FALSE(event.lost);
}

TEST_F(SimulatorV2Webhook, EndsWithTheWebhook) {
  sink.answer_with(503);
  const json hook = account.make_webhook(sink.url(), {"*"});
  send();
  told(1);
  const std::string path = "/register/public/webhooks/" + hook["webhook_id"].get<std::string>();
  EXPECT_EQ(V2Account::data_of(account.remove(path)), json({{"result", true}}));
  EXPECT_EQ(account.remove(path)->status, 404);
  simulator.advance(minutes(1));
  account.post("/rvm", V2Account::voicemail({{"callback_url", sink.url()}}));
  EXPECT_EQ(told(2)[1].event, "") << "the callback of the second, not a repeat of the first";
}

TEST_F(SimulatorV2Webhook, IsManagedOverTheApi) {
  const std::string path = "/register/public/webhooks";
  const json made = account.make_webhook(sink.url(), {"a", "b"});
  EXPECT_TRUE(made["signing_secret"].is_string());
  EXPECT_EQ(made["signing_secret_created_at"], 1'774'041'960'000);
  const json listed = V2Account::data_of(account.get(path));
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_FALSE(listed[0].contains("signing_secret"));
  EXPECT_EQ(listed[0]["url"], sink.url());
  EXPECT_EQ(listed[0]["hook_type"], nullptr);
  const std::string one = path + '/' + made["webhook_id"].get<std::string>();
  const json changed = V2Account::data_of(account.put(one, {{"event_types", {"c"}}}));
  EXPECT_EQ(changed["event_types"], json({"c"})) << "replaced, not added";
  EXPECT_EQ(changed["hook_url"], sink.url());
  const auto nothing = account.put(one, json::object());
  EXPECT_EQ(nothing->status, 400);
  EXPECT_EQ(json::parse(nothing->body)["details"]["code"], "nothing_to_update");
  EXPECT_EQ(account.put(path + "/none", {{"name", "x"}})->status, 404);
  const json secrets =
      V2Account::data_of(account.get("/register/public/account/webhook-signing-secret"));
  ASSERT_THAT(secrets, SizeIs(1));
  EXPECT_EQ(secrets[0]["signing_secret"], made["signing_secret"]);
  EXPECT_EQ(secrets[0]["event_types"], json({"c"}));
}

TEST_F(SimulatorV2Webhook, IsRefusedIfItCannotWork) {
  const std::string path = "/register/public/webhooks";
  const json bad[] = {
      {{"hook_url", "http://acme.test/"}, {"event_types", {"*"}}},
      {{"hook_url", "acme"}, {"event_types", {"*"}}},
      {{"event_types", {"*"}}},
      {{"hook_url", sink.url()}},
      {{"hook_url", sink.url()}, {"event_types", json::array()}},
      {{"hook_url", sink.url()}, {"event_types", {7}}},
      {{"hook_url", sink.url()}, {"event_types", {"*"}}, {"name", std::string(101, 'n')}}};
  for (const json& body : bad) EXPECT_EQ(account.post(path, body)->status, 422) << body;
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(account.make_webhook("https://acme.test/", {"*"}).is_object()) << i;
  }
  EXPECT_EQ(account.post(path, {{"hook_url", sink.url()}, {"event_types", {"*"}}})->status, 422);
}

TEST_F(SimulatorV2Webhook, TellsOfEventsThatNoRequestCauses) {
  account.make_webhook(sink.url(), {"contact.msg.opt"});
  simulator.post_event("contact.msg.received", R"({"from":"+15550010001"})");
  simulator.post_event("contact.msg.opt", R"({"from":"+15550010001","to":"+15557654321"})");
  const json body = json::parse(sink.wait_for(1).at(0).body);
  EXPECT_EQ(body["event"], "contact.msg.opt");
  EXPECT_EQ(body["data"]["from"], "+15550010001");
  for (const char* data : {"", "[]", "7", "{"}) {
    EXPECT_THROW(simulator.post_event("x", data), Exception) << data;
  }
}

// ---- With the library's receiver ----

receiver::CallbackRequest received(const httplib::Request& request) {
  receiver::CallbackRequest callback{"POST", "/", {}, request.body};
  for (const auto& [name, value] : request.headers) callback.headers.push_back({name, value});
  return callback;
}

TEST_F(SimulatorV2Webhook, PassesTheReceiverOnce) {
  const json hook = account.make_webhook(sink.url(), {"*"});
  receiver::ReceiverOptions options;
  options.webhook_secrets = {hook["signing_secret"]};
  options.now = [this] { return simulator.now(); };
  const receiver::WebhookReceiver receiver(options);
  testing::SimulatedCallbackFault twice;
  twice.repeats = 1;
  simulator.inject_callback_fault(twice);
  send("+14155550100");
  const auto requests = sink.wait_for(4);
  ASSERT_THAT(requests, SizeIs(4));
  std::vector<std::string> events;
  for (const auto& request : requests) {
    const auto reception = receiver.receive(received(request));
    EXPECT_EQ(reception.status, 200) << to_string(reception.rejection);
    if (!reception.event) continue;
    const Webhook& callback = reception.event->callback;
    events.push_back(callback.event.value_or(""));
    EXPECT_EQ(reception.event->authenticity, receiver::Authenticity::signature);
    EXPECT_EQ(callback.phone_number, "+14155550100");
    EXPECT_TRUE(callback.delivered());
    EXPECT_THAT(callback.issues, IsEmpty());
  }
  EXPECT_THAT(events, ElementsAre("contact.rvm.status", "contact.rvm.receipt"))
      << "each once, although they share an event_id";
}

TEST_F(SimulatorV2Webhook, PassesTheReceiverAcrossARotation) {
  const json hook = account.make_webhook(sink.url(), {"*"});
  const std::string path = "/register/public/webhooks/" + hook["webhook_id"].get<std::string>();
  receiver::ReceiverOptions options;
  options.webhook_secrets = {hook["signing_secret"]};
  options.now = [this] { return simulator.now(); };
  receiver::WebhookReceiver receiver(options);
  sink.answer_with(503);
  send();
  told(1);
  const json rotated = V2Account::data_of(account.post(path + "/rotate-secret", json::object()));
  simulator.advance(minutes(1));
  told(2);
  const auto second = sink.wait_for(2).at(1);
  EXPECT_EQ(receiver.receive(received(second)).status, 401);
  ASSERT_TRUE(receiver.set_webhook_secrets({hook["signing_secret"], rotated["signing_secret"]}));
  EXPECT_TRUE(receiver.receive(received(second)).event);
}

}  // namespace
}  // namespace dropcowboy
