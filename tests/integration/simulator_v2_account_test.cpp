// What the simulator's v2 service knows of the account, and its clock.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/callback_sink.hpp"
#include "support/v2_account.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::seconds;
using support::CallbackSink;
using support::V2Account;
using ::testing::IsEmpty;
using testing::Simulator;
using testing::SimulatorOptions;
using ::testing::SizeIs;

constexpr seconds soon{20};

class SimulatorV2Account : public ::testing::Test {
 protected:
  json get(const std::string& path) { return V2Account::data_of(account.get(path)); }

  /// The path and query of a URL.
  static std::string target_of(const std::string& url) { return url.substr(url.find('/', 8)); }

  httplib::Result upload(const std::string& url, const std::string& bytes, const char* type,
                         const httplib::Headers& headers = {}) {
    return account.http().Put(target_of(url).c_str(), headers, bytes, type);
  }

  json start_upload() {
    return V2Account::data_of(account.post(
        "/media/public/media", {{"name", "New"}, {"type", "rvm"}, {"signed_upload", true}}));
  }

  Simulator simulator;
  V2Account account{simulator};
};

TEST_F(SimulatorV2Account, AnswersNobodyElse) {
  for (const char* path :
       {"/register/public/integration-readiness", "/register/public/webhooks",
        "/register/public/account/webhook-signing-secret", "/phone/public/lines",
        "/media/public/media", "/voice/public/voices", "/contact/public/contacts/search"}) {
    const httplib::Headers wrong = {{"x-key", "simulated-key"}, {"x-secret", "wrong"}};
    const auto answer = account.http().Get(path, wrong);
    EXPECT_EQ(answer->status, 401) << path;
    EXPECT_EQ(account.http().Get(path)->status, 401) << path;
  }
}

TEST_F(SimulatorV2Account, IsReadyToBeAsked) {
  const json data = get("/register/public/integration-readiness");
  EXPECT_EQ(data["audio_url_allowed"], false);
  EXPECT_EQ(data["test_numbers_only"], false);
  EXPECT_EQ(data["byoc"]["connected"], false);
  EXPECT_EQ(data["numbers"]["count"], 3);
  EXPECT_EQ(data["voices"]["count"], 2);
  EXPECT_EQ(data["funds"]["funds_ok"], true);
  EXPECT_THAT(data["next_actions"], IsEmpty());
  const json whole = json::parse(account.get("/register/public/integration-readiness")->body);
  EXPECT_TRUE(whole["meta"]["request_id"].is_string());
}

TEST_F(SimulatorV2Account, ListsLinesAndTheirNumbers) {
  const json lines = get("/phone/public/lines");
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0], json({{"ivr_id", "b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a11"},
                            {"name", "Main line"},
                            {"type", "voice"},
                            {"is_default", true}}));
  EXPECT_THAT(get("/phone/public/lines?type=sms"), SizeIs(1));
  EXPECT_THAT(get("/phone/public/lines?search_term=Second"), SizeIs(1));
  const std::string id = lines[0]["ivr_id"];
  EXPECT_EQ(get("/phone/public/lines/" + id + "/numbers"),
            json({{{"phone_number", "+15557654321"}}}));
  EXPECT_EQ(account.get("/phone/public/lines/none/numbers")->status, 404);
}

TEST_F(SimulatorV2Account, MakesALineThatCanBeUsed) {
  const json made = V2Account::data_of(
      account.post("/phone/public/lines", {{"name", "Mine"}, {"type", "voice"}}));
  account.post("/rvm", V2Account::voicemail({{"phone_line_id", made["ivr_id"]}}));
  EXPECT_TRUE(simulator.v2_messages().at(0).sent);
  EXPECT_EQ(account.post("/phone/public/lines", {{"type", "voice"}})->status, 422);
  EXPECT_EQ(account.post("/phone/public/lines", {{"name", "x"}, {"type", "sms"}})->status, 422);
}

TEST_F(SimulatorV2Account, TakesAnUploadStepByStep) {
  const json made = start_upload();
  const std::string id = made["media_id"];
  const std::string mp3 = made["upload"]["mp3"]["url"];
  EXPECT_EQ(made["upload"]["mp3"]["content_type"], "audio/mpeg");
  EXPECT_EQ(made["upload"]["wav"]["content_type"], "audio/wav");
  EXPECT_EQ(mp3.rfind(simulator.v2_url() + '/', 0), 0U) << mp3;
  const std::string path = "/media/public/media/" + id;
  EXPECT_EQ(get(path)["media_exists"], false);
  EXPECT_EQ(account.post(path + "/complete", json::object())->status, 422) << "nothing is there";
  EXPECT_EQ(upload(mp3, "sound", "audio/wav")->status, 403);
  EXPECT_EQ(upload(mp3, "sound", "audio/mpeg", {{"x-secret", "s"}})->status, 403);
  EXPECT_EQ(upload(mp3, "", "audio/mpeg")->status, 400);
  EXPECT_EQ(upload("http://x.test/uploads/none", "sound", "audio/mpeg")->status, 403);
  EXPECT_EQ(upload(mp3, "sound", "audio/mpeg")->status, 200);
  const json message = V2Account::voicemail({{"media_id", id}});
  account.post("/rvm", message);
  EXPECT_EQ(simulator.v2_messages().at(0).reason_code, 3033) << "not complete yet";
  EXPECT_EQ(V2Account::data_of(account.post(path + "/complete", json::object()))["media_exists"],
            true);
  account.post("/rvm", message);
  EXPECT_TRUE(simulator.v2_messages().at(1).sent);
}

