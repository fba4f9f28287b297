// What the simulator calls back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/client.hpp"
#include "support/callback_sink.hpp"
#include "support/fits.hpp"
#include "support/raw_client.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;
using support::CallbackSink;
using support::RawClient;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

constexpr seconds soon{20};

class SimulatorCallback : public ::testing::Test {
 protected:
  /// Posts the good body with a patch and gives the callback that follows.
  json callback_for(const json& patch) {
    json body = client.good_body_with({{"callback_url", sink.url()}});
    body.merge_patch(patch);
    const auto answer = client.post_rvm(body);
    EXPECT_EQ(answer->status, 200) << answer->body;
    EXPECT_EQ(answer->body, R"({"status":"queued"})");
    const auto received = sink.wait_for(++sent);
    EXPECT_THAT(received, SizeIs(sent));
    return json::parse(received.at(sent - 1).body);
  }

  CallbackSink sink;
  const Simulator simulator;
  RawClient client{simulator};
  std::size_t sent = 0;
};

TEST_F(SimulatorCallback, HasTheShapeOfV1) {
  json callback = callback_for(json::object());
  EXPECT_THAT(callback["attempt_date"].get<std::string>(),
              support::Fits("2[0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+\\.[0-9][0-9][0-9]Z"));
  callback.erase("attempt_date");
  EXPECT_THAT(callback["drop_id"].get<std::string>(), support::Fits("[0-9a-f]+"));
  callback.erase("drop_id");
  EXPECT_EQ(callback, json({{"phone_number", "+15550010001"},
                            {"status", "success"},
                            {"reason", ""},
                            {"dnc", false},
                            {"spam", false},
                            {"product_cost", 0.09},
                            {"compliance_fee", 0.0029},
                            {"tts_fee", 0.0},
                            {"network", {{"name", "Simulated Wireless"}, {"type", "wireless"}}},
                            {"foreign_id", "order-17"}}));
}

TEST_F(SimulatorCallback, IsAJsonPostToTheWholeUrl) {
  callback_for(json::object());
  const auto request = sink.wait_for(1).at(0);
  EXPECT_EQ(request.target, "/results?from=test");
  EXPECT_EQ(request.get_header_value("Content-Type"), "application/json");
}

TEST_F(SimulatorCallback, ChargesForSpeechAndOnlyForSuccess) {
  const json speech = {
      {"recording_id", nullptr}, {"voice_id", "voice"}, {"tts_body", std::string(1200, 'a')}};
  const json success = callback_for(speech);
  EXPECT_EQ(success["status"], "success");
  EXPECT_GT(success["tts_fee"], 0);

  json failing = speech;
  failing["phone_number"] = "+15550010004";
  const json failure = callback_for(failing);
  EXPECT_EQ(failure["status"], "failure");
  for (const char* cost : {"product_cost", "compliance_fee", "tts_fee"}) {
    EXPECT_EQ(failure[cost], 0) << cost;
  }
}

TEST_F(SimulatorCallback, FailsSpeechOfMoreThan1200Characters) {
  const json callback = callback_for({{"recording_id", nullptr},
                                      {"voice_id", "voice"},
                                      {"tts_body", std::string(1201, 'a')},
                                      {"status_format", "x"}});
  EXPECT_EQ(callback["status"], "failure");
  EXPECT_EQ(callback["reason"], "TTS too long");
  EXPECT_EQ(callback["status_code"], 3021);
}

TEST_F(SimulatorCallback, LeavesOutAForeignIdThatWasNotSent) {
  EXPECT_FALSE(callback_for({{"foreign_id", nullptr}}).contains("foreign_id"));
}

struct Number {
  const char* phone_number;
  int code;
  const char* reason;
  bool dnc;
};

TEST_F(SimulatorCallback, GivesEverySimulatedNumberItsResult) {
  const Number numbers[] = {
      {"+15550010001", 0, "", false},
      {"+15550010002", 4000, "VoiceMail Not Detected", false},
      {"+15550010004", 4005, "No Answer", false},
      {"+15550010005", 4006, "User Busy", false},
      {"+15550010006", 4004, "Number not reachable", false},
      {"+15550010090", 4016, "Internal DNC", true},
      {"+15550010091", 4017, "Known Litigator", false},
      {"+15550010092", 4019, "RND Reassigned", false},
      {"+15550010093", 4021, "RND Error", false},
      {"+15550010094", 6000, "Carrier Denied Use Case", false},
      {"+15550010095", 6002, "Pool Suspended", false},
      {"+15550010097", 4013, "Too Many Attempts", false},
      {"+15550010098", 6005, "Opt-in Revoked", true},
      {"+15550010099", 6011, "Opt-in Missing", false},
      {"+442071838750", 0, "", false},
  };
  for (const Number& number : numbers) {
    const json callback =
        callback_for({{"phone_number", number.phone_number}, {"status_format", "x"}});
    EXPECT_EQ(callback["phone_number"], number.phone_number);
    EXPECT_EQ(callback["status"], number.code == 0 ? "success" : "failure");
    EXPECT_EQ(callback["reason"], number.reason);
    EXPECT_EQ(callback["status_code"], number.code);
    EXPECT_EQ(callback["dnc"], number.dnc);
    EXPECT_EQ(callback["spam"], false);
  }
}

