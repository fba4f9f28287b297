// What the vendor's v2 service sends: the callback of a message, and the events of its webhooks.

#include <gmock/gmock.h>

#include <string>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Webhook read(const std::string& body) {
  auto webhook = Webhook::parse(body);
  EXPECT_TRUE(webhook) << body;
  return webhook ? *std::move(webhook) : Webhook();
}

std::vector<std::string> missing(const Webhook& webhook) {
  std::vector<std::string> fields;
  for (const Issue& issue : webhook.issues) {
    if (issue.code == IssueCode::missing) fields.emplace_back(issue.field);
  }
  return fields;
}

const std::string callback_start =
    R"({"drop_id":"9f1d0c6e-2b7a-4c3d-8e5f-1a2b3c4d5e6f","team_id":"t","session_id":"s",)"
    R"("log_id":"l","contact_id":"c","phone_number":"+14155550100","caller_id":"+15557654321",)"
    R"("product_code":"rvm","status":"failure","reason":"VoiceMail Full","reason_code":4002,)"
    R"("quantity":1,"product_cost":0.04,"compliance_fee":0,"tts_fee":0,"dnc":false,)"
    R"("attempt_date":"2026-03-20T15:04:05.000Z")";

TEST(WebhookV2, ReadsACallbackWithoutMissingWhatOnlyV1Has) {
  const Webhook callback = read(callback_start + "}");
  EXPECT_TRUE(callback.failed());
  EXPECT_EQ(callback.known_reason, Reason::voicemail_full);
  EXPECT_EQ(callback.advice(), Advice::do_not_resend);
  EXPECT_EQ(callback.drop_id, "9f1d0c6e-2b7a-4c3d-8e5f-1a2b3c4d5e6f");
  EXPECT_EQ(callback.phone_number, "+14155550100");
  EXPECT_EQ(to_string(callback.total_cost()), "0.04");
  EXPECT_THAT(callback.issues, IsEmpty()) << "no spam, no network, no foreign_id";
  EXPECT_EQ(read(callback_start + R"(,"foreign_id":"order-17"})").foreign_id, "order-17");
}

TEST(WebhookV2, StillMissesWhatBothHave) {
  EXPECT_THAT(missing(read(R"({"reason_code":0})")),
              ElementsAre("drop_id", "phone_number", "attempt_date", "status", "reason", "dnc",
                          "product_cost", "compliance_fee", "tts_fee"));
}

TEST(WebhookV2, IsToldFromV1ByAReasonCodeThatCanBeRead) {
  for (const char* body : {"{}", R"({"reason_code":null})", R"({"reason_code":"none"})"}) {
    EXPECT_THAT(missing(read(body)), Contains("spam")) << body;
    EXPECT_THAT(missing(read(body)), Contains("network")) << body;
    EXPECT_THAT(missing(read(body)), Contains("foreign_id")) << body;
  }
}

std::string receipt(const std::string& session, const std::string& more = "") {
  return R"({"event_id":"e","event":"contact.rvm.receipt","event_at":1774041912000,"data":{)"
         R"("team_id":"t","contact_id":"c","drop_id":"5f0e1d2c3b4a596877665544",)"
         R"("campaign_session":)" +
         session +
         R"(,"campaign_id":null,"campaign_type":"rvm","status":"success","reason":"",)"
         R"("reason_code":0,"to":"+14155550100","from":"+15557654321",)"
         R"("proof_of_delivery_url":"https://example.com/p",)"
         R"("receipt_ready_at":"2026-03-20T15:05:12.000Z")" +
         more + "}}";
}

TEST(WebhookV2, ReadsAReceipt) {
  const Webhook event = read(receipt(R"({"dispo":{"status":"success","dnc":false}})"));
  EXPECT_TRUE(event.delivered());
  EXPECT_EQ(event.phone_number, "+14155550100");
  EXPECT_EQ(event.proof_of_delivery_url, "https://example.com/p");
  EXPECT_FALSE(event.campaign_id);
  EXPECT_EQ(event.campaign_type, "rvm");
  EXPECT_EQ(event.receipt_ready_at,
            std::chrono::system_clock::time_point(std::chrono::seconds(1'774'019'112)));
  EXPECT_EQ(event.dnc, false);
  EXPECT_FALSE(event.opted_out());
  EXPECT_THAT(event.issues, IsEmpty());
  ASSERT_EQ(event.unknown.size(), 1U) << "what is not read stays";
  EXPECT_EQ(event.unknown[0].name, "data.campaign_session");
}

TEST(WebhookV2, FindsADoNotCallDeepInAReceipt) {
  for (const char* yes : {"true", "1", R"("yes")", R"("perhaps")", "{}"}) {
    const std::string session = R"({"dispo":{"dnc":)" + std::string(yes) + "}}";
    EXPECT_TRUE(read(receipt(session)).opted_out()) << yes;
    EXPECT_TRUE(read(receipt(session, R"(,"dnc":false)")).opted_out()) << yes;
    EXPECT_EQ(read(receipt(session)).advice(), Advice::do_not_resend) << yes;
  }
  for (const char* nothing : {R"({"dispo":{"dnc":null}})", R"({"dispo":{}})", R"({"dispo":[1]})",
                              R"({"dispo":null})", "{}", "null", "[]", R"("dnc")", "7"}) {
    const Webhook event = read(receipt(nothing));
    EXPECT_FALSE(event.dnc) << nothing;
    EXPECT_THAT(event.issues, IsEmpty()) << nothing;
  }
  EXPECT_TRUE(read(receipt("{}", R"(,"dnc":true)")).opted_out());
  // Only where receipts have it.
  EXPECT_FALSE(read(R"({"campaign_session":{"dispo":{"dnc":true}}})").dnc);
}

TEST(WebhookV2, KnowsEveryDocumentedCode) {
  for (const int code :
       {3000, 3001, 3002, 3007, 3011, 3012, 3013, 3014, 3015, 3016, 3017, 3018, 3019, 3021,
        3022, 3027, 3028, 3033, 3040, 4000, 4001, 4002, 4004, 4005, 4006, 4008, 4010, 4011,
        4013, 4016, 4017, 4019, 4021, 6000, 6001, 6002, 6003, 6004, 6005, 6006, 6011}) {
    const Webhook callback =
        read(R"({"status":"failure","reason":"x","reason_code":)" + std::to_string(code) + "}");
    EXPECT_NE(callback.known_reason, Reason::other) << code;
    EXPECT_EQ(code_of(callback.known_reason), code);
    EXPECT_NE(callback.advice(), Advice::none) << code;
    EXPECT_NE(callback.advice(), Advice::not_known) << code;
  }
}

}  // namespace
}  // namespace dropcowboy
