// How the strict simulator judges a POST /rvm.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/rvm.hpp"
#include "support/raw_client.hpp"
#include "support/strict_simulator.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::RawClient;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Simulator;

const Credentials& account = support::strict_account;
using Row = support::JudgedBody;

class SimulatorRvm : public ::testing::Test {
 protected:
  const Simulator simulator{support::strict()};
  RawClient client{simulator};
};

class SimulatorRvmRule : public SimulatorRvm, public ::testing::WithParamInterface<Row> {};

TEST_P(SimulatorRvmRule, IsKept) {
  support::expect_judged(client.post_rvm(client.good_body_with(GetParam().patch)), GetParam());
}

const json no_audio = {{"recording_id", nullptr}};
const json no_route = {{"forwarding_number", nullptr}};

json patched(json patch, const json& more) {
  patch.update(more);
  return patch;
}

std::vector<Row> rows_of_keys() {
  return {
      {"good", json::object(), ""},
      {"unknown_key", {{"new_key", {1, 2}}}, ""},
      {"no_brand_id", {{"brand_id", nullptr}}, "brand_id"},
      {"empty_brand_id", {{"brand_id", ""}}, "brand_id"},
      {"brand_id_not_a_string", {{"brand_id", 5}}, "brand_id"},
      {"no_phone_number", {{"phone_number", nullptr}}, "phone_number"},
      {"phone_number_not_a_string", {{"phone_number", 15550010001}}, "phone_number"},
      {"phone_number_without_plus", {{"phone_number", "15550010001"}}, "phone_number"},
      {"phone_number_with_dashes", {{"phone_number", "+1555-001-0001"}}, "phone_number"},
      {"phone_number_leading_zero", {{"phone_number", "+0155512345"}}, "phone_number"},
      {"phone_number_nanp_short", {{"phone_number", "+1555001000"}}, "phone_number"},
      {"phone_number_nanp_area_code", {{"phone_number", "+11550010001"}}, "phone_number"},
      {"phone_number_of_16_digits", {{"phone_number", "+4412345678901234"}}, "phone_number"},
      {"phone_number_of_15_digits", {{"phone_number", "+441234567890123"}}, ""},
      {"phone_number_of_2_digits", {{"phone_number", "+44"}}, ""},
      {"phone_number_of_1_digit", {{"phone_number", "+4"}}, "phone_number"},
      {"no_foreign_id", {{"foreign_id", nullptr}}, ""},
      {"foreign_id_of_256", {{"foreign_id", std::string(256, 'x')}}, ""},
      {"foreign_id_of_257", {{"foreign_id", std::string(257, 'x')}}, "foreign_id"},
      {"privacy_off", {{"privacy", "off"}}, ""},
      {"privacy_full", {{"privacy", "full"}}, ""},
      {"privacy_else", {{"privacy", "on"}}, "privacy"},
      {"zip", {{"postal_code", "02101"}}, ""},
      {"zip_plus_4", {{"postal_code", "90210-0001"}}, ""},
      {"canadian", {{"postal_code", "K1A 0B1"}}, ""},
      {"zip_short", {{"postal_code", "2101"}}, "postal_code"},
      {"zip_number", {{"postal_code", 90210}}, "postal_code"},
      {"callback_https", {{"callback_url", "https://hooks.acme.test/drop?key=1"}}, ""},
      {"callback_ftp", {{"callback_url", "ftp://hooks.acme.test"}}, "callback_url"},
      {"callback_no_host", {{"callback_url", "http:///drop"}}, "callback_url"},
      {"callback_relative", {{"callback_url", "/drop"}}, "callback_url"},
      {"callback_port", {{"callback_url", "http://acme.test:70000/"}}, "callback_url"},
      {"callback_user", {{"callback_url", "http://u:p@acme.test/"}}, "callback_url"},
      {"callback_space", {{"callback_url", "http://acme.test/a b"}}, "callback_url"},
      {"status_format", {{"status_format", "other-platform"}}, ""},
      {"status_format_number", {{"status_format", 1}}, "status_format"},
  };
}

std::vector<Row> rows_of_combinations() {
  const json url = {{"audio_url", "https://media.acme.test/a.mp3"}, {"audio_type", "mp3"}};
  const json speech = {{"voice_id", "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7"}, {"tts_body", "Hi"}};
  return {
      {"no_audio", no_audio, "recording_id"},
      {"audio_url", patched(no_audio, url), ""},
      {"audio_wav", patched(no_audio, patched(url, {{"audio_type", "wav"}})), ""},
      {"audio_type_else", patched(no_audio, patched(url, {{"audio_type", "MP3"}})), "audio_type"},
      {"audio_url_ftp", patched(no_audio, patched(url, {{"audio_url", "ftp://a.b"}})), "audio_url"},
      {"audio_url_alone", patched(no_audio, {{"audio_url", url["audio_url"]}}), "audio_type"},
      {"audio_type_alone", patched(no_audio, {{"audio_type", "mp3"}}), "audio_url"},
      {"speech", patched(no_audio, speech), ""},
      {"long_speech", patched(no_audio, patched(speech, {{"tts_body", std::string(1201, 'a')}})),
       ""},
      {"empty_speech", patched(no_audio, patched(speech, {{"tts_body", "  "}})), "tts_body"},
      {"voice_id_alone", patched(no_audio, {{"voice_id", speech["voice_id"]}}), "tts_body"},
      {"tts_body_alone", patched(no_audio, {{"tts_body", "Hi"}}), "voice_id"},
      {"recording_and_url", url, "recording_id"},
      {"recording_and_speech", speech, "recording_id"},
      {"url_and_speech", patched(no_audio, patched(url, speech)), "audio_url"},
      {"no_route", no_route, "forwarding_number"},
      {"forwarding_number_not_e164", {{"forwarding_number", "5557654321"}}, "forwarding_number"},
      {"phone_ivr_id", patched(no_route, {{"phone_ivr_id", "ivr"}}), ""},
      {"phone_ivr_id_and_forwarding", {{"phone_ivr_id", "ivr"}}, "phone_ivr_id"},
      {"pool_id", patched(no_route, {{"pool_id", "pool"}}), ""},
      {"pool_id_and_forwarding", {{"pool_id", "pool"}}, ""},
      {"caller_id", patched(no_route, {{"caller_id", "+15557654322"}}), ""},
      {"caller_id_not_e164", {{"caller_id", "7654322"}}, "caller_id"},
      {"byoc", patched(no_route, {{"byoc", {{"sti_attestation", "A"}}}}), ""},
      {"byoc_not_an_object", {{"byoc", "A"}}, "byoc"},
  };
}