TEST_F(SimulatorCallback, ComesInTheOrderOfAcceptance) {
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    ids.push_back("id-" + std::to_string(i));
    client.post_rvm(
        client.good_body_with({{"callback_url", sink.url()}, {"foreign_id", ids.back()}}));
  }
  std::vector<std::string> received;
  for (const auto& request : sink.wait_for(ids.size())) {
    received.push_back(json::parse(request.body)["foreign_id"]);
  }
  EXPECT_EQ(received, ids);
}

TEST_F(SimulatorCallback, IsRecordedWithItsAnswer) {
  sink.answer_with(503);
  const json callback = callback_for(json::object());
  ASSERT_TRUE(simulator.wait_for_callbacks(1, soon));
  ASSERT_THAT(simulator.callbacks(), SizeIs(1));
  EXPECT_EQ(simulator.callbacks()[0].url, sink.url());
  EXPECT_EQ(json::parse(simulator.callbacks()[0].body), callback);
  EXPECT_EQ(simulator.callbacks()[0].answered_status, 503);
}

TEST_F(SimulatorCallback, GoesToEverySpellingOfALoopbackHost) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1"}) {
    callback_for({{"callback_url", sink.url(host)}});
  }
}

TEST_F(SimulatorCallback, IsRecordedAsUnansweredWhereNobodyMayBeOrIsReached) {
  const std::vector<std::string> urls = {
      "http://callbacks.invalid/",
      "http://10.0.0.1/",
      sink.url("127.0.0.1.acme.invalid"),
      sink.url("localhost.invalid"),
      sink.url("0127.0.0.1"),          // octal to many a resolver
      sink.url("127.1"),               // the sink itself, in spellings
      sink.url("2130706433"),          // that are
      sink.url("[::ffff:127.0.0.1]"),  // not understood
      "http://127.0.0.1:1/nobody",
      "https://127.0.0.1:1/nobody",
  };
  for (const std::string& url : urls) {
    EXPECT_EQ(client.post_rvm(client.good_body_with({{"callback_url", url}}))->status, 200) << url;
  }
  ASSERT_TRUE(simulator.wait_for_callbacks(urls.size(), soon));
  for (std::size_t i = 0; i < urls.size(); ++i) {
    EXPECT_EQ(simulator.callbacks()[i].url, urls[i]);
    EXPECT_EQ(simulator.callbacks()[i].answered_status, 0) << urls[i];
  }
  EXPECT_THAT(sink.wait_for(0), IsEmpty());
}

TEST_F(SimulatorCallback, ComesOnlyToWhoAsks) {
  EXPECT_EQ(client.post_rvm(client.good_body())->status, 200);
  EXPECT_EQ(client.post_rvm(client.good_body_with({{"callback_url", 5}}))->status, 200);
  callback_for(json::object());  // nothing came before it
  EXPECT_THAT(sink.wait_for(1), SizeIs(1));
}

TEST_F(SimulatorCallback, ReachesAUserOfTheLibrary) {
  ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  RvmRequest request = support::good_request();
  request.callback_url = sink.url();
  const auto receipt = Client(options).send(request);
  ASSERT_TRUE(receipt) << receipt.error();
  const json callback = json::parse(sink.wait_for(1).at(0).body);
  EXPECT_EQ(callback["foreign_id"], receipt->foreign_id);
}

TEST(SimulatorCallbackDelay, IsWaitedFor) {
  CallbackSink sink;
  SimulatorOptions options;
  options.callback_delay = hours(1);
  const Simulator simulator(options);
  RawClient client(simulator);
  ASSERT_EQ(client.post_rvm(client.good_body_with({{"callback_url", sink.url()}}))->status, 200);
  EXPECT_FALSE(simulator.wait_for_callbacks(1, std::chrono::milliseconds(20)));
  EXPECT_THAT(simulator.callbacks(), IsEmpty());
}

TEST(SimulatorCallbackDelay, EndsWithTheSimulatorHoweverLong) {
  CallbackSink sink;
  {
    SimulatorOptions options;
    options.callback_delay = std::chrono::milliseconds::max();
    const Simulator simulator(options);
    RawClient client(simulator);
    client.post_rvm(client.good_body_with({{"callback_url", sink.url()}}));
  }
  EXPECT_THAT(sink.wait_for(0), IsEmpty());
}

TEST(SimulatorCallbackDelay, ACallbackUnderWayDoesNotOutliveTheSimulator) {
  CallbackSink sink;
  sink.hold();
  {
    const Simulator simulator;
    RawClient client(simulator);
    client.post_rvm(client.good_body_with({{"callback_url", sink.url()}}));
    client.post_rvm(client.good_body_with({{"callback_url", sink.url()}}));
    ASSERT_THAT(sink.wait_for(1), SizeIs(1));
  }
  sink.release();
  EXPECT_THAT(sink.wait_for(0), SizeIs(1)) << "the second one was pending and is dropped";
}

}  // namespace
}  // namespace dropcowboy
