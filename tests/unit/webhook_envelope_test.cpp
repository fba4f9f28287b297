// The envelope of the vendor's v2 service: event_id, event, event_at and the object data.

#include <gmock/gmock.h>

#include <string>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Webhook read(const std::string& body) {
  auto webhook = Webhook::parse(body);
  EXPECT_TRUE(webhook) << body;
  return webhook ? *std::move(webhook) : Webhook();
}

std::vector<std::string> fields(const Webhook& webhook, Severity severity) {
  std::vector<std::string> found;
  for (const Issue& issue : webhook.issues) {
    if (issue.severity == severity) found.emplace_back(issue.field);
  }
  return found;
}

TEST(WebhookEnvelope, IsReadAsIfItsDataStoodOutside) {
  const Webhook event =
      read(R"({"event_id":"e-1","event":"contact.rvm.status","event_at":1552857026123,"data":)"
           R"({"status":"failure","reason":"No Answer","reason_code":4005,"drop_id":"d-1",)"
           R"("contact_id":"c-1","to":"+15550010004","from":"+15557654321",)"
           R"("network":{"name":"n","type":"wireless"},"more":[{"a":1}]},"version":2})");
  EXPECT_EQ(event.event_id, "e-1");
  EXPECT_EQ(event.event, "contact.rvm.status");
  EXPECT_EQ(event.event_at,
            std::chrono::system_clock::time_point(std::chrono::milliseconds(1'552'857'026'123)));
  EXPECT_TRUE(event.failed());
  EXPECT_EQ(event.known_reason, Reason::no_answer);
  EXPECT_EQ(event.drop_id, "d-1");
  EXPECT_EQ(event.contact_id, "c-1");
  EXPECT_EQ(event.phone_number, "+15550010004");
  ASSERT_TRUE(event.network);
  EXPECT_EQ(event.network->type, "wireless");
  EXPECT_EQ(event.to, "+15550010004");
  EXPECT_EQ(event.from, "+15557654321");
  ASSERT_THAT(event.unknown, SizeIs(2));
  EXPECT_EQ(event.unknown[0].name, "data.more");
  EXPECT_EQ(event.unknown[0].json, R"([{"a":1}])");
  EXPECT_EQ(event.unknown[1].name, "version");
  EXPECT_THAT(event.issues, IsEmpty());
}

TEST(WebhookEnvelope, MayHaveItsMembersInAnyOrder) {
  const Webhook event =
      read(R"({"data":{"to":"+15550010001","drop_id":"d","status":"success"},"event_at":0,)"
           R"("event":"contact.rvm.status","event_id":"e"})");
  EXPECT_TRUE(event.delivered());
  EXPECT_EQ(event.event_id, "e");
  EXPECT_THAT(event.issues, IsEmpty());
}

TEST(WebhookEnvelope, PromisesLessThanV1) {
  EXPECT_THAT(fields(read(R"({"data":{}})"), Severity::warning),
              ElementsAre("drop_id", "status", "event_id", "event", "event_at", "to"));
  EXPECT_THAT(read(R"({"data":{}})").unknown, IsEmpty());
}

TEST(WebhookEnvelope, IsOneOnlyWithAnObjectAtTheTop) {
  for (const char* data : {"[]", "null", "\"to\"", "7", R"([{"status":"success","to":"+1"}])"}) {
    const Webhook event = read(R"({"data":)" + std::string(data) + "}");
    EXPECT_EQ(event.status, DropStatus::other) << data;
    ASSERT_THAT(event.unknown, SizeIs(1)) << data;
    EXPECT_EQ(event.unknown[0].json, data);
    EXPECT_THAT(event.issues, SizeIs(12)) << data;
  }
  const Webhook nested = read(R"({"more":{"data":{"status":"success"}}})");
  EXPECT_EQ(nested.status, DropStatus::other);
  ASSERT_THAT(nested.unknown, SizeIs(1));
}

TEST(WebhookEnvelope, KeepsApartWhatStandsInsideAndOutside) {
  const Webhook event =
      read(R"({"event_id":"outer","to":"+15550000000","data":{"event_id":"inner","event":"x",)"
           R"("event_at":1,"data":{"status":"success"}}})");
  EXPECT_EQ(event.event_id, "outer");
  EXPECT_FALSE(event.event);
  EXPECT_FALSE(event.phone_number);
  EXPECT_EQ(event.status, DropStatus::other);
  std::vector<std::string> names;
  for (const UnknownMember& member : event.unknown) names.push_back(member.name);
  EXPECT_THAT(names,
              ElementsAre("to", "data.event_id", "data.event", "data.event_at", "data.data"));
}

