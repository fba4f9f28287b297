#include <gmock/gmock.h>

#include <iterator>
#include <string>
#include <utility>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Webhook read(const std::string& body) {
  auto webhook = Webhook::parse(body);
  EXPECT_TRUE(webhook) << body;
  return webhook ? *std::move(webhook) : Webhook();
}

// Every documented member, as both services together have them (so it is one of v2, to which v1's
// own are not promised), with what it accepts of: s(tring), n(umber), b(oolean), o(bject), a(rray).
// A flag that cannot be read counts as set, see webhook_test.cpp.
struct Member {
  const char* name;
  bool is_promised;
  const char* json;
  std::string_view accepts;
  bool (*is_set)(const Webhook&);
};

template <auto Field>
bool is_set(const Webhook& webhook) {
  return (webhook.*Field).has_value();
}

const Member members[] = {
    {"drop_id", true, R"("d")", "s", is_set<&Webhook::drop_id>},
    {"phone_number", true, R"("+15550010001")", "s", is_set<&Webhook::phone_number>},
    {"attempt_date", true, R"("2019-03-17T21:10:26Z")", "", is_set<&Webhook::attempt_date>},
    {"status", true, R"("failure")", "s", [](const Webhook& w) { return w.failed(); }},
    {"reason", true, R"("No Answer")", "s", [](const Webhook& w) { return !w.reason.empty(); }},
    {"dnc", true, "false", "snboa", is_set<&Webhook::dnc>},
    {"spam", false, "false", "snboa", is_set<&Webhook::spam>},
    {"product_cost", true, "0.099", "n", is_set<&Webhook::product_cost>},
    {"compliance_fee", true, "0.0029", "n", is_set<&Webhook::compliance_fee>},
    {"tts_fee", true, "0", "n", is_set<&Webhook::tts_fee>},
    {"network", false, R"({"name":"n","type":"t"})", "so", is_set<&Webhook::network>},
    {"foreign_id", false, R"("f")", "s", is_set<&Webhook::foreign_id>},
    {"status_code", false, "7", "sn", is_set<&Webhook::status_code>},
    {"reason_code", false, "4005", "n", is_set<&Webhook::reason_code>},
    {"team_id", false, R"("t")", "s", is_set<&Webhook::team_id>},
    {"contact_id", false, R"("c")", "s", is_set<&Webhook::contact_id>},
    {"session_id", false, R"("s")", "s", is_set<&Webhook::session_id>},
    {"log_id", false, R"("l")", "s", is_set<&Webhook::log_id>},
    {"caller_id", false, R"("+15557654321")", "s", is_set<&Webhook::caller_id>},
    {"product_code", false, R"("p")", "s", is_set<&Webhook::product_code>},
    {"quantity", false, R"("1")", "sn", is_set<&Webhook::quantity>},
    {"proof_of_delivery_url", false, R"("u")", "s", is_set<&Webhook::proof_of_delivery_url>},
};

class DocumentedMember : public testing::TestWithParam<Member> {
 protected:
  // A callback with every member, in which this one has another value, or is left out.
  static std::string body_with(std::optional<std::string> json) {
    std::string body = "{";
    for (const Member& member : members) {
      const bool is_this = std::string_view(member.name) == GetParam().name;
      if (is_this && !json) continue;
      if (body.size() > 1) body += ',';
      body += '"' + std::string(member.name) + "\":" + (is_this ? *json : member.json);
    }
    return body + "}";
  }

  static void expect_only_this_unset(const Webhook& webhook) {
    for (const Member& member : members) {
      EXPECT_EQ(member.is_set(webhook), std::string_view(member.name) != GetParam().name)
          << member.name;
    }
  }

  static void expect_issue(const Webhook& webhook, Severity severity, IssueCode code) {
    ASSERT_THAT(webhook.issues, SizeIs(1));
    EXPECT_EQ(webhook.issues[0].field, GetParam().name);
    EXPECT_EQ(webhook.issues[0].severity, severity);
    EXPECT_EQ(webhook.issues[0].code, code);
    EXPECT_FALSE(webhook.issues[0].message.empty());
  }
};

TEST_P(DocumentedMember, IsNotReportedWhenItIsAsDocumented) {
  const Webhook webhook = read(body_with(GetParam().json));
  EXPECT_TRUE(GetParam().is_set(webhook));
  EXPECT_THAT(webhook.issues, IsEmpty());
}

TEST_P(DocumentedMember, IsReportedWhenAbsentOrNullIfItIsPromised) {
  for (const std::optional<std::string>& json : {std::optional<std::string>(), {"null"}}) {
    const Webhook webhook = read(body_with(json));
    expect_only_this_unset(webhook);
    if (GetParam().is_promised) {
      expect_issue(webhook, Severity::warning, IssueCode::missing);
    } else {
      EXPECT_THAT(webhook.issues, IsEmpty());
    }
  }
}

TEST_P(DocumentedMember, IsUnsetAndReportedWhenMistyped) {
  const std::pair<char, const char*> values[] = {
      {'s', R"("sentinel")"},
      {'n', "7"},
      {'b', "true"},
      {'o', R"({"name":"sentinel","type":["x",{"name":"sentinel"}]})"},
      {'o', "{}"},
      {'a', R"([{"name":"sentinel","type":[]},2,null])"},
      {'a', "[]"},
  };
  for (const auto& [type, json] : values) {
    if (GetParam().accepts.find(type) != std::string_view::npos) continue;
    SCOPED_TRACE(json);
    const Webhook webhook = read(body_with(json));
    expect_only_this_unset(webhook);
    expect_issue(webhook, Severity::error, IssueCode::invalid_value);
    EXPECT_EQ(webhook.issues[0].message.find("sentinel"), std::string::npos);
    EXPECT_THAT(webhook.unknown, IsEmpty());
  }
}

TEST_P(DocumentedMember, CountsAsItWasSentLast) {
  const std::string name = ",\"" + std::string(GetParam().name) + "\":";
  const auto last = [&](const std::string& first, const std::string& second) {
    std::string body = body_with(first);
    body.insert(body.size() - 1, name + second);
    return read(body);
  };
  expect_only_this_unset(last(GetParam().json, "null"));
  if (GetParam().accepts.find('a') != std::string_view::npos) return;
  EXPECT_THAT(last("[]", GetParam().json).issues, IsEmpty());
  EXPECT_TRUE(GetParam().is_set(last("[]", GetParam().json)));
  expect_only_this_unset(last(GetParam().json, "[]"));
}

INSTANTIATE_TEST_SUITE_P(All, DocumentedMember, testing::ValuesIn(members),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(WebhookMembers, AreFoundInAnyOrder) {
  std::string body = "{";
  for (auto member = std::rbegin(members); member != std::rend(members); ++member) {
    if (body.size() > 1) body += " ,\n";
    body += '"' + std::string(member->name) + "\" : " + member->json;
  }
  const Webhook event = read(body + "}");
  for (const Member& member : members) EXPECT_TRUE(member.is_set(event)) << member.name;
  EXPECT_THAT(event.issues, IsEmpty());
  EXPECT_THAT(event.unknown, IsEmpty());
}

}  // namespace
}  // namespace dropcowboy
