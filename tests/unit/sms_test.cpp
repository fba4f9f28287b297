#include "dropcowboy/sms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>

#include "dropcowboy/client.hpp"
#include "dropcowboy/foreign_id_tagger.hpp"
#include "support/client_over_fakes.hpp"
#include "support/requests.hpp"
#include "support/validation_rule.hpp"

namespace dropcowboy {
namespace {

using support::good_sms;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Row = support::ValidationRule<SmsRequest>;

class SmsRule : public ::testing::TestWithParam<Row> {};

TEST_P(SmsRule, IsNamed) { static_cast<void>(support::expect_named(good_sms(), GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    Rules, SmsRule,
    ::testing::Values(
        Row{"no_number", [](auto& r) { r.phone_number.clear(); }, "phone_number",
            IssueCode::missing},
        Row{"number", [](auto& r) { r.phone_number = "5552223333"; }, "phone_number",
            IssueCode::invalid_phone_number},
        Row{"no_caller_id", [](auto& r) { r.caller_id = " "; }, "caller_id", IssueCode::missing},
        Row{"caller_id", [](auto& r) { r.caller_id = "+1555"; }, "caller_id",
            IssueCode::invalid_phone_number},
        Row{"no_pool", [](auto& r) { r.pool_id.clear(); }, "pool_id", IssueCode::missing},
        Row{"no_text", [](auto& r) { r.sms_body.clear(); }, "sms_body", IssueCode::missing},
        Row{"long_text", [](auto& r) { r.sms_body.assign(161, 'a'); }, "sms_body",
            IssueCode::too_long},
        Row{"text_not_utf8", [](auto& r) { r.sms_body = "caf\xE9"; }, "sms_body",
            IssueCode::invalid_utf8},
        Row{"control_character", [](auto& r) { r.sms_body = "a\x07"; }, "sms_body",
            IssueCode::control_character},
        Row{"no_opt_in", [](auto& r) { r.opt_in = false; }, "opt_in", IssueCode::no_opt_in},
        Row{"blank_id", [](auto& r) { r.foreign_id = ""; }, "foreign_id", IssueCode::blank},
        Row{"long_id", [](auto& r) { r.foreign_id = std::string(257, 'x'); }, "foreign_id",
            IssueCode::too_long},
        Row{"callback", [](auto& r) { r.callback_url = "ftp://a.b"; }, "callback_url",
            IssueCode::invalid_url},
        Row{"known_key", [](auto& r) { r.extra_json = R"({"sms_body":"x"})"; }, "extra_json",
            IssueCode::reserved_key},
        Row{"secret", [](auto& r) { r.extra_json = R"({"secret":"x"})"; }, "extra_json",
            IssueCode::reserved_key},
        Row{"extra", [](auto& r) { r.extra_json = "[]"; }, "extra_json",
            IssueCode::not_a_json_object}),
    support::rule_name);

TEST(Sms, AGoodOneHasNoIssue) {
  EXPECT_EQ(to_string(validate(good_sms())), "");
  SmsRequest request = good_sms();
  request.sms_body.clear();
  for (int i = 0; i < 160; ++i) request.sms_body += "\xC3\xA9";  // characters, not bytes
  EXPECT_TRUE(validate(request).ok());
  request.sms_body = "two\nlines";
  EXPECT_TRUE(validate(request).ok());
}

TEST(Sms, ReportsAllThatIsWrongAtOnce) { EXPECT_THAT(validate(SmsRequest()).errors, SizeIs(5)); }

TEST(Sms, WarnsOfACallbackThatCannotCome) {
  SmsRequest request = good_sms();
  request.callback_url = "http://localhost/results";
  EXPECT_THAT(validate(request).warnings, SizeIs(2));
}

TEST(Sms, WarnsOfATextThatTakesSeveralSegments) {
  SmsRequest request = good_sms();
  const std::pair<std::string, const char*> texts[] = {
      {std::string(70, 'x') + "\xE2\x80\x99", "it takes 2 segments"},  // a curly apostrophe
      {std::string(159, 'x') + "[", "it takes 2 segments"},
      {std::string(159, 'x') + "\xC3\xA7", "it takes 3 segments"}};
  for (const auto& [text, says] : texts) {
    request.sms_body = text;
    const Validation found = validate(request);
    EXPECT_TRUE(found.ok());
    ASSERT_THAT(found.warnings, SizeIs(1)) << text;
    EXPECT_EQ(found.warnings[0].field, "sms_body");
    EXPECT_EQ(found.warnings[0].code, IssueCode::several_segments);
    EXPECT_THAT(found.warnings[0].message, ::testing::HasSubstr(says));
  }
  request.sms_body = std::string(69, 'x') + "\xE2\x80\x99";
  EXPECT_EQ(to_string(validate(request)), "");
}

// Digits, order and repeated keys are nobody's business but the service's.
TEST(Sms, ItsJsonKeepsWhatItDoesNotKnowAsWritten) {
  const auto read = SmsRequest::from_json(
      R"({"z": 12345678901234567890123, "phone_number":"+1", "a":[1.50, "x  y"],"z":-0,"n":null})");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->extra_json, R"({"z":12345678901234567890123,"a":[1.50,"x  y"],"z":-0,"n":null})");
}

TEST(Sms, ComesBackFromItsJson) {
  SmsRequest request = good_sms();
  request.callback_url = "https://hooks.acme.test/results";
  request.extra_json = R"({"color":"red"})";
  const std::string text = to_json(request);
  EXPECT_EQ(text.find("secret"), std::string::npos);
  const auto read = SmsRequest::from_json(text);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(to_json(*read), text);
  EXPECT_TRUE(read->opt_in);
  EXPECT_EQ(read->extra_json, R"({"color":"red"})");
}

TEST(Sms, ItsJsonConsentsOnlyIfItSaysSo) {
  EXPECT_FALSE(SmsRequest::from_json("{}").value().opt_in);
  EXPECT_FALSE(SmsRequest::from_json(R"({"opt_in":null})").value().opt_in);
  EXPECT_FALSE(SmsRequest::from_json(R"({"opt_in":false})").value().opt_in);
  for (const char* text : {R"({"opt_in":"true"})", R"({"opt_in":1})"}) {
    const auto read = SmsRequest::from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().issues[0].field, "opt_in");
  }
}

TEST(Sms, ItsJsonNamesAllThatIsMistyped) {
  const auto read =
      SmsRequest::from_json(R"({"phone_number":1,"callback_url":[],"foreign_id":{},"new":2})");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().issues, SizeIs(3));
  EXPECT_FALSE(SmsRequest::from_json("[]"));
  EXPECT_FALSE(SmsRequest::from_json("nonsense"));
  EXPECT_FALSE(SmsRequest::from_json(R"({"team_id":"t","secret":"s"})").value().extra_json);
}

class SmsSend : public support::ClientOverFakes {
 protected:
  nlohmann::json sent(std::size_t index = 0) const {
    return nlohmann::json::parse(transport->requests().at(index).body);
  }
};

TEST_F(SmsSend, PostsTheMessageWithTheCredentialsInTheBodyToo) {
  const auto receipt = client().send(good_sms());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->status, "queued");
  EXPECT_EQ(receipt->foreign_id, "text-17");
  const auto request = transport->requests().at(0);
  EXPECT_EQ(request.url, "https://api.dropcowboy.com/v1/sms");
  EXPECT_EQ(request.header("x-secret"), "s3cr3t-value");
  EXPECT_EQ(sent(), nlohmann::json({{"team_id", "team-1"},
                                    {"secret", "s3cr3t-value"},
                                    {"phone_number", "+15550020001"},
                                    {"caller_id", "+15557654321"},
                                    {"pool_id", "text"},
                                    {"sms_body", "Your table is ready."},
                                    {"opt_in", true},
                                    {"foreign_id", "text-17"}}));
}