TEST(WebhookEnvelope, KeepsTheNumberUnderEitherName) {
  for (const char* members :
       {R"("phone_number":"+15550010001","to":null)", R"("to":null,"phone_number":"+15550010001")",
        R"("to":"+15550010001","phone_number":null)", R"("phone_number":"+15550010001")"}) {
    const Webhook event = read(R"({"event_id":"e","event":"contact.sms.status","event_at":1,)"
                               R"("data":{"drop_id":"d","status":"success",)" +
                               std::string(members) + "}}");
    EXPECT_EQ(event.phone_number, "+15550010001") << members;
    EXPECT_THAT(event.issues, IsEmpty()) << members;
  }
}

struct NumberRow {
  const char* event;
  const char* number;
  bool is_result;
  bool is_opt_out;
};

class WebhookEvent : public ::testing::TestWithParam<NumberRow> {};

// Wherever the name stands: the number depends on it.
TEST_P(WebhookEvent, SaysWhoseNumberIsWhose) {
  const NumberRow& row = GetParam();
  const std::string data =
      R"("data":{"drop_id":"d","status":"success","to":"+15557654321","from":"+15550010004"})";
  const std::string name = R"("event":")" + std::string(row.event) + '"';
  const std::string rest = R"("event_id":"e","event_at":1)";
  for (const auto& body : {name + ',' + rest + ',' + data, data + ',' + rest + ',' + name}) {
    const Webhook event = read('{' + body + '}');
    EXPECT_EQ(event.phone_number.value_or(""), row.number) << body;
    EXPECT_EQ(event.to, "+15557654321");
    EXPECT_EQ(event.from, "+15550010004");
    EXPECT_EQ(event.delivered(), row.is_result) << body;
    EXPECT_EQ(event.status_text, "success");
    EXPECT_EQ(event.opted_out(), row.is_opt_out) << body;
    EXPECT_EQ(event.advice(), row.is_opt_out ? Advice::do_not_resend : Advice::none);
    EXPECT_THAT(event.issues, IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, WebhookEvent,
    ::testing::Values(NumberRow{"contact.rvm.status", "+15557654321", true, false},
                      NumberRow{"contact.sms.status", "+15557654321", true, false},
                      NumberRow{"Contact.RVM.Receipt", "+15557654321", true, false},
                      NumberRow{"contact.msg.received", "+15550010004", false, false},
                      NumberRow{"contact.voicemail.received", "+15550010004", false, false},
                      NumberRow{"contact.call.missed", "+15550010004", false, false},
                      NumberRow{"contact.msg.opt", "+15550010004", false, true},
                      NumberRow{"contact.msg.opt_out", "+15550010004", false, true},
                      NumberRow{"CONTACT.CONSENT.REVOKED", "+15550010004", false, true},
                      NumberRow{"contact.consent.granted", "", false, false},
                      NumberRow{"contact.msg.sent", "", false, false},
                      NumberRow{"contact.call.answered", "", false, false},
                      NumberRow{"status", "", false, false}, NumberRow{"*", "", false, false}));

TEST(WebhookEvents, OfOtherKindsPromiseNoResult) {
  const Webhook opt_out = read(
      R"({"event_id":"e","event":"contact.consent.revoked","event_at":1,"data":{"to":"+1555"}})");
  EXPECT_TRUE(opt_out.opted_out());
  EXPECT_FALSE(opt_out.phone_number) << "a number of ours is nobody to spare";
  EXPECT_THAT(opt_out.issues, IsEmpty());
  const Webhook named = read(R"({"event_id":"e","event":"contact.msg.received","event_at":1,)"
                             R"("data":{"phone_number":"+15550010001","from":"+15550010002"}})");
  EXPECT_EQ(named.phone_number, "+15550010001");
}

TEST(WebhookEnvelope, ReportsMistypedMembersOnce) {
  for (const char* event_at : {"\"1\"", "1.5", "1e3", "true", "99999999999999999999", "{}"}) {
    const Webhook event =
        read(R"({"event_id":7,"event_at":)" + std::string(event_at) + R"(,"data":{"to":[]}})");
    EXPECT_FALSE(event.event_id);
    EXPECT_FALSE(event.event_at) << event_at;
    EXPECT_FALSE(event.phone_number);
    EXPECT_THAT(fields(event, Severity::error), ElementsAre("event_id", "event_at", "to"));
  }
  EXPECT_FALSE(read(R"({"event_at":9223372036854775807,"data":{}})").event_at);
  EXPECT_FALSE(read(R"({"event_at":-9223372036854775808,"data":{}})").event_at);
  EXPECT_TRUE(read(R"({"event_at":-1,"data":{}})").event_at);
}

}  // namespace
}  // namespace dropcowboy
