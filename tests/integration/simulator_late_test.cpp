// What the simulator takes as the service does, and tells only in the callback; and what becomes of
// callbacks on their way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/client.hpp"
#include "dropcowboy/webhook.hpp"
#include "support/callback_sink.hpp"
#include "support/raw_client.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::CallbackSink;
using support::RawClient;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::RecordedCallback;
using testing::SimulatedCallbackFault;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

constexpr seconds soon{20};
constexpr const char* nobody = "http://127.0.0.1:1/results";

struct Late {
  std::string name;
  json patch;  // of a message that is right
  std::string reason;
  int code = 0;
};

void PrintTo(const Late& row, std::ostream* out) { *out << row.name; }

json good_sms_of(const Simulator& simulator) {
  return {{"team_id", simulator.credentials().team_id},
          {"secret", simulator.credentials().secret},
          {"phone_number", "+15550020001"},
          {"caller_id", "+15557654321"},
          {"pool_id", "text"},
          {"sms_body", "Your table is ready."},
          {"opt_in", true},
          {"foreign_id", "text-17"},
          {"callback_url", nobody}};
}

/// The result of the only message that is sent; an empty object if it stayed silent.
json result_of(const Simulator& simulator, const httplib::Result& answer) {
  EXPECT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << answer->body;
  EXPECT_EQ(answer->body, R"({"status":"queued"})");
  if (!simulator.wait_for_callbacks(1, soon)) return json::object();
  const RecordedCallback callback = simulator.callbacks().at(0);
  EXPECT_THAT(callback.body, Not(HasSubstr(simulator.credentials().secret)));
  return json::parse(callback.body);
}

void expect_result(const json& callback, const Late& row) {
  EXPECT_EQ(callback["status"], row.reason.empty() ? "success" : "failure");
  EXPECT_EQ(callback["reason"], row.reason);
}

class LateVoicemail : public ::testing::TestWithParam<Late> {};

TEST_P(LateVoicemail, IsQueuedAndToldInTheCallback) {
  const Simulator simulator;
  RawClient client(simulator);
  json body = client.good_body_with({{"callback_url", nobody}, {"status_format", "x"}});
  body.merge_patch(GetParam().patch);
  const json callback = result_of(simulator, client.post_rvm(body));
  expect_result(callback, GetParam());
  EXPECT_EQ(callback["status_code"], GetParam().code);
}

const json no_audio = {{"recording_id", nullptr}};
const json no_route = {{"forwarding_number", nullptr}};
const json good_audio_url = {{"audio_url", "https://a.b/c"}, {"audio_type", "mp3"}};

json patched(json patch, const json& more) {
  patch.update(more);
  return patch;
}

