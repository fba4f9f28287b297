#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "dropcowboy/webhook.hpp"
#include "support/data_file.hpp"

namespace dropcowboy {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string reference_body() {
  std::string body = support::data_file("callback_success.json");
  body.erase(body.find_last_of('}') + 1);
  return body;
}

struct Row {
  std::string body;
  const char* message;
};

class UnreadableBody : public testing::TestWithParam<Row> {};

TEST_P(UnreadableBody, IsABadResponseThatSaysWhy) {
  const auto event = Webhook::parse(GetParam().body);
  ASSERT_FALSE(event) << GetParam().body;
  const Error& error = event.error();
  EXPECT_EQ(error.kind, ErrorKind::bad_response);
  EXPECT_EQ(error.outcome, Outcome::unknown);
  EXPECT_FALSE(error.transient);
  EXPECT_THAT(error.message, HasSubstr(GetParam().message));
  EXPECT_THAT(to_string(error), Not(HasSubstr("sentinel")));
}

constexpr const char* not_json = "not valid JSON";
constexpr const char* no_object = "not a JSON object";

INSTANTIATE_TEST_SUITE_P(
    Table, UnreadableBody,
    testing::Values(
        Row{"", "empty"}, Row{" \r\n", "empty"}, Row{"<html>sentinel</html>", not_json},
        Row{"status=sentinel", not_json}, Row{"[]", no_object}, Row{"[{\"a\":1}]", no_object},
        Row{"\"sentinel\"", no_object}, Row{"7", no_object}, Row{"1.5", no_object},
        Row{"true", no_object}, Row{"null", no_object}, Row{"{\"sentinel\":}", not_json},
        Row{"{\"sentinel\":1,}", not_json}, Row{"{'sentinel':1}", not_json},
        Row{"{} sentinel", not_json}, Row{"{}{}", not_json}, Row{"{\"a\":01}", not_json},
        Row{"{\"a\":NaN}", not_json}, Row{"{\"a\":sentinel\xFF}", not_json},
        Row{"{\xE9\"a\":1}", not_json}, Row{"{\"a\":1}\xEF\xBF", not_json},
        Row{"{\"a\":\\ud83d}", not_json}, Row{"{\"a\":\"sentinel\\", not_json},
        Row{"{\"a\":\"sentinel\\u12", not_json}, Row{"{\"drop_id\":\"a\" \"sentinel\"}", not_json},
        Row{std::string("{}\0sentinel", 11), not_json}, Row{std::string("{}\0", 3), not_json},
        Row{R"({"sentinel":1e400})", "beyond the range of a double"},
        Row{R"({"product_cost":-1e999})", "beyond the range of a double"}));

TEST(WebhookBody, FailsWhereverItIsCutOff) {
  const std::string body = reference_body();
  ASSERT_TRUE(Webhook::parse(body));
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto event = Webhook::parse(std::string_view(body).substr(0, size));
    ASSERT_FALSE(event) << size;
    EXPECT_EQ(event.error().kind, ErrorKind::bad_response);
  }
}

TEST(WebhookBody, MayBe64KibibytesLarge) {
  const std::string body = reference_body();
  const std::string largest = body + std::string(64 * 1024 - body.size(), ' ');
  ASSERT_EQ(largest.size(), 65'536U);
  EXPECT_TRUE(Webhook::parse(largest));
  const auto larger = Webhook::parse(largest + ' ');
  ASSERT_FALSE(larger);
  EXPECT_THAT(larger.error().message, HasSubstr("larger than 64 KiB"));
}

std::string nested(const std::string& name, int levels, const char* open, const char* close) {
  std::string body = "{\"" + name + "\":";
  for (int i = 1; i < levels; ++i) body += open;
  body += "1";
  for (int i = 1; i < levels; ++i) body += close;
  return body + "}";
}

TEST(WebhookBody, MayNest32LevelsDeep) {
  for (const char* name : {"unknown", "drop_id", "network"}) {
    EXPECT_TRUE(Webhook::parse(nested(name, 32, "[", "]"))) << name;
    EXPECT_TRUE(Webhook::parse(nested(name, 32, "{\"name\":", "}"))) << name;
    for (const auto& body : {nested(name, 33, "[", "]"), nested(name, 33, "{\"name\":", "}")}) {
      const auto event = Webhook::parse(body);
      ASSERT_FALSE(event) << name;
      EXPECT_THAT(event.error().message, HasSubstr("deeper than 32 levels"));
    }
  }
}

TEST(WebhookBody, OfNothingButBracketsIsRefusedAtTheLimit) {
  const auto event = Webhook::parse("{\"a\":" + std::string(60'000, '['));
  ASSERT_FALSE(event);
  EXPECT_THAT(event.error().message, HasSubstr("deeper than 32 levels"));
}

TEST(WebhookBody, MayBeginWithAByteOrderMark) {
  EXPECT_TRUE(Webhook::parse("\xEF\xBB\xBF" + reference_body()));
}

// Whatever was accepted must make sense.
void expect_consistent(const Webhook& event, const std::string& body) {
  EXPECT_EQ(event.body, body);
  EXPECT_LE(event.issues.size(), 23U);
  for (const Issue& issue : event.issues) EXPECT_FALSE(issue.field.empty());
  for (const UnknownMember& member : event.unknown) {
    EXPECT_TRUE(nlohmann::json::accept(member.json)) << member.json;
  }
  if (event.dnc == true) {
    EXPECT_EQ(event.advice(), Advice::do_not_resend);
  }
  EXPECT_FALSE(to_string(event.total_cost()).empty());
}

TEST(WebhookBody, SurvivesMutations) {
  constexpr std::string_view bytes = "\"\\{}[]:,0123456789.-+eEtrufalsn \n\0\xFF";
  const std::string reference = reference_body();
  std::mt19937 random(20'190'317);
  int accepted = 0;
  constexpr int rounds = 20'000;
  for (int round = 0; round < rounds; ++round) {
    std::string body = reference;
    for (auto changes = random() % 3 + 1; changes > 0; --changes) {
      const char byte =
          random() % 2 == 0 ? bytes[random() % bytes.size()] : static_cast<char>(random() & 0xFFU);
      body[random() % body.size()] = byte;
    }
    const auto event = Webhook::parse(body);
    if (!event) continue;
    ++accepted;
    expect_consistent(*event, body);
  }
  EXPECT_GT(accepted, rounds / 10);
  EXPECT_LT(accepted, rounds);
}

TEST(WebhookLimits, AreTwoHundredFiftySixUnknownMembers) {
  const auto body = [](int count) {
    std::string text = R"({"status":"success")";
    for (int i = 0; i < count; ++i) text += ",\"\":0";
    return text + "}";
  };
  const auto most = Webhook::parse(body(256));
  ASSERT_TRUE(most) << most.error();
  EXPECT_EQ(most->unknown.size(), 256U);
  EXPECT_FALSE(Webhook::parse(body(257)));
}

}  // namespace
}  // namespace dropcowboy
