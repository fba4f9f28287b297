#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {
namespace {

Webhook read(const std::string& body) {
  auto webhook = Webhook::parse(body);
  EXPECT_TRUE(webhook) << body;
  return webhook ? *std::move(webhook) : Webhook();
}

Webhook failed_because(const std::string& reason) {
  return read(R"({"status":"failure","reason":")" + reason + "\"}");
}

std::string in_capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// Letters and digits only.
std::string squeezed(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) result += c;
  }
  return result;
}

/// With every kind of punctuation and space between.
std::string spelt_out(const std::string& text) {
  std::string result;
  for (const char c : text) result += std::string(1, c) + " -_.,:\xC2\xA0\xE2\x80\x8B\xE2\x80\x93";
  return result + "!";
}

struct Row {
  const char* text;
  Reason reason;
  std::optional<int> code;
  Advice advice;
};

constexpr Advice fix = Advice::fix_and_resend;
constexpr Advice later = Advice::try_later;
constexpr Advice never = Advice::do_not_resend;

class DocumentedReason : public testing::TestWithParam<Row> {};

TEST_P(DocumentedReason, IsKnownByItsText) {
  const Row& row = GetParam();
  EXPECT_EQ(failed_because(row.text).known_reason, row.reason);
  EXPECT_EQ(failed_because(in_capitals(row.text)).known_reason, row.reason);
  EXPECT_EQ(failed_because(" " + std::string(row.text) + "\\r\\n").known_reason, row.reason);
  EXPECT_EQ(failed_because(squeezed(row.text)).known_reason, row.reason);
  EXPECT_EQ(failed_because(spelt_out(row.text)).known_reason, row.reason);
  EXPECT_EQ(failed_because(row.text).reason, row.text);
}

TEST_P(DocumentedReason, IsKnownByItsCode) {
  const Row& row = GetParam();
  EXPECT_EQ(code_of(row.reason), row.code);
  if (!row.code) return;
  const Webhook webhook = read(R"({"status":"failure","reason":"new wording","reason_code":)" +
                               std::to_string(*row.code) + "}");
  EXPECT_EQ(webhook.known_reason, row.reason);
  EXPECT_EQ(webhook.reason, "new wording");
}

TEST_P(DocumentedReason, GivesItsAdvice) {
  EXPECT_EQ(advice_for(GetParam().reason), GetParam().advice);
  EXPECT_EQ(failed_because(GetParam().text).advice(), GetParam().advice);
}