std::string name_of(const ::testing::TestParamInfo<Row>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Keys, SimulatorRvmRule, ::testing::ValuesIn(rows_of_keys()), name_of);
INSTANTIATE_TEST_SUITE_P(Combinations, SimulatorRvmRule,
                         ::testing::ValuesIn(rows_of_combinations()), name_of);

TEST_F(SimulatorRvm, WantsTheCredentialsInHeadersAndBody) {
  const std::string body = client.good_body().dump();
  const auto status = [&](const httplib::Headers& headers, const std::string& text) {
    const auto answer = client.post_rvm(headers, text);
    EXPECT_THAT(answer->body, Not(HasSubstr(account.secret)));
    EXPECT_NE(RawClient::message_of(answer), "") << answer->body;
    return answer->status;
  };
  EXPECT_EQ(status({}, body), 401);
  EXPECT_EQ(status({{"x-team-id", account.team_id}}, body), 401);
  EXPECT_EQ(status({{"x-secret", account.secret}}, body), 401);
  EXPECT_EQ(status({{"x-team-id", account.team_id}, {"x-secret", "wrong"}}, body), 401);
  EXPECT_EQ(status({{"x-team-id", "wrong"}, {"x-secret", account.secret}}, body), 401);
  for (const json& wrong : {json("wrong"), json(5), json()}) {
    for (const char* key : {"team_id", "secret"}) {
      EXPECT_EQ(status(client.headers(), client.good_body_with({{key, wrong}}).dump()), 401);
    }
  }
}

TEST_F(SimulatorRvm, WantsAJsonObject) {
  for (const char* body : {"", "{", "[]", "\"text\"", "null", "{}x", "{\"a\":\"\xFF\"}"}) {
    EXPECT_EQ(client.post_rvm(std::string(body))->status, 400) << body;
  }
  const std::string body = client.good_body().dump();
  EXPECT_EQ(client.post_rvm(client.headers(), body, "text/plain")->status, 415);
  EXPECT_EQ(client.post_rvm(client.headers(), body, "application/x-www-form-urlencoded")->status,
            415);
  EXPECT_EQ(client.post_rvm(client.headers(), body, "Application/JSON; charset=utf-8")->status,
            200);
}

TEST_F(SimulatorRvm, TakesNoNullForAnAbsentKey) {
  json body = client.good_body();
  body["privacy"] = nullptr;
  const auto answer = client.post_rvm(body);
  EXPECT_EQ(answer->status, 400);
  EXPECT_THAT(RawClient::message_of(answer), HasSubstr("privacy must be a string"));
}

TEST_F(SimulatorRvm, CountsCharactersNotBytes) {
  const auto post = [&](int characters) {
    std::string id;
    for (int i = 0; i < characters; ++i) id += "\xC3\xA9";
    return client.post_rvm(client.good_body_with({{"foreign_id", id}}))->status;
  };
  EXPECT_EQ(post(256), 200);
  EXPECT_EQ(post(257), 400);
}

/// Two readings of the vendor's page, made apart from each other, have to agree.
TEST_F(SimulatorRvm, AgreesWithTheLibraryOnEveryCombinationOfAudioAndRouteKeys) {
  const std::vector<std::pair<const char*, json>> keys = {
      {"recording_id", "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"},
      {"audio_url", "https://media.acme.test/hello.mp3"},
      {"audio_type", "mp3"},
      {"voice_id", "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7"},
      {"tts_body", "Hello, this is Acme."},
      {"forwarding_number", "+15557654321"},
      {"phone_ivr_id", "7a4e1c52-9d7e-4c0b-8f0a-2f6f7f6a1b3c"},
      {"pool_id", "c1de1f0a-0c5b-4a44-b1b0-2d2f6f0f9f11"},
      {"caller_id", "+15557654322"},
      {"byoc", {{"sti_attestation", "A"}}},
  };
  int accepted = 0;
  for (unsigned bits = 0; bits < 1024; ++bits) {
    json body = client.good_body_with(patched(no_audio, no_route));
    for (std::size_t key = 0; key < keys.size(); ++key) {
      if (((bits >> key) & 1U) != 0) body[keys[key].first] = keys[key].second;
    }
    const auto answer = client.post_rvm(body);
    ASSERT_TRUE(answer);
    body.erase("team_id");
    body.erase("secret");
    const bool is_valid = validate(RvmRequest::from_json(body.dump()).value()).ok();
    EXPECT_EQ(answer->status, is_valid ? 200 : 400) << body << answer->body;
    if (is_valid) ++accepted;
  }
  EXPECT_EQ(accepted, 69);
}

}  // namespace
}  // namespace dropcowboy
