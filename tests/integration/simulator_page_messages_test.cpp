// What the page of the simulator tells of messages, by raw HTTP.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/simulator_page.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::EventStream;
using support::has_state;
using support::SimulatorPage;
using support::with_page;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

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
  raw.post_rvm("not JSON but " + secret);
  EXPECT_THAT(page.messages().dump(), Not(HasSubstr(secret)));
  EXPECT_THAT(page.get("/page/api/about")->body, Not(HasSubstr(secret)));
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
    ASSERT_EQ(raw.http().Post("/rvm", headers, body.dump(), "application/json")->status, 202);
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

testing::SimulatorOptions strict_with_page() {
  testing::SimulatorOptions options = with_page();
  options.strict = true;
  return options;
}

class StrictSimulatorPage : public SimulatorPage {
 protected:
  StrictSimulatorPage() : SimulatorPage(strict_with_page()) {}
};

TEST_F(StrictSimulatorPage, TellsItsRefusalFromTheRealServicesAnswer) {
  send({{"phone_number", "5551234"}});
  const json about = json::parse(page.get("/page/api/about")->body);
  EXPECT_EQ(about["strict"], true) << "by which the page says that the real one would queue it";
  const json message = page.message(1);
  EXPECT_EQ(message["state"], "refused");
  EXPECT_EQ(message["answered_status"], 400);
  EXPECT_THAT(message["answered_body"].get<std::string>(), HasSubstr("phone_number"));
  ASSERT_THAT(message["validation"]["errors"], SizeIs(1));
  EXPECT_EQ(message["validation"]["errors"][0]["field"], "phone_number");
}

TEST_F(SimulatorPage, SurvivesWhatIsNestedWithoutEndOrHasKeysWithoutEnd) {
  const auto nested = [](const std::string& id, std::size_t levels) {
    return R"({"foreign_id":")" + id + R"(","a":)" + std::string(levels, '[') +
           std::string(levels, ']') + '}';
  };
  ASSERT_EQ(raw.post_rvm(nested("deep", 511))->status, 200);
  ASSERT_EQ(raw.post_rvm(nested("too deep", 100'000))->status, 400);
  std::string wide = R"({"foreign_id":"wide")";
  for (int i = 0; i < 100'000; ++i) wide += ",\"k" + std::to_string(i) + "\":0";
  ASSERT_EQ(raw.post_rvm(wide + '}')->status, 200);
  EXPECT_EQ(page.message(1)["request"]["foreign_id"], "deep");
  EXPECT_EQ(page.message(2)["request"]["foreign_id"], "too deep");
  EXPECT_EQ(page.message(3)["request"]["foreign_id"], "wide");
  EXPECT_EQ(page.message(3)["size"], wide.size() + 1) << "though not all of it is shown";
  EXPECT_LE(page.message(3)["body"].size(), 1000U);
}

}  // namespace
}  // namespace dropcowboy