INSTANTIATE_TEST_SUITE_P(
    Vendor, DocumentedReason,
    testing::Values(Row{"VoiceMail Not Detected", Reason::voicemail_not_detected, 4000, later},
                    Row{"VoiceMail Not Setup", Reason::voicemail_not_setup, 4001, never},
                    Row{"VoiceMail Full", Reason::voicemail_full, 4002, never},
                    Row{"Number not reachable", Reason::number_not_reachable, 4004, later},
                    Row{"No Answer", Reason::no_answer, 4005, later},
                    Row{"User Busy", Reason::user_busy, 4006, later},
                    Row{"Spam detected", Reason::spam_detected, 4008, never},
                    Row{"No Caller ID", Reason::no_caller_id, 4010, fix},
                    Row{"outside calling hours", Reason::outside_calling_hours, 4011, later},
                    Row{"Too Many Attempts", Reason::too_many_attempts, 4013, later},
                    Row{"Internal DNC", Reason::internal_dnc, 4016, never},
                    Row{"Known Litigator", Reason::known_litigator, 4017, never},
                    Row{"RND Reassigned", Reason::reassigned_number, 4019, never},
                    Row{"RND Error", Reason::rnd_error, 4021, later},
                    Row{"Carrier Denied Use Case", Reason::carrier_denied_use_case, 6000, never},
                    Row{"Carrier Suspension", Reason::carrier_suspension, 6001, fix},
                    Row{"Pool Suspended", Reason::pool_suspended, 6002, fix},
                    Row{"Pool Not Ready", Reason::pool_not_ready, 6003, later},
                    Row{"Opt-in Flagged", Reason::opt_in_flagged, 6004, never},
                    Row{"Opt-in Revoked", Reason::opt_in_revoked, 6005, never},
                    Row{"Opt-in Pending", Reason::opt_in_pending, 6006, never},
                    Row{"Opt-in Missing", Reason::opt_in_missing, 6011, never},
                    Row{"No Funds", Reason::no_funds, 3000, fix},
                    Row{"Audio file not valid", Reason::invalid_audio_file, 3001, fix},
                    Row{"No Voice", Reason::no_voice, 3002, fix},
                    Row{"Not authorized", Reason::not_authorized, 3007, fix},
                    Row{"Must be E.164 format", Reason::not_e164, 3011, fix},
                    Row{"Phone number not valid", Reason::invalid_phone_number, 3012, fix},
                    Row{"Invalid IVR or Route", Reason::invalid_ivr_or_route, 3013, fix},
                    Row{"Not allowed audio_url", Reason::audio_url_not_allowed, 3014, fix},
                    Row{"No TTS", Reason::no_tts, 3015, fix},
                    Row{"BYOC not enabled", Reason::byoc_not_enabled, 3016, fix},
                    Row{"sti_orig_id not a UUID", Reason::invalid_sti_orig_id, 3017, fix},
                    Row{"attestation not A, B or C", Reason::invalid_attestation, 3018, fix},
                    Row{"Invalid Callback", Reason::invalid_callback, 3019, fix},
                    Row{"TTS too long", Reason::tts_too_long, 3021, fix},
                    Row{"Not Allowed in Trial", Reason::not_allowed_in_trial, 3022, fix},
                    Row{"Idempotency Key Conflict", Reason::idempotency_key_conflict, 3027, fix},
                    Row{"Idempotency Key not valid", Reason::idempotency_key_invalid, 3028, fix},
                    Row{"Media Not Found", Reason::media_not_found, 3033, fix},
                    Row{"Test Numbers Only", Reason::test_numbers_only, 3040, fix},
                    Row{"Invalid message", Reason::invalid_message, std::nullopt, fix},
                    Row{"Invalid caller ID or not SMS enabled", Reason::invalid_or_no_sms_caller_id,
                        std::nullopt, fix}));

struct Precedence {
  const char* members;
  Reason reason;
};

class KnownReason : public testing::TestWithParam<Precedence> {};

TEST_P(KnownReason, WeighsCodeAndText) {
  EXPECT_EQ(read(std::string("{") + GetParam().members + "}").known_reason, GetParam().reason)
      << GetParam().members;
}

INSTANTIATE_TEST_SUITE_P(
    Table, KnownReason,
    testing::Values(
        Precedence{R"("reason":"")", Reason::none}, Precedence{R"("reason":" \t")", Reason::none},
        Precedence{R"("reason":null)", Reason::none}, Precedence{R"("reason":7)", Reason::none},
        Precedence{R"("reason":"Lost at sea")", Reason::other},
        Precedence{R"("reason":"No Answers")", Reason::other},
        Precedence{R"("reason":"none")", Reason::other},
        Precedence{R"("reason":"VoiceMail NotDetected")", Reason::voicemail_not_detected},
        Precedence{R"("reason":"?!")", Reason::other},
        Precedence{R"("reason":"\u00a0")", Reason::other},
        Precedence{R"("reason":"Kein Anschluß")", Reason::other},
        Precedence{R"("reason":"No Answeré")", Reason::other},
        Precedence{R"("reason":"No Answer","reason_code":4006)", Reason::user_busy},
        Precedence{R"("reason_code":4006,"reason":"No Answer")", Reason::user_busy},
        Precedence{R"("reason":"","reason_code":4006)", Reason::user_busy},
        Precedence{R"("reason":"No Answer","reason_code":4999)", Reason::no_answer},
        Precedence{R"("reason":"","reason_code":4999)", Reason::other},
        Precedence{R"("reason":"No Answer","reason_code":0)", Reason::no_answer},
        Precedence{R"("reason":"","reason_code":0)", Reason::none},
        // The negative enumerators are no codes of the vendor's.
        Precedence{R"("reason":"","reason_code":-3)", Reason::other},
        Precedence{R"("reason":"No Answer","reason_code":-1)", Reason::no_answer},
        Precedence{R"("reason":"No Answer","reason_code":"4006")", Reason::user_busy},
        Precedence{R"("reason":"No Answer","reason_code":"x")", Reason::no_answer}));