INSTANTIATE_TEST_SUITE_P(
    Account, LateVoicemail,
    ::testing::Values(
        Late{"good", json::object(), ""},
        Late{"wrong_secret", {{"secret", "stale"}}, "Not authorized", 3007},
        Late{"no_secret", {{"secret", nullptr}}, "Not authorized", 3007},
        Late{"wrong_team", {{"team_id", "other"}}, "Not authorized", 3007},
        Late{"number_for_a_secret", {{"secret", 5}}, "Not authorized", 3007},
        Late{"foreign_brand", {{"brand_id", "other"}}, "Not authorized", 3007},
        Late{"no_brand", {{"brand_id", nullptr}}, "Not authorized", 3007},
        Late{"unknown_recording", {{"recording_id", "r"}}, "Media Not Found", 3033},
        Late{"recording_not_for_the_api",
             {{"recording_id", "6a1f0f0e-7f0b-4a55-8c52-0a9f5d0f3b72"}},
             "Not authorized",
             3007},
        Late{"other_media", {{"recording_id", "e2c0b9a1-51f6-4b0e-9a44-7f6f4b0c1d93"}}, ""},
        Late{"unknown_pool", {{"pool_id", "p"}}, "Invalid IVR or Route", 3013}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Numbers, LateVoicemail,
    ::testing::Values(
        Late{"none", {{"phone_number", nullptr}}, "Must be E.164 format", 3011},
        Late{"no_text", {{"phone_number", 15550010001}}, "Must be E.164 format", 3011},
        Late{"no_plus", {{"phone_number", "15550010001"}}, "Must be E.164 format", 3011},
        Late{"dashes", {{"phone_number", "+1555-001-0001"}}, "Must be E.164 format", 3011},
        Late{"too_short", {{"phone_number", "+1555001000"}}, "Phone number not valid", 3012},
        Late{"area_code", {{"phone_number", "+11550010001"}}, "Phone number not valid", 3012},
        Late{"forwarding", {{"forwarding_number", "5557654321"}}, "Must be E.164 format", 3011}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Audio, LateVoicemail,
    ::testing::Values(
        Late{"none", no_audio, "Media Not Found", 3033},
        Late{"two", {{"voice_id", "v"}, {"tts_body", "Hi"}}, "Audio file not valid", 3001},
        Late{"url_alone", patched(no_audio, {{"audio_url", "https://a.b/c"}}),
             "Audio file not valid", 3001},
        Late{"url_of_another_type",
             patched(no_audio, {{"audio_url", "https://a.b/c"}, {"audio_type", "ogg"}}),
             "Audio file not valid", 3001},
        Late{"url", patched(no_audio, good_audio_url), "Not allowed audio_url", 3014},
        Late{"no_voice", patched(no_audio, {{"tts_body", "Hi"}}), "No Voice", 3002},
        Late{"no_speech", patched(no_audio, {{"voice_id", "v"}}), "No TTS", 3015},
        Late{"long_speech",
             patched(no_audio, {{"voice_id", "v"}, {"tts_body", std::string(1201, 'a')}}),
             "TTS too long", 3021},
        Late{"speech", patched(no_audio, {{"voice_id", "v"}, {"tts_body", "Hi"}}), ""}),
    [](const auto& row) { return row.param.name; });

TEST(LateJudge, TakesAnAudioUrlFromAnAccountThatTheVendorApprovedForIt) {
  SimulatorOptions approved;
  approved.audio_url_approved = true;
  SimulatorOptions anybody;
  anybody.any_credentials = true;
  for (const SimulatorOptions& options : {approved, anybody}) {
    const Simulator simulator(options);
    RawClient client(simulator);
    json body = client.good_body_with({{"callback_url", nobody}});
    body.merge_patch(patched(no_audio, good_audio_url));
    EXPECT_EQ(result_of(simulator, client.post_rvm(body))["status"], "success");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Routes, LateVoicemail,
    ::testing::Values(
        Late{"the_accounts_own", no_route, ""},
        Late{"two", {{"phone_ivr_id", "ivr"}}, "Invalid IVR or Route", 3013},
        Late{"ivr", patched(no_route, {{"phone_ivr_id", "ivr"}}), ""},
        Late{"byoc_no_object", {{"byoc", "A"}}, "BYOC not enabled", 3016},
        Late{"byoc_id", {{"byoc", {{"sti_orig_id", "1"}}}}, "sti_orig_id not a UUID", 3017},
        Late{"byoc_attestation",
             {{"byoc", {{"sti_attestation", "D"}}}},
             "attestation not A, B or C",
             3018},
        Late{
            "byoc",
            {{"byoc",
              {{"sti_orig_id", "7a4e1c52-9d7e-4c0b-8f0a-2f6f7f6a1b3c"}, {"sti_attestation", "A"}}}},
            ""}),
    [](const auto& row) { return row.param.name; });

/// For these the vendor names no reason: they fail nothing, and are not refused.
INSTANTIATE_TEST_SUITE_P(
    NoReason, LateVoicemail,
    ::testing::Values(Late{"privacy", {{"privacy", "maybe"}}, ""},
                      Late{"postal_code", {{"postal_code", 90210}}, ""},
                      Late{"long_id", {{"foreign_id", std::string(300, 'x')}}, ""},
                      Late{"unknown_key", {{"new_key", {1, 2}}}, ""}),
    [](const auto& row) { return row.param.name; });

class LateText : public ::testing::TestWithParam<Late> {};

TEST_P(LateText, IsQueuedAndToldInTheCallback) {
  const Simulator simulator;
  RawClient client(simulator);
  json body = good_sms_of(simulator);
  body.merge_patch(GetParam().patch);
  const auto answer =
      client.http().Post("/v1/sms", client.headers(), body.dump(), "application/json");
  expect_result(result_of(simulator, answer), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Keys, LateText,
    ::testing::Values(
        Late{"good", json::object(), ""}, Late{"secret", {{"secret", "stale"}}, "Not authorized"},
        Late{"number", {{"phone_number", "555"}}, "Must be E.164 format"},
        Late{"caller_id", {{"caller_id", nullptr}}, "Invalid caller ID or not SMS enabled"},
        Late{"no_text", {{"sms_body", ""}}, "Invalid message"},
        Late{"long_text", {{"sms_body", std::string(161, 'a')}}, "Invalid message"},
        Late{"consent", {{"opt_in", false}}, "Opt-in Missing"},
        Late{"no_consent", {{"opt_in", nullptr}}, "Opt-in Missing"},
        Late{"pool", {{"pool_id", "other"}}, "Pool Not Ready"}),
    [](const auto& row) { return row.param.name; });

TEST(LateResult, OnlyTheBodysCredentialsCountForSends) {
  const Simulator simulator;
  RawClient client(simulator);
  const json body = client.good_body_with({{"callback_url", nobody}});
  const json callback =
      result_of(simulator, client.post_rvm(httplib::Headers{{"x-secret", "stale"}}, body.dump()));
  EXPECT_EQ(callback["status"], "success");
}

TEST(LateResult, AMissingOrUselessCallbackUrlLeavesSilence) {
  const Simulator simulator;
  RawClient client(simulator);
  for (const json& url : {json(), json(5), json::array()}) {
    json body = client.good_body_with({{"secret", "stale"}});
    body["callback_url"] = url;
    EXPECT_EQ(client.post_rvm(body)->status, 200);
  }
  EXPECT_FALSE(simulator.wait_for_callbacks(1, milliseconds(20)));
}

/// An account that nobody has described cannot be checked against.
TEST(LateResult, WithAnyCredentialsEveryBrandRecordingAndPoolIsGood) {
  SimulatorOptions options;
  options.any_credentials = true;
  const Simulator simulator(options);
  RawClient client(simulator);
  json body = client.good_body_with({{"team_id", "acme"},
                                     {"secret", "whatever"},
                                     {"brand_id", "b"},
                                     {"recording_id", "r"},
                                     {"pool_id", "p"},
                                     {"callback_url", nobody}});
  EXPECT_EQ(result_of(simulator, client.post_rvm(body))["status"], "success");
  body["secret"] = "";
  client.post_rvm(body);
  ASSERT_TRUE(simulator.wait_for_callbacks(2, soon));
  EXPECT_EQ(json::parse(simulator.callbacks()[1].body)["reason"], "Not authorized");
}

TEST(LateResult, AStaleSecretLooksAcceptedToAUserOfTheLibraryUntilTheCallback) {
  const Simulator simulator;
  ClientOptions options;
  options.credentials = {simulator.credentials().team_id, "stale"};
  options.base_url = simulator.url();
  RvmRequest request = support::good_request();
  request.callback_url = nobody;
  ASSERT_TRUE(Client(options).send(request));
  ASSERT_TRUE(simulator.wait_for_callbacks(1, soon));
  const auto event = Webhook::parse(simulator.callbacks()[0].body);
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->delivered());
  EXPECT_EQ(event->known_reason, Reason::not_authorized);
}

class CallbackFaults : public ::testing::Test {
 protected:
  void send(const std::string& foreign_id) {
    const auto answer = client.post_rvm(
        client.good_body_with({{"callback_url", sink.url()}, {"foreign_id", foreign_id}}));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200);
  }
  static std::string id_of(const std::string& body) { return json::parse(body)["foreign_id"]; }
  /// The ids of the callbacks that were received, once there are so many records.
  std::vector<std::string> received(std::size_t records) {
    EXPECT_TRUE(simulator.wait_for_callbacks(records, soon));
    std::vector<std::string> ids;
    for (const auto& request : sink.wait_for(0)) ids.push_back(id_of(request.body));
    return ids;
  }

  CallbackSink sink;
  Simulator simulator;
  RawClient client{simulator};
};

TEST_F(CallbackFaults, ALostOneIsRecordedAndNeverPosted) {
  SimulatedCallbackFault fault;
  fault.lost = true;
  simulator.inject_callback_fault(fault, 2);
  for (const char* id : {"a", "b", "c"}) send(id);
  EXPECT_THAT(received(3), ElementsAre("c"));
  const auto callbacks = simulator.callbacks();
  EXPECT_TRUE(callbacks[0].lost && callbacks[1].lost && !callbacks[2].lost);
  EXPECT_EQ(callbacks[0].answered_status, 0);
  EXPECT_EQ(id_of(callbacks[0].body), "a");
}

TEST_F(CallbackFaults, ARepeatedOneIsTheSameEachTime) {
  SimulatedCallbackFault fault;
  fault.repeats = 2;
  simulator.inject_callback_fault(fault);
  send("a");
  send("b");
  EXPECT_THAT(received(4), ElementsAre("a", "a", "a", "b"));
  const auto bodies = simulator.callbacks();
  EXPECT_EQ(json::parse(bodies[0].body)["drop_id"], json::parse(bodies[2].body)["drop_id"]);
}

TEST_F(CallbackFaults, ADelayedOneIsOvertakenByOthers) {
  SimulatedCallbackFault fault;
  fault.delay = hours(24 * 365 * 1000);
  simulator.inject_callback_fault(fault);
  for (const char* id : {"a", "b", "c"}) send(id);
  EXPECT_THAT(received(2), ElementsAre("b", "c"));
}

TEST_F(CallbackFaults, OneThatIsHeldBackComesAfterSoManyOthers) {
  SimulatedCallbackFault fault;
  fault.overtaken_by = 2;
  simulator.inject_callback_fault(fault);
  for (const char* id : {"a", "b", "c", "d"}) send(id);
  const auto order = received(4);
  EXPECT_EQ(order[0], "b");
  EXPECT_EQ(order[1], "c");
  EXPECT_THAT(order, ::testing::UnorderedElementsAre("a", "b", "c", "d"));
}

TEST_F(CallbackFaults, StrikeInTheOrderOfInjectionAndNotWithoutATime) {
  SimulatedCallbackFault lost;
  lost.lost = true;
  SimulatedCallbackFault repeated;
  repeated.repeats = 1;
  simulator.inject_callback_fault(lost, 0);
  simulator.inject_callback_fault(lost, -1);
  simulator.inject_callback_fault(repeated);
  simulator.inject_callback_fault(lost);
  send("a");
  send("b");
  EXPECT_THAT(received(3), ElementsAre("a", "a"));
}

TEST(CallbackLoss, StrikesEverySoManiethMessage) {
  SimulatorOptions options;
  options.lose_every_callback = 3;
  const Simulator simulator(options);
  RawClient client(simulator);
  for (int i = 0; i < 7; ++i) {
    client.post_rvm(client.good_body_with({{"callback_url", nobody}}));
  }
  ASSERT_TRUE(simulator.wait_for_callbacks(7, soon));
  const auto callbacks = simulator.callbacks();
  for (std::size_t i = 0; i < callbacks.size(); ++i) {
    EXPECT_EQ(callbacks[i].lost, i % 3 == 2) << i;
  }
}

TEST(CallbackLoss, AHeldOneThatIsNeverOvertakenEndsWithTheSimulator) {
  CallbackSink sink;
  {
    Simulator simulator;
    SimulatedCallbackFault fault;
    fault.overtaken_by = 1;
    simulator.inject_callback_fault(fault);
    RawClient client(simulator);
    client.post_rvm(client.good_body_with({{"callback_url", sink.url()}}));
    EXPECT_FALSE(simulator.wait_for_callbacks(1, milliseconds(20)));
  }
  EXPECT_THAT(sink.wait_for(0), IsEmpty());
}

}  // namespace
}  // namespace dropcowboy
