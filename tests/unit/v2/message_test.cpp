// What is wrong with a message of the v2 API, and the bytes that are sent of a good one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/v2.hpp"

namespace dropcowboy::v2 {
namespace {

using support::good_v2_request;
using support::good_v2_sms;

using Fault = std::pair<std::string_view, IssueCode>;

std::vector<Fault> faults_of(const std::vector<Issue>& issues) {
  std::vector<Fault> faults;
  for (const Issue& issue : issues) faults.emplace_back(issue.field, issue.code);
  return faults;
}

struct RvmRow {
  const char* name;
  std::function<void(RvmRequest&)> change;
  std::vector<Fault> errors;
};

class RvmRules : public testing::TestWithParam<RvmRow> {};

TEST_P(RvmRules, NameEachFault) {
  RvmRequest request = good_v2_request();
  GetParam().change(request);
  EXPECT_EQ(faults_of(validate(request).errors), GetParam().errors) << to_string(validate(request));
}

void speak(RvmRequest& r, std::string text) {
  r.media_id.reset();
  r.voice_id = "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7";
  r.tts_body = std::move(text);
}

constexpr char orig_id[] = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

INSTANTIATE_TEST_SUITE_P(
    Table, RvmRules,
    testing::ValuesIn(std::vector<RvmRow>{
        {"good", [](auto&) {}, {}},
        {"contact_instead",
         [](auto& r) {
           r.to.reset();
           r.contact_id = orig_id;
         },
         {}},
        {"nobody", [](auto& r) { r.to.reset(); }, {{"to", IssueCode::missing}}},
        {"two_contacts",
         [](auto& r) { r.contact_id = orig_id; },
         {{"contact_id", IssueCode::invalid_value}}},
        {"bad_number",
         [](auto& r) { r.to = "15550010001"; },
         {{"to", IssueCode::invalid_phone_number}}},
        {"blank_number", [](auto& r) { r.to = " "; }, {{"to", IssueCode::blank}}},
        {"no_audio",
         [](auto& r) { r.media_id.reset(); },
         {{"media_id", IssueCode::no_audio_source}}},
        {"two_sources",
         [](auto& r) { r.audio_url = "https://cdn.acme.test/a.mp3"; },
         {{"media_id", IssueCode::several_audio_sources}}},
        {"three_sources",
         [](auto& r) {
           r.audio_url = "https://cdn.acme.test/a.mp3";
           r.tts_body = "Hello";
           r.voice_id = orig_id;
         },
         {{"media_id", IssueCode::several_audio_sources}}},
        {"voice_without_text",
         [](auto& r) {
           speak(r, "");
           r.tts_body.reset();
         },
         {{"tts_body", IssueCode::incomplete_pair}}},
        {"text_without_voice",
         [](auto& r) {
           speak(r, "Hello");
           r.voice_id.reset();
         },
         {{"voice_id", IssueCode::incomplete_pair}}},
        {"speech_of_1200", [](auto& r) { speak(r, std::string(1200, 'x')); }, {}},
        {"speech_of_1201",
         [](auto& r) { speak(r, std::string(1201, 'x')); },
         {{"tts_body", IssueCode::too_long}}},
        {"long_speech_with_merge_fields",
         [](auto& r) { speak(r, std::string(1201, 'x') + "{{first_name}}"); },
         {}},
        {"url_with_password",
         [](auto& r) {
           r.media_id.reset();
           r.audio_url = "https://me:pw@acme.test/a.mp3";
         },
         {{"audio_url", IssueCode::url_with_credentials}}},
        {"byoc",
         [](auto& r) {
           r.byoc = Byoc{orig_id, "B"};
         },
         {}},
        {"byoc_halves",
         [](auto& r) { r.byoc = Byoc{}; },
         {{"byoc.sti_orig_id", IssueCode::invalid_value},
          {"byoc.sti_attestation", IssueCode::invalid_value}}},
        {"byoc_wrong_grade",
         [](auto& r) {
           r.byoc = Byoc{orig_id, "D"};
         },
         {{"byoc.sti_attestation", IssueCode::invalid_value}}},
        {"bad_postal_code",
         [](auto& r) { r.postal_code = "ABC"; },
         {{"postal_code", IssueCode::invalid_postal_code}}},
        {"long_foreign_id",
         [](auto& r) { r.foreign_id = std::string(257, 'x'); },
         {{"foreign_id", IssueCode::too_long}}},
        {"known_key_in_extra",
         [](auto& r) { r.extra_json = R"({"media_id":"x","secret":"y","new":1})"; },
         {{"extra_json", IssueCode::reserved_key}, {"extra_json", IssueCode::reserved_key}}},
        {"all_at_once",
         [](auto& r) {
           r = RvmRequest();
           r.callback_url = "ftp://x";
           r.extra_json = "[]";
         },
         {{"to", IssueCode::missing},
          {"callback_url", IssueCode::invalid_url},
          {"media_id", IssueCode::no_audio_source},
          {"extra_json", IssueCode::not_a_json_object}}},
    }),
    [](const auto& row) { return row.param.name; });

TEST(RvmAdvice, WarnsOfWhatWorksForFewOnly) {
  EXPECT_TRUE(validate(good_v2_request()).warnings.empty()) << validate(good_v2_request());
  RvmRequest request = good_v2_request();
  request.phone_line_id.reset();
  request.postal_code.reset();
  request.callback_url.reset();
  speak(request, std::string(1201, 'x') + "{{first_name}}");
  request.byoc = Byoc{orig_id, "A"};
  EXPECT_EQ(faults_of(validate(request).warnings),
            (std::vector<Fault>{{"tts_body", IssueCode::speech_too_long},
                                {"byoc", IssueCode::needs_approval},
                                {"callback_url", IssueCode::recommended},
                                {"phone_line_id", IssueCode::default_line},
                                {"postal_code", IssueCode::recommended}}));
  request.caller_id = "+15557654321";
  const auto warnings = faults_of(validate(request).warnings);
  EXPECT_THAT(warnings, testing::Contains(Fault("caller_id", IssueCode::needs_approval)));
  EXPECT_THAT(warnings,
              testing::Not(testing::Contains(Fault("phone_line_id", IssueCode::default_line))));
}

struct SmsRow {
  const char* name;
  std::function<void(SmsRequest&)> change;
  std::vector<Fault> errors;
};

class V2SmsRules : public testing::TestWithParam<SmsRow> {};

TEST_P(V2SmsRules, NameEachFault) {
  SmsRequest request = good_v2_sms();
  GetParam().change(request);
  EXPECT_EQ(faults_of(validate(request).errors), GetParam().errors) << to_string(validate(request));
}

INSTANTIATE_TEST_SUITE_P(
    Table, V2SmsRules,
    testing::ValuesIn(std::vector<SmsRow>{
        {"good", [](auto&) {}, {}},
        {"empty",
         [](auto& r) { r = SmsRequest(); },
         {{"to", IssueCode::missing},
          {"phone_line_id", IssueCode::missing},
          {"body", IssueCode::missing}}},
        {"two_contacts",
         [](auto& r) { r.contact_id = orig_id; },
         {{"contact_id", IssueCode::invalid_value}}},
        {"body_of_1600", [](auto& r) { r.body = std::string(1600, 'x'); }, {}},
        {"body_of_1601",
         [](auto& r) { r.body = std::string(1601, 'x'); },
         {{"body", IssueCode::too_long}}},
        {"pictures", [](auto& r) { r.media_urls = {"https://cdn.acme.test/a.png"}; }, {}},
        {"bad_picture",
         [](auto& r) {
           r.media_urls = {"https://cdn.acme.test/a.png", "a.png"};
         },
         {{"media_urls", IssueCode::invalid_url}}},
        {"blank_picture", [](auto& r) { r.media_ids = {""}; }, {{"media_ids", IssueCode::blank}}},
        {"pictures_of_both_kinds",
         [](auto& r) {
           r.media_urls = {"https://cdn.acme.test/a.png"};
           r.media_ids = {orig_id};
         },
         {{"media_ids", IssueCode::invalid_value}}},
        {"known_key_in_extra",
         [](auto& r) { r.extra_json = R"({"body":"x"})"; },
         {{"extra_json", IssueCode::reserved_key}}},
    }),
    [](const auto& row) { return row.param.name; });

TEST(V2SmsAdvice, WarnsOfSeveralSegments) {
  SmsRequest request = good_v2_sms();
  request.body = std::string(161, 'x');
  EXPECT_EQ(faults_of(validate(request).warnings),
            (std::vector<Fault>{{"body", IssueCode::several_segments}}));
}

class V2Body : public support::V2OverFakes {};

TEST_F(V2Body, IsTheRequestWithoutCredentials) {
  RvmRequest request = good_v2_request();
  request.caller_id = "+15557654321";
  request.brand_id = orig_id;
  request.byoc = Byoc{orig_id, "A"};
  request.extra_json = R"({ "new": [1, 2] })";
  ASSERT_TRUE(client().send(request));
  EXPECT_EQ(transport->requests().at(0).body,
            R"({"to":"+15550010001","phone_line_id":"8d0f9a52-3c1e-4f0b-9f7a-52c1a4b7d9e0",)"
            R"("media_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","caller_id":"+15557654321",)"
            R"("brand_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","postal_code":"90210-0001",)"
            R"("callback_url":"https://hooks.acme.test/dropcowboy/results",)"
            R"("byoc":{"sti_orig_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6",)"
            R"("sti_attestation":"A"},"foreign_id":"order-17", "new": [1, 2] })");
}

TEST_F(V2Body, OfSpeechHasThePair) {
  RvmRequest request;
  request.contact_id = orig_id;
  request.foreign_id = "f";
  speak(request, "Say \"hi\"\n");
  ASSERT_TRUE(client().send(request));
  EXPECT_EQ(transport->requests().at(0).body,
            R"({"contact_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","tts_body":"Say \"hi\"\n",)"
            R"("voice_id":"c42629ad-c6ac-4499-87b4-2e87f3a7fbf7","foreign_id":"f"})");
}

TEST_F(V2Body, OfATextHasItsPictures) {
  SmsRequest request = good_v2_sms();
  request.media_urls = {"https://cdn.acme.test/a.png", "https://cdn.acme.test/b.png"};
  ASSERT_TRUE(client().send(request));
  EXPECT_EQ(
      transport->requests().at(0).body,
      R"({"to":"+15550020001","callback_url":"https://hooks.acme.test/dropcowboy/results",)"
      R"("phone_line_id":"4e1b7c2d-90aa-4a41-8f4d-2b6f0c9d7e13","body":"Your table is ready.",)"
      R"("media_urls":["https://cdn.acme.test/a.png","https://cdn.acme.test/b.png"],)"
      R"("foreign_id":"text-17"})");
}

TEST_F(V2Body, HasAMadeIdOnlyWhereTheVendorDocumentsOne) {
  RvmRequest voicemail = good_v2_request();
  voicemail.foreign_id.reset();
  SmsRequest text = good_v2_sms();
  text.foreign_id.reset();
  const Client sender = client();
  const auto first = sender.send(voicemail);
  const auto second = sender.send(text);
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->foreign_id, "id-1");
  EXPECT_EQ(first->wire_foreign_id, "id-1");
  EXPECT_EQ(second->foreign_id, "id-2");
  EXPECT_EQ(second->wire_foreign_id, "");
  EXPECT_NE(transport->requests().at(0).body.find(R"("foreign_id":"id-1")"), std::string::npos);
  EXPECT_EQ(transport->requests().at(1).body.find("foreign_id"), std::string::npos);
}

TEST(V2Requests, CompareByEveryField) {
  RvmRequest rvm = good_v2_request();
  EXPECT_EQ(rvm, good_v2_request());
  rvm.byoc = Byoc{};
  EXPECT_NE(rvm, good_v2_request());
  SmsRequest sms = good_v2_sms();
  EXPECT_EQ(sms, good_v2_sms());
  sms.media_ids.emplace_back("x");
  EXPECT_NE(sms, good_v2_sms());
}

}  // namespace
}  // namespace dropcowboy::v2