TEST(ReasonNames, AreOtherForWhatIsNoEnumerator) {
  EXPECT_EQ(to_string(static_cast<Reason>(4999)), "other");
}

TEST(ReasonNames, AreAllDifferent) {
  std::set<std::string_view> names;
  int known = 0;
  for (int code = -3; code < 7000; ++code) {
    const auto reason = static_cast<Reason>(code);
    if (code != -1 && to_string(reason) == "other") continue;
    names.insert(to_string(reason));
    ++known;
  }
  EXPECT_EQ(known, 45);  // 43 documented reasons, none and other
  EXPECT_EQ(names.size(), 45U);
}

TEST(ReasonCodes, ExistOnlyWhereTheVendorDocumentsThem) {
  EXPECT_EQ(code_of(Reason::none), 0);
  EXPECT_EQ(code_of(Reason::other), std::nullopt);
  EXPECT_EQ(code_of(static_cast<Reason>(4999)), std::nullopt);
}

TEST(WebhookAdvice, IsNeverToSendAgainToSomebodyOnADoNotCallList) {
  for (const char* reason : {"", "No Answer", "No Funds", "Lost at sea"}) {
    const std::string members = R"("dnc":true,"reason":")" + std::string(reason) + '"';
    EXPECT_EQ(read("{" + members + "}").advice(), Advice::do_not_resend) << reason;
    EXPECT_EQ(read(R"({"status":"success",)" + members + "}").advice(), Advice::do_not_resend);
  }
}

TEST(WebhookAdvice, IsNeverToSendAgainWhatWasDelivered) {
  EXPECT_EQ(read(R"({"status":"success","reason":"No Answer"})").advice(), Advice::none);
  EXPECT_EQ(read(R"({"status":"success","reason":"No Funds"})").advice(), Advice::none);
  EXPECT_EQ(read(R"({"status":"success","reason":"Opt-in Revoked"})").advice(),
            Advice::do_not_resend);
}

TEST(WebhookAdvice, OfAFailureIsNeverThatThereIsNothingToDo) {
  EXPECT_EQ(advice_for(Reason::none), Advice::none);
  EXPECT_EQ(advice_for(Reason::other), Advice::not_known);
  EXPECT_EQ(read(R"({"status":"failure","dnc":false})").advice(), Advice::not_known);
  EXPECT_EQ(read(R"({"status":"failure","reason_code":0})").advice(), Advice::not_known);
  EXPECT_EQ(failed_because("Lost at sea").advice(), Advice::not_known);
  EXPECT_EQ(read(R"({"status":"success","reason":"Lost at sea"})").advice(), Advice::none);
  EXPECT_EQ(read(R"({"status":"queued"})").advice(), Advice::none);
}

TEST(WebhookAdvice, OfANewCodeBetween3000And3999IsToMendTheRequest) {
  const auto advice_of = [](const char* code) {
    return read(R"({"status":"failure","reason":"New","reason_code":)" + std::string(code) + "}")
        .advice();
  };
  for (const char* code : {"3003", "3999", "\"3050\""}) {
    EXPECT_EQ(advice_of(code), Advice::fix_and_resend) << code;
  }
  for (const char* code : {"2999", "4999", "6010", "-3001"}) {
    EXPECT_EQ(advice_of(code), Advice::not_known) << code;
  }
  EXPECT_EQ(read(R"({"status":"success","reason_code":3999})").advice(), Advice::none);
  EXPECT_EQ(read(R"({"status":"failure","reason_code":3999,"dnc":true})").advice(),
            Advice::do_not_resend);
}

TEST(WebhookAdvice, HasNames) {
  EXPECT_EQ(to_string(Advice::none), "none");
  EXPECT_EQ(to_string(Advice::fix_and_resend), "fix_and_resend");
  EXPECT_EQ(to_string(Advice::try_later), "try_later");
  EXPECT_EQ(to_string(Advice::do_not_resend), "do_not_resend");
  EXPECT_EQ(to_string(Advice::not_known), "not_known");
}

}  // namespace
}  // namespace dropcowboy
