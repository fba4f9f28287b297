// The page of the simulator, by raw HTTP: what it serves and to whom, what it tells of messages,
// and what its buttons do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/error.hpp"
#include "support/callback_sink.hpp"
#include "support/event_stream.hpp"
#include "support/raw_client.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::CallbackSink;
using support::EventStream;
using support::RawClient;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

SimulatorOptions with_page() {
  SimulatorOptions options;
  options.page = true;
  return options;
}

/// What never comes by itself within a test.
SimulatorOptions with_late_callbacks() {
  SimulatorOptions options = with_page();
  options.callback_delay = std::chrono::hours(72);
  return options;
}

/// Speaks to a simulator as its page does.
class PageClient {
 public:
  explicit PageClient(const Simulator& simulator) : raw(simulator), origin_(simulator.v2_url()) {}

  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) {
    return raw.http().Get(path, headers);
  }
  httplib::Result post(const std::string& what, const json& order, httplib::Headers headers = {}) {
    if (headers.empty()) headers.emplace("Origin", origin_);
    return raw.http().Post("/page/api/" + what, headers, order.dump(), "application/json");
  }
  json message(int number) {
    const auto answer = get("/page/api/messages/" + std::to_string(number));
    return json::parse(answer ? answer->body : "{}", nullptr, false);
  }
  json messages() { return json::parse(get("/page/api/messages.json")->body); }
  const std::string& origin() const { return origin_; }

  RawClient raw;

 private:
  std::string origin_;
};

class SimulatorPage : public ::testing::Test {
 protected:
  explicit SimulatorPage(SimulatorOptions options = with_page()) : simulator(std::move(options)) {}

  void send(const json& patch = json::object()) {
    json with_callback = {{"callback_url", sink.url()}};
    with_callback.merge_patch(patch);
    ASSERT_TRUE(page.raw.post_rvm(page.raw.good_body_with(with_callback)));
  }

  CallbackSink sink;
  Simulator simulator;
  PageClient page{simulator};
};

class LateSimulatorPage : public SimulatorPage {
 protected:
  LateSimulatorPage() : SimulatorPage(with_late_callbacks()) {}
};

bool has_state(const std::vector<EventStream::Event>& events, const std::string& state) {
  for (const auto& event : events) {
    for (const json& message : event.data["messages"]) {
      if (message["state"] == state) return true;
    }
  }
  return false;
}

TEST(SimulatorWithoutPage, HasNothingAtItsAddresses) {
  const Simulator simulator;
  PageClient page(simulator);
  EXPECT_EQ(simulator.page_url(), "");
  for (const char* path : {"/", "/page.js", "/page.css", "/page/api/events"}) {
    EXPECT_EQ(page.get(path)->status, 404) << path;
  }
  EXPECT_EQ(page.post("clear", json::object())->status, 404);
}

