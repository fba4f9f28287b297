#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "dropcowboy/rvm.hpp"
#include "support/data_file.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

RvmRequest full_request() {
  RvmRequest r = support::good_request();
  r.audio_url = "https://media.acme.test/a.wav";
  r.audio_type = AudioType::wav;
  r.voice_id = std::string(voices::tony.id);
  r.tts_body = "He said \"hi\"\\\n\t\x01 caf\xC3\xA9 \xF0\x9F\x90\x8E";
  r.phone_ivr_id = "ivr";
  r.pool_id = "pool";
  r.caller_id = "+15557654322";
  r.byoc = R"({"sti_attestation":"A","n":1.50})";
  r.privacy = Privacy::full;
  r.postal_code = "02101";
  r.callback_url = "https://acme.test/x";
  r.status_format = "acme";
  r.extra_json = R"({"future":[1,2]})";
  return r;
}

TEST(RvmJson, HoldsEveryKeyByItsNameOnTheWire) {
  const RvmRequest r = full_request();
  EXPECT_EQ(nlohmann::json::parse(to_json(r)),
            nlohmann::json({{"brand_id", r.brand_id},
                            {"phone_number", r.phone_number},
                            {"foreign_id", *r.foreign_id},
                            {"recording_id", *r.recording_id},
                            {"audio_url", *r.audio_url},
                            {"audio_type", "wav"},
                            {"voice_id", *r.voice_id},
                            {"tts_body", *r.tts_body},
                            {"forwarding_number", *r.forwarding_number},
                            {"phone_ivr_id", "ivr"},
                            {"pool_id", "pool"},
                            {"caller_id", *r.caller_id},
                            {"byoc", {{"sti_attestation", "A"}, {"n", 1.5}}},
                            {"privacy", "full"},
                            {"postal_code", "02101"},
                            {"callback_url", *r.callback_url},
                            {"status_format", "acme"},
                            {"future", {1, 2}}}));
}

TEST(RvmJson, PassesJsonObjectsThroughAsWritten) {
  EXPECT_THAT(to_json(full_request()), HasSubstr(R"("n":1.50)"));
}

TEST(RvmJson, AnEmptyRequestIsStillAnObject) {
  EXPECT_EQ(to_json(RvmRequest{}), R"({"brand_id":"","phone_number":""})");
}

TEST(RvmJson, ComesBackAsItWas) {
  const std::string text = to_json(full_request());
  const auto again = RvmRequest::from_json(text);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(nlohmann::json::parse(to_json(*again)), nlohmann::json::parse(text));
  EXPECT_EQ(again->tts_body, full_request().tts_body);
  EXPECT_EQ(again->audio_type, AudioType::wav);
  EXPECT_EQ(again->privacy, Privacy::full);
  EXPECT_EQ(nlohmann::json::parse(*again->extra_json), nlohmann::json({{"future", {1, 2}}}));
}

TEST(RvmJson, ReadsObjectsAsWrittenEveryDigitInItsPlace) {
  const auto read = RvmRequest::from_json(
      R"({ "z" : 12345678901234567890123, "byoc": { "n" : 1.50, "a" : "x  y\u0041",
           "n" : 1e400000 }, "\u0061\"": [ 0.10, { } ] })");
  EXPECT_FALSE(read) << "no number of JSON's readers";
  const auto good = RvmRequest::from_json(
      R"({ "z" : 12345678901234567890123, "byoc": { "n" : 1.50, "a" : "x  y\u0041",
           "b" : 1E4 }, "\u0061\"": [ 0.10, { } ] })");
  ASSERT_TRUE(good) << good.error();
  EXPECT_EQ(good->byoc, R"({"n":1.50,"a":"x  y\u0041","b":1E4})");
  EXPECT_EQ(good->extra_json, R"({"z":12345678901234567890123,"\u0061\"":[0.10,{}]})");
  EXPECT_EQ(to_json(*good),
            R"({"brand_id":"","phone_number":"","byoc":{"n":1.50,"a":"x  y\u0041","b":1E4},)"
            R"("z":12345678901234567890123,"\u0061\"":[0.10,{}]})");
}