TEST_F(SimulatorV2Account, TakesAnUploadForTwoDays) {
  const json made = start_upload();
  const std::string path = "/media/public/media/" + made["media_id"].get<std::string>();
  simulator.advance(hours(48));
  EXPECT_EQ(upload(made["upload"]["mp3"]["url"], "sound", "audio/mpeg")->status, 403);
  const json fresh = get(path + "/policy");
  EXPECT_EQ(upload(fresh["upload"]["mp3"]["url"], "sound", "audio/mpeg")->status, 200);
  EXPECT_EQ(account.get("/media/public/media/none/policy")->status, 404);
}

TEST_F(SimulatorV2Account, ListsAndImportsMedia) {
  const json listed = get("/media/public/media");
  EXPECT_EQ(listed["total"], 2);
  EXPECT_THAT(listed["medias"], SizeIs(2));
  EXPECT_THAT(get("/media/public/media?limit=1")["medias"], SizeIs(1));
  EXPECT_EQ(account.get("/media/public/media?limit=x")->status, 422);
  json body = {
      {"name", "Song"}, {"type", "rvm"}, {"url", "https://acme.test/a.mp3"}, {"ext", ".mp3"}};
  const auto made = account.post("/media/public/media", body);
  EXPECT_EQ(made->status, 201);
  account.post("/rvm", V2Account::voicemail({{"media_id", V2Account::data_of(made)["media_id"]}}));
  EXPECT_TRUE(simulator.v2_messages().at(0).sent);
  for (const char* key : {"name", "type", "url", "ext"}) {
    json without = body;
    without.erase(key);
    EXPECT_EQ(account.post("/media/public/media", without)->status, 422) << key;
  }
  EXPECT_EQ(account.get("/media/public/media/none")->status, 404);
}

TEST_F(SimulatorV2Account, ListsVoices) {
  const json voices = get("/voice/public/voices")["voices"];
  ASSERT_THAT(voices, SizeIs(2));
  EXPECT_EQ(voices[0]["status"], "ready");
  EXPECT_EQ(voices[1]["status"], "training");
}

TEST(SimulatorV2Consent, IsWhatATextMayNeed) {
  SimulatorOptions options;
  options.v2.sms_needs_consent = true;
  const Simulator simulator(options);
  V2Account account(simulator);
  CallbackSink sink;
  const json text = V2Account::text({{"to", "+14155550177"}, {"callback_url", sink.url()}});
  account.post("/sms", text);
  const json failed = json::parse(sink.wait_for(1).at(0).body);
  EXPECT_EQ(failed["reason_code"], 6011);
  const std::string path = "/contact/public/contacts/" + failed["contact_id"].get<std::string>();
  EXPECT_EQ(account.get(path)->status, 404) << "known by its id alone";
  const json consent = {{"consent_type", "sms_optin"},
                        {"phone_number", "+14155550177"},
                        {"consent_text", "Yes"},
                        {"consent_method", "web_form"}};
  for (const auto& [key, value] : consent.items()) {
    json wrong = consent;
    wrong[key] = "";
    EXPECT_EQ(account.post(path + "/consent", wrong)->status, 422) << key;
  }
  EXPECT_EQ(account.post("/contact/public/contacts/none/consent", consent)->status, 404);
  const auto recorded = account.post(path + "/consent", consent);
  EXPECT_EQ(recorded->status, 201);
  EXPECT_TRUE(V2Account::data_of(recorded)["consent_id"].is_string());
  const json contact = V2Account::data_of(account.get(path));
  EXPECT_EQ(contact["has_sms_consent"], true);
  EXPECT_EQ(contact["has_tcpa_consent"], false);
  EXPECT_EQ(V2Account::data_of(account.get("/contact/public/contacts/search?phone=%2B14155550177")),
            contact);
  account.post("/sms", text);
  EXPECT_EQ(json::parse(sink.wait_for(2).at(1).body)["reason_code"], 0);
}

TEST(SimulatorClock, CanBeAdvanced) {
  CallbackSink sink;
  SimulatorOptions options;
  options.callback_delay = hours(1);
  options.now = [] { return std::chrono::system_clock::time_point(seconds(1'774'041'960)); };
  Simulator simulator(options);
  V2Account account(simulator);
  account.post("/rvm", V2Account::voicemail({{"callback_url", sink.url()}}));
  const auto before = simulator.now();
  simulator.advance(-hours(1));
  EXPECT_EQ(simulator.now(), before) << "never backwards";
  simulator.advance(hours(1) - std::chrono::milliseconds(1));
  EXPECT_THAT(sink.wait_for(0), IsEmpty());
  simulator.advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(simulator.wait_for_callbacks(1, soon));
  EXPECT_EQ(simulator.now() - before, hours(1));
  EXPECT_EQ(json::parse(sink.wait_for(1).at(0).body)["attempt_date"], "2026-03-20T22:26:00.000Z");
  for (int i = 0; i < 300; ++i) simulator.advance(std::chrono::milliseconds::max());
  EXPECT_GT(simulator.now(), before) << "and never past the end of the clock";
}

TEST(SimulatorV2Records, NeedNotBeKept) {
  SimulatorOptions options;
  options.keep_records = false;
  const Simulator simulator(options);
  V2Account account(simulator);
  for (int i = 0; i < 2; ++i) account.post("/rvm", V2Account::voicemail(), "key-1");
  EXPECT_THAT(simulator.v2_messages(), IsEmpty());
  ASSERT_THAT(simulator.v2_keys(), SizeIs(1)) << "keys are not records: they decide";
  EXPECT_EQ(simulator.v2_keys()[0].uses, 2);
}

}  // namespace
}  // namespace dropcowboy