TEST_F(SimulatorPage, IsServedWithItsFiles) {
  EXPECT_EQ(simulator.page_url(), simulator.v2_url() + "/");
  const auto html = page.get("/");
  EXPECT_EQ(html->status, 200);
  EXPECT_EQ(html->get_header_value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(html->body, HasSubstr("<title>Drop Cowboy simulator</title>"));
  EXPECT_EQ(page.get("/page.js")->get_header_value("Content-Type"),
            "text/javascript; charset=utf-8");
  EXPECT_EQ(page.get("/page.css")->get_header_value("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(page.get("/page/nowhere")->status, 404);
}

TEST_F(SimulatorPage, LoadsNothingFromElsewhereAndRunsNothingInline) {
  for (const char* path : {"/", "/page.js", "/page/api/account", "/page/api/messages.json"}) {
    const auto answer = page.get(path);
    EXPECT_THAT(answer->get_header_value("Content-Security-Policy"),
                AllOf(HasSubstr("default-src 'none'"), HasSubstr("script-src 'self'"),
                      HasSubstr("frame-ancestors 'none'"), Not(HasSubstr("unsafe"))))
        << path;
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff") << path;
  }
  const std::string html = page.get("/")->body;
  EXPECT_THAT(html, AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://")),
                          Not(HasSubstr("style=")), Not(HasSubstr("onclick"))));
  EXPECT_THAT(page.get("/page.css")->body,
              AllOf(Not(HasSubstr("url(")), Not(HasSubstr("@import"))));
}

TEST_F(SimulatorPage, PutsTextsInAsTextOnly) {
  const std::string script = page.get("/page.js")->body;
  for (const char* maker : {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(",
                            "createContextualFragment", "DOMParser", "srcdoc"}) {
    EXPECT_THAT(script, Not(HasSubstr(maker)));
  }
}

TEST_F(SimulatorPage, IsServedToHostsOfThisMachineAndPortOnly) {
  const std::string port = simulator.v2_url().substr(simulator.v2_url().rfind(':'));
  for (const char* host : {"127.0.0.1", "localhost", "[::1]"}) {
    EXPECT_EQ(page.get("/", {{"Host", host + port}})->status, 200) << host;
  }
  const std::vector<std::string> strangers = {"evil.example" + port, "127.0.0.1", "127.0.0.1:1",
                                              "127.0.0.1.evil.example" + port,
                                              "evil.example#127.0.0.1" + port};
  for (const std::string& host : strangers) {
    for (const char* path : {"/", "/page.js", "/page/api/events", "/page/api/messages.json"}) {
      const auto answer = page.get(path, {{"Host", host}});
      EXPECT_EQ(answer->status, 403) << host << path;
      EXPECT_THAT(answer->body, Not(HasSubstr("<"))) << host << path;
    }
  }
}

TEST_F(SimulatorPage, IsNotReadByOtherOrigins) {
  for (const char* path : {"/page/api/events", "/page/api/messages.json", "/page/api/account"}) {
    EXPECT_EQ(page.get(path, {{"Origin", "http://evil.example"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Origin", "http://127.0.0.1:1"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Origin", "null"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Sec-Fetch-Site", "cross-site"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Sec-Fetch-Site", "same-site"}})->status, 403) << path;
  }
  EXPECT_EQ(page.get("/page/api/account", {{"Sec-Fetch-Site", "same-origin"}})->status, 200);
  EXPECT_FALSE(page.get("/page/api/account")->has_header("Access-Control-Allow-Origin"));
  const httplib::Headers link = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}};
  EXPECT_EQ(page.get("/", link)->status, 200) << "a link may lead to the page itself";
}

TEST_F(SimulatorPage, IsNotDrivenByOtherOrigins) {
  send();
  for (const httplib::Headers& headers :
       {httplib::Headers{{"Origin", "http://evil.example"}}, httplib::Headers{{"Origin", "null"}},
        httplib::Headers{{"X-Nothing", "no origin"}},
        httplib::Headers{{"Origin", page.origin()}, {"Sec-Fetch-Site", "cross-site"}}}) {
    EXPECT_EQ(page.post("clear", json::object(), headers)->status, 403);
  }
  EXPECT_THAT(page.messages(), SizeIs(1));
  const auto form =
      page.raw.http().Post("/page/api/clear", {{"Origin", page.origin()}}, "{}", "text/plain");
  EXPECT_EQ(form->status, 415);
  EXPECT_EQ(page.post("clear", json::object())->status, 200);
  EXPECT_THAT(page.messages(), IsEmpty());
}

TEST_F(SimulatorPage, IsNeitherRecordedNorStruckByFaults) {
  testing::SimulatedFault fault;
  fault.status = 503;
  simulator.inject(fault);
  EXPECT_EQ(page.get("/")->status, 200);
  EXPECT_EQ(page.get("/page/api/account")->status, 200);
  EXPECT_THAT(simulator.requests(), IsEmpty());
  EXPECT_EQ(page.raw.post_rvm(page.raw.good_body())->status, 503);
}

TEST_F(SimulatorPage, ShowsAMessageAndItsCallback) {
  EventStream events(page.origin(), "/page/api/events");
  send({{"privacy", "full"}});
  sink.wait_for(1);
  ASSERT_TRUE(has_state(
      events.wait_until([](const auto& all) { return has_state(all, "delivered"); }), "delivered"));
  const json message = page.message(1);
  EXPECT_EQ(message["path"], "/v1/rvm");
  EXPECT_EQ(message["request"]["phone_number"], "+15550010001");
  EXPECT_EQ(message["request"]["foreign_id"], "order-17");
  EXPECT_EQ(message["request"]["privacy"], "full");
  EXPECT_EQ(message["answered_status"], 200);
  EXPECT_EQ(message["answered_body"], R"({"status":"queued"})");
  EXPECT_EQ(message["state"], "delivered");
  EXPECT_EQ(message["cost"], "0.0929");
  EXPECT_THAT(message["validation"]["errors"], IsEmpty());
  ASSERT_THAT(message["callbacks"], SizeIs(1));
  EXPECT_EQ(message["callbacks"][0]["answered_status"], 200);
  EXPECT_EQ(message["callbacks"][0]["url"], sink.url());
  EXPECT_EQ(json::parse(message["callbacks"][0]["body"].get<std::string>())["status"], "success");
}

TEST_F(SimulatorPage, ShowsWhatIsWrongInTheServicesWordsAndInThoseOfValidate) {
  send({{"phone_number", "5551234"}});
  sink.wait_for(1);
  const json message = page.message(1);
  EXPECT_EQ(message["answered_status"], 200) << "the service says queued all the same";
  EXPECT_EQ(message["is_faulty"], true);
  EXPECT_EQ(message["result"]["reason"], "Must be E.164 format");
  EXPECT_EQ(message["result"]["code"], 3011);
  EXPECT_EQ(message["result"]["advice"], "fix_and_resend");
  ASSERT_THAT(message["validation"]["errors"], SizeIs(1));
  EXPECT_EQ(message["validation"]["errors"][0]["field"], "phone_number");
}

TEST_F(SimulatorPage, NeverShowsTheSecret) {
  const std::string secret = simulator.credentials().secret;
  send({{"foreign_id", "has " + secret}, {"byoc", {{"deep", {secret}}}}});
  ASSERT_THAT(json::parse(sink.wait_for(1)[0].body)["foreign_id"], HasSubstr(secret));
  ASSERT_TRUE(simulator.wait_for_callbacks(1, std::chrono::seconds(20)));
  page.raw.post_rvm("not JSON but " + secret);
  EXPECT_THAT(page.messages().dump(), Not(HasSubstr(secret)));
  EXPECT_THAT(page.get("/page/api/account")->body, Not(HasSubstr(secret)));
  EXPECT_EQ(page.message(1)["body"]["secret"], "***");
  EXPECT_EQ(page.message(1)["body"]["foreign_id"], "has ***");
  EXPECT_TRUE(page.message(2)["body"].is_null());
}

TEST_F(SimulatorPage, TellsRequestsThatWereNotTaken) {
  testing::SimulatedFault fault;
  fault.status = 429;
  simulator.inject(fault);
  send();
  fault.status = 503;
  simulator.inject(fault);
  send();
  fault.after_judging = true;
  simulator.inject(fault);
  send();
  EXPECT_EQ(page.message(1)["state"], "refused");
  EXPECT_EQ(page.message(2)["state"], "unclear");
  EXPECT_EQ(page.message(3)["is_taken"], true);
  EXPECT_EQ(page.message(3)["answered_status"], 503);
}

TEST_F(SimulatorPage, AHostileTextLeavesAsJsonOnly) {
  const std::string hostile = "<script>alert(1)</script>";
  send({{"recording_id", nullptr}, {"tts_body", hostile}, {"voice_id", hostile}});
  for (const char* path : {"/page/api/messages.json", "/page/api/messages/1"}) {
    const auto answer = page.get(path);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
  }
  EXPECT_EQ(page.message(1)["body"]["tts_body"], hostile);
  EXPECT_THAT(page.get("/")->body, Not(HasSubstr(hostile)));
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
      EXPECT_LT(std::stoull(all[i - 1].id), std::stoull(all[i].id));
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
  PageClient page(simulator);
  EXPECT_EQ(page.get("/page/api/events")->status, 503);
  EXPECT_EQ(page.get("/page/api/account")->status, 200);
}

TEST_F(LateSimulatorPage, DeliversAtOnce) {
  send();
  EXPECT_EQ(page.message(1)["state"], "accepted");
  EXPECT_EQ(page.post("messages/1/tell", {{"code", 0}})->status, 200);
  const auto callbacks = sink.wait_for(1);
  ASSERT_THAT(callbacks, SizeIs(1));
  EXPECT_EQ(json::parse(callbacks[0].body)["status"], "success");
}

TEST_F(LateSimulatorPage, FailsWithAnyDocumentedReason) {
  const json reasons = json::parse(page.get("/page/api/account")->body)["reasons"];
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
  EXPECT_EQ(page.raw.post_rvm(page.raw.good_body())->status, 429);
  EXPECT_EQ(page.raw.post_rvm(page.raw.good_body())->status, 429);
  EXPECT_EQ(page.raw.post_rvm(page.raw.good_body())->status, 200);
  EXPECT_EQ(page.post("fault", {{"cut", true}})->status, 200);
  EXPECT_FALSE(page.raw.post_rvm(page.raw.good_body()));
  EXPECT_EQ(page.message(4)["is_cut"], true);
  EXPECT_EQ(page.message(4)["is_taken"], true) << "the sender cannot know";
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
  EXPECT_EQ(page.post("messages/1/dance", json::object())->status, 404);
  EXPECT_EQ(page.post("nothing", json::object())->status, 404);
}

TEST_F(SimulatorPage, ShowsTheNewerServiceBesideV1) {
  const auto key = simulator.v2_api_key();
  const httplib::Headers headers = {{"x-key", key.key},
                                    {"x-secret", key.secret},
                                    {"Idempotency-Key", "0197a2b4-6d0e-7b8e-a7a3-3c0c4a3f9d21"}};
  const json body = {{"to", "+15550010004"},
                     {"media_id", testing::SimulatedV2Account::sample().media[0].media_id},
                     {"foreign_id", key.secret},
                     {"callback_url", sink.url()}};
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(page.raw.http().Post("/rvm", headers, body.dump(), "application/json")->status, 202);
  }
  sink.wait_for(1);
  ASSERT_TRUE(simulator.wait_for_callbacks(1, std::chrono::seconds(20)));
  const json message = page.message(1);
  EXPECT_EQ(message["state"], "failed");
  EXPECT_EQ(message["result"]["reason"], "No Answer");
  EXPECT_EQ(message["request"]["phone_number"], "+15550010004");
  EXPECT_EQ(message["body"]["foreign_id"], "***");
  EXPECT_EQ(page.message(2)["state"], "repeat");
  EXPECT_EQ(page.post("messages/2/tell", {{"code", 0}})->status, 409);
  page.post("messages/1/tell", {{"code", 4006}});
  EXPECT_EQ(json::parse(sink.wait_for(2)[1].body)["reason_code"], 4006);
}

}  // namespace
}  // namespace dropcowboy