TEST(RvmJson, KeepsTheWordForTheDefaultRouteAndOnlyIfItIsSet) {
  RvmRequest r = support::good_request();
  EXPECT_THAT(to_json(r), Not(HasSubstr("use_default_route")));
  r.use_default_route = true;
  const auto again = RvmRequest::from_json(to_json(r));
  ASSERT_TRUE(again) << again.error();
  EXPECT_TRUE(again->use_default_route);
  EXPECT_FALSE(again->extra_json);
  EXPECT_FALSE(RvmRequest::from_json(R"({"use_default_route":false})").value().use_default_route);
  for (const char* text : {R"({"use_default_route":"true"})", R"({"use_default_route":1})"}) {
    const auto mistyped = RvmRequest::from_json(text);
    ASSERT_FALSE(mistyped) << text;
    EXPECT_EQ(mistyped.error().issues.at(0).field, "use_default_route");
  }
}

TEST(RvmJson, KeepsAnIdThatIsSetButEmpty) {
  RvmRequest r;
  r.foreign_id = "";
  const auto again = RvmRequest::from_json(to_json(r));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->foreign_id, "") << "an error that validate() reports, not an omission";
}

TEST(RvmJson, BytesThatAreNotUtf8AreReplaced) {
  RvmRequest r;
  r.brand_id = "caf\xE9!";
  EXPECT_EQ(nlohmann::json::parse(to_json(r))["brand_id"], "caf\xEF\xBF\xBD!");
}

TEST(RvmJson, ReadsOnlyWhatIsThere) {
  const auto r = RvmRequest::from_json(R"({"phone_number":"+1","pool_id":null})");
  ASSERT_TRUE(r);
  EXPECT_EQ(r->phone_number, "+1");
  EXPECT_EQ(r->brand_id, "");
  EXPECT_FALSE(r->pool_id);
  EXPECT_FALSE(r->foreign_id);
  EXPECT_FALSE(r->extra_json);
}

TEST(RvmJson, DropsCredentials) {
  const auto r = RvmRequest::from_json(R"({"team_id":"t","secret":"Zq7mark","brand_id":"b"})");
  ASSERT_TRUE(r);
  EXPECT_THAT(to_json(*r), Not(HasSubstr("Zq7mark")));
}

TEST(RvmJson, ReportsEveryMistypedValueAtOnceAndQuotesNone) {
  nlohmann::json faulty = {{"byoc", "[]"},  {"audio_type", "ogg-Zq7mark"}, {"privacy", true},
                           {"brand_id", 7}, {"phone_number", 15},          {"foreign_id", {1}}};
  for (const char* key :
       {"recording_id", "audio_url", "voice_id", "tts_body", "forwarding_number", "phone_ivr_id",
        "pool_id", "caller_id", "postal_code", "callback_url", "status_format"}) {
    faulty[key] = 1;
  }
  const auto result = RvmRequest::from_json(faulty.dump());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  EXPECT_THAT(result.error().issues, SizeIs(faulty.size()));
  for (const Issue& issue : result.error().issues) {
    EXPECT_TRUE(faulty.contains(std::string(issue.field))) << issue.field;
    EXPECT_EQ(issue.code, IssueCode::invalid_value);
  }
  EXPECT_THAT(to_string(result.error()), Not(HasSubstr("Zq7mark")));
}

TEST(RvmJson, RefusesWhatIsNotOneJsonObject) {
  const std::string deep = R"({"a":)" + std::string(32, '[') + std::string(32, ']') + "}";
  const std::string huge = R"({"a":")" + std::string(1024 * 1024, 'x') + "\"}";
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("7"), std::string("{\"a\":"),
        std::string("{} x"), std::string("<html>"), std::string("{\"a\":\"\xFF\"}"), deep, huge}) {
    const auto result = RvmRequest::from_json(text);
    ASSERT_FALSE(result) << text.substr(0, 40);
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_request);
  }
}

TEST(RvmJson, OfARepeatedKeyTheLastOneCounts) {
  EXPECT_EQ(RvmRequest::from_json(R"({"pool_id":7,"pool_id":"b","pool_id":null})").value().pool_id,
            std::nullopt);
  EXPECT_EQ(RvmRequest::from_json(R"({"brand_id":"a","brand_id":"b"})").value().brand_id, "b");
}

TEST(RvmJson, MutatedTextIsReadOrRefusedButNeverBreaksAnything) {
  const std::string original = to_json(full_request());
  std::mt19937 random(7);
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = original;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const auto request = RvmRequest::from_json(text);
    if (!request) continue;
    ++read;
    EXPECT_TRUE(nlohmann::json::accept(to_json(*request)));
    static_cast<void>(validate(*request));
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace dropcowboy