TEST_F(SmsSend, TheAsyncOnesSayTheSame) {
  runtime = nullptr;  // the fake clock jumps whenever somebody waits, past the deadline, too
  const Client sender = client();
  const auto receipt = sender.send_async(good_sms()).get();
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->foreign_id, "text-17");
  std::promise<Result<Receipt>> promise;
  sender.send_async(good_sms(),
                    [&](Result<Receipt> result) { promise.set_value(std::move(result)); });
  EXPECT_EQ(promise.get_future().get().value().status, "queued");
  EXPECT_EQ(sent(1)["sms_body"], "Your table is ready.");
}

TEST_F(SmsSend, MakesAnIdIfThereIsNone) {
  SmsRequest request = good_sms();
  request.foreign_id.reset();
  EXPECT_EQ(client().send(request).value().foreign_id, "id-1");
  EXPECT_EQ(sent()["foreign_id"], "id-1");
}

TEST_F(SmsSend, NothingLeavesWithoutConsent) {
  SmsRequest request = good_sms();
  request.opt_in = false;
  const auto blocking = client().send(request);
  const auto async = client().send_async(request).get();
  for (const auto* result : {&blocking, &async}) {
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().kind, ErrorKind::invalid_request);
    EXPECT_EQ(result->error().outcome, Outcome::not_sent);
    EXPECT_EQ(result->error().foreign_id, "text-17");
  }
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(SmsSend, IsNotRepeatedAfterAnUnknownOutcome) {
  break_off();
  const auto result = client().send(good_sms());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, Outcome::unknown);
  EXPECT_THAT(result.error().message, HasSubstr("do not send it again"));
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(SmsSend, AsksTheHookThatGuardsTheVoicemails) {
  std::vector<std::string> asked;
  base_options.may_send = [&](const OutgoingMessage& message) {
    asked.push_back(std::string(to_string(message.kind)) + ' ' + std::string(message.phone_number) +
                    ' ' + std::string(message.foreign_id));
    return message.kind == MessageKind::voicemail;
  };
  SmsRequest sms = good_sms();
  sms.foreign_id = "text-1";
  const auto result = client().send(sms);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::not_allowed);
  EXPECT_THAT(transport->requests(), IsEmpty());
  EXPECT_TRUE(client().send(support::good_request()));
  EXPECT_THAT(asked, ElementsAre("sms +15550020001 text-1", "voicemail +15550010001 order-17"));
}

class Suffix : public ForeignIdTagger {
 public:
  Result<std::string> tag(const TaggedMessage& message) const override {
    return std::string(message.foreign_id) + "~tag";
  }
  std::size_t tag_length() const noexcept override { return 4; }
};

TEST_F(SmsSend, TagsItsId) {
  base_options.foreign_id_tagger = std::make_shared<Suffix>();
  const auto receipt = client().send(good_sms());
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->foreign_id, "text-17");
  EXPECT_EQ(receipt->wire_foreign_id, "text-17~tag");
  EXPECT_EQ(sent()["foreign_id"], "text-17~tag");
}

}  // namespace
}  // namespace dropcowboy
