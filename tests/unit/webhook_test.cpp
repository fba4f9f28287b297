#include "dropcowboy/webhook.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <string>

#include "support/data_file.hpp"

namespace dropcowboy {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Webhook read(const std::string& body) {
  auto webhook = Webhook::parse(body);
  EXPECT_TRUE(webhook) << body;
  return webhook ? *std::move(webhook) : Webhook();
}

// Issues other than those about absent members.
std::vector<Issue> complaints(const Webhook& webhook) {
  std::vector<Issue> found;
  for (const Issue& issue : webhook.issues) {
    if (issue.code != IssueCode::missing) found.push_back(issue);
  }
  return found;
}

TEST(Webhook, ReadsACompleteCallback) {
  const std::string body = support::data_file("callback_success.json");
  const auto event = Webhook::parse(body);
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->delivered());
  EXPECT_FALSE(event->failed());
  EXPECT_EQ(event->status_text, "success");
  EXPECT_EQ(event->drop_id, "5c8eb7a2f1d3e40011a9c3b7");
  EXPECT_EQ(event->phone_number, "+15550010001");
  EXPECT_EQ(event->foreign_id, "3f2b8c1e-7d64-4a0b-9c55-1e6f0a8d2b47");
  EXPECT_EQ(event->attempt_date,
            std::chrono::system_clock::time_point(std::chrono::seconds(1'552'857'026)));
  EXPECT_EQ(event->reason, "");
  EXPECT_EQ(event->known_reason, Reason::none);
  EXPECT_EQ(event->dnc, false);
  EXPECT_EQ(event->spam, false);
  EXPECT_EQ(event->product_cost, Money{99'000});
  EXPECT_EQ(event->compliance_fee, Money{2'900});
  EXPECT_EQ(event->tts_fee, Money{12'500});
  EXPECT_EQ(to_string(event->total_cost()), "0.1144");
  ASSERT_TRUE(event->network);
  EXPECT_EQ(event->network->name, "Example Wireless");
  EXPECT_EQ(event->network->type, "wireless");
  EXPECT_EQ(event->advice(), Advice::none);
  EXPECT_THAT(event->issues, IsEmpty());
  EXPECT_THAT(event->unknown, IsEmpty());
  EXPECT_EQ(event->body, body);
}

TEST(Webhook, ReadsWhatNewerServicesAdd) {
  const Webhook event =
      read(R"({"status":"failure","reason":"Internal DNC","dnc":true,"status_code":17,)"
           R"("reason_code":4016,"team_id":"t","contact_id":"c","session_id":"s","log_id":"l",)"
           R"("caller_id":"+15557654321","product_code":"RVM","quantity":1,)"
           R"("proof_of_delivery_url":"https://example.com/p"})");
  EXPECT_TRUE(event.failed());
  EXPECT_FALSE(event.delivered());
  EXPECT_EQ(event.status_code, "17");
  EXPECT_EQ(event.reason_code, 4016);
  EXPECT_EQ(event.team_id, "t");
  EXPECT_EQ(event.contact_id, "c");
  EXPECT_EQ(event.session_id, "s");
  EXPECT_EQ(event.log_id, "l");
  EXPECT_EQ(event.caller_id, "+15557654321");
  EXPECT_EQ(event.product_code, "RVM");
  EXPECT_EQ(event.quantity, "1");
  EXPECT_EQ(event.proof_of_delivery_url, "https://example.com/p");
  EXPECT_THAT(complaints(event), IsEmpty());
}

TEST(WebhookStatus, IsReadInAnyCase) {
  EXPECT_TRUE(read(R"({"status":"SUCCESS"})").delivered());
  EXPECT_TRUE(read(R"({"status":"Failure"})").failed());
}

TEST(WebhookStatus, IsOtherAndKeptWhenItIsANewWord) {
  const Webhook event = read(R"({"status":"Deferred"})");
  EXPECT_EQ(event.status, DropStatus::other);
  EXPECT_EQ(event.status_text, "Deferred");
  EXPECT_FALSE(event.delivered());
  EXPECT_FALSE(event.failed());
  EXPECT_THAT(complaints(event), IsEmpty());
}

TEST(WebhookStatus, IsOtherAndEmptyWhenMistyped) {
  const Webhook event = read(R"({"status":"success","status":200})");
  EXPECT_EQ(event.status, DropStatus::other);
  EXPECT_EQ(event.status_text, "");
}

TEST(WebhookStatus, HasNames) {
  EXPECT_EQ(to_string(DropStatus::success), "success");
  EXPECT_EQ(to_string(DropStatus::failure), "failure");
  EXPECT_EQ(to_string(DropStatus::other), "other");
}

struct NetworkRow {
  const char* json;
  const char* name;
  const char* type;
};

class WebhookNetwork : public testing::TestWithParam<NetworkRow> {};

TEST_P(WebhookNetwork, IsReadWithWhatIsThere) {
  const Webhook event = read(R"({"network":)" + std::string(GetParam().json) + "}");
  ASSERT_TRUE(event.network);
  EXPECT_EQ(event.network->name, GetParam().name);
  EXPECT_EQ(event.network->type, GetParam().type);
  EXPECT_THAT(complaints(event), IsEmpty());
  EXPECT_THAT(event.unknown, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, WebhookNetwork,
    testing::Values(NetworkRow{R"("Plain")", "Plain", ""}, NetworkRow{"{}", "", ""},
                    NetworkRow{R"({"name":null,"type":null})", "", ""},
                    NetworkRow{R"({"type":"wireless"})", "", "wireless"},
                    NetworkRow{R"({"type":"t","name":"n"})", "n", "t"},
                    NetworkRow{R"({"name":"a","name":"b"})", "b", ""},
                    NetworkRow{R"({"name":"a","name":null})", "", ""},
                    NetworkRow{R"({"name":"n","new":{"type":"x","name":["y"]},"type":"t"})", "n",
                               "t"},
                    NetworkRow{R"({"new":["name",{"type":"x"}],"name":"n"})", "n", ""}));

TEST(WebhookNetworkMembers, MakeItMistypedOnce) {
  for (const char* json : {R"({"name":7})", R"({"name":"n","type":true})", R"({"name":{}})",
                           R"({"type":["t"],"name":"n"})", R"({"name":1,"type":2})"}) {
    const Webhook event = read(R"({"network":)" + std::string(json) + "}");
    EXPECT_FALSE(event.network) << json;
    EXPECT_THAT(complaints(event), SizeIs(1)) << json;
  }
}

TEST(WebhookNetworkMembers, AreSoughtNowhereElse) {
  const Webhook event = read(R"({"network":"n","drop_id":{"name":"x"},"more":{"type":"y"}})");
  ASSERT_TRUE(event.network);
  EXPECT_EQ(event.network->name, "n");
  EXPECT_EQ(event.network->type, "");
}

struct CostRow {
  const char* json;
  std::optional<std::int64_t> micro_dollars;
  std::optional<IssueCode> issue;
};

class WebhookCost : public testing::TestWithParam<CostRow> {};

TEST_P(WebhookCost, IsReadFromTheDigitsOnTheWire) {
  const Webhook event = read(R"({"product_cost":)" + std::string(GetParam().json) + "}");
  ASSERT_EQ(event.product_cost.has_value(), GetParam().micro_dollars.has_value());
  if (event.product_cost) {
    EXPECT_EQ(event.product_cost->micro_dollars, *GetParam().micro_dollars);
  }
  const auto found = complaints(event);
  ASSERT_THAT(found, SizeIs(GetParam().issue ? 1 : 0));
  if (GetParam().issue) {
    EXPECT_EQ(found[0].code, *GetParam().issue);
  }
}

constexpr auto invalid = IssueCode::invalid_value;
constexpr auto rounded = IssueCode::rounded;

INSTANTIATE_TEST_SUITE_P(
    Table, WebhookCost,
    testing::Values(
        CostRow{"0.099", 99'000, {}}, CostRow{"0.0029", 2'900, {}}, CostRow{"2.9E-3", 2'900, {}},
        CostRow{"0", 0, {}}, CostRow{"-0", 0, {}}, CostRow{"-1.5", -1'500'000, {}},
        CostRow{"-3", -3'000'000, {}}, CostRow{"1e-7", 0, rounded},
        CostRow{"0.0000016", 2, rounded}, CostRow{"-0.0000024", -2, rounded},
        CostRow{"0.10000000000000000000000", 100'000, {}}, CostRow{"1e3", 1'000'000'000, {}},
        CostRow{"1234567.654321", 1'234'567'654'321, {}},
        CostRow{"3999999999.999999", 3'999'999'999'999'999, {}}, CostRow{"9000000000", {}, invalid},
        CostRow{"-9000000000", {}, invalid}, CostRow{"9223372036854775807", {}, invalid},
        CostRow{"18446744073709551615", {}, invalid}, CostRow{"99999999999999999999", {}, invalid},
        CostRow{"1e300", {}, invalid}, CostRow{R"("0.099")", 99'000, {}},
        CostRow{R"("7")", 7'000'000, {}}, CostRow{R"("-0.5")", -500'000, {}},
        CostRow{R"("0.0000001")", 0, rounded}, CostRow{R"("2.9E-3")", {}, invalid},
        CostRow{R"("")", {}, invalid}, CostRow{R"("$1")", {}, invalid},
        CostRow{R"(" 1")", {}, invalid}, CostRow{R"("free")", {}, invalid}));

TEST(WebhookTotalCost, SumsWhatWasSent) {
  EXPECT_EQ(read("{}").total_cost(), Money{0});
  EXPECT_EQ(read(R"({"tts_fee":0.5})").total_cost(), Money{500'000});
  EXPECT_EQ(read(R"({"product_cost":0.099,"compliance_fee":0.0029,"tts_fee":"x"})").total_cost(),
            Money{101'900});
}

TEST(WebhookTotalCost, StopsAtTheEndOfItsRange) {
  const Money most{std::numeric_limits<std::int64_t>::max()};
  const Money least{std::numeric_limits<std::int64_t>::min()};
  EXPECT_EQ(most + Money{1}, most);
  EXPECT_EQ(least + Money{-1}, least);
  EXPECT_EQ(most + least, Money{-1});
}

TEST(WebhookNumbers, AreKeptAsDigitsWhereTextIsUsual) {
  EXPECT_EQ(read(R"({"status_code":-7})").status_code, "-7");
  EXPECT_EQ(read(R"({"status_code":"007"})").status_code, "007");
  EXPECT_EQ(read(R"({"quantity":1.50})").quantity, "1.50");
  EXPECT_EQ(read(R"({"quantity":123456789012345678901234})").quantity, "123456789012345678901234");
}

// What set it is reported, whatever comes after it.
TEST(WebhookFlags, OneThatCouldNotBeReadIsReportedThoughItComesAgain) {
  for (const char* again : {"false", "true", "null", "7"}) {
    const Webhook event = read(R"({"status":"failure","reason":"No Answer","dnc":"maybe","dnc":)" +
                               std::string(again) + "}");
    EXPECT_EQ(event.dnc, true) << again;
    ASSERT_THAT(complaints(event), SizeIs(1)) << again;
    EXPECT_EQ(complaints(event)[0].field, "dnc");
  }
}

struct FlagRow {
  const char* json;
  std::optional<bool> value;
  bool is_readable;
};

class WebhookFlag : public testing::TestWithParam<std::tuple<const char*, FlagRow>> {};

TEST_P(WebhookFlag, CountsAsSetUnlessItIsClearlyNot) {
  const auto& [name, row] = GetParam();
  const Webhook event = read(R"({"status":"failure","reason":"No Answer",")" + std::string(name) +
                             "\":" + row.json + "}");
  EXPECT_EQ(name == std::string("dnc") ? event.dnc : event.spam, row.value);
  const auto found = complaints(event);
  ASSERT_THAT(found, SizeIs(row.is_readable ? 0 : 1));
  if (!row.is_readable) {
    EXPECT_EQ(found[0].field, name);
    EXPECT_EQ(found[0].code, IssueCode::invalid_value);
    EXPECT_EQ(found[0].severity, Severity::error);
  }
  const bool is_opt_out = name == std::string("dnc") && row.value == true;
  EXPECT_EQ(event.opted_out(), is_opt_out);
  EXPECT_EQ(event.advice(), is_opt_out ? Advice::do_not_resend : Advice::try_later);
}

INSTANTIATE_TEST_SUITE_P(
    Table, WebhookFlag,
    testing::Combine(testing::Values("dnc", "spam"),
                     testing::Values(FlagRow{"true", true, true}, FlagRow{"1", true, true},
                                     FlagRow{R"("true")", true, true},
                                     FlagRow{R"("YES")", true, true}, FlagRow{R"("1")", true, true},
                                     FlagRow{"false", false, true}, FlagRow{"0", false, true},
                                     FlagRow{R"("False")", false, true},
                                     FlagRow{R"("0")", false, true},
                                     FlagRow{R"("no")", false, true}, FlagRow{"null", {}, true},
                                     FlagRow{"2", true, false}, FlagRow{"-1", true, false},
                                     FlagRow{"0.0", true, false}, FlagRow{R"("")", true, false},
                                     FlagRow{R"("perhaps")", true, false},
                                     FlagRow{R"("null")", true, false}, FlagRow{"[]", true, false},
                                     FlagRow{"[false]", true, false},
                                     FlagRow{R"({"value":false})", true, false})));

TEST(WebhookFlags, StaySetOnceTheyAre) {
  for (const char* second : {"false", "null", "0", "\"no\"", "{}"}) {
    EXPECT_EQ(read(R"({"dnc":true,"dnc":)" + std::string(second) + "}").dnc, true) << second;
    EXPECT_EQ(read(R"({"dnc":)" + std::string(second) + R"(,"dnc":true})").dnc, true) << second;
  }
  EXPECT_EQ(read(R"({"dnc":true,"data":{"dnc":false}})").dnc, true);
  EXPECT_EQ(read(R"({"dnc":"f\ud83dalse"})").dnc, true) << "half a surrogate pair is no clear no";
}

TEST(WebhookReasonCode, MustBeAnInt) {
  EXPECT_EQ(read(R"({"reason_code":2147483647})").reason_code, 2147483647);
  EXPECT_EQ(read(R"({"reason_code":"4005"})").reason_code, 4005);
  for (const char* json : {"2147483648", "-2147483649", "4005.0", "4e3", "\"4005 \"", "\"\""}) {
    const Webhook event = read(R"({"reason_code":)" + std::string(json) + "}");
    EXPECT_FALSE(event.reason_code) << json;
    EXPECT_THAT(complaints(event), SizeIs(1)) << json;
  }
}

struct UnknownRow {
  const char* json;
  const char* compact;
};

class UnknownMemberTable : public testing::TestWithParam<UnknownRow> {};

TEST_P(UnknownMemberTable, IsKeptAsCompactText) {
  const Webhook event = read(R"({"new":)" + std::string(GetParam().json) + R"(,"drop_id":"d"})");
  ASSERT_THAT(event.unknown, SizeIs(1));
  EXPECT_EQ(event.unknown[0].name, "new");
  EXPECT_EQ(event.unknown[0].json, GetParam().compact);
  EXPECT_EQ(event.drop_id, "d");
}

INSTANTIATE_TEST_SUITE_P(
    Values, UnknownMemberTable,
    testing::Values(
        UnknownRow{"null", "null"}, UnknownRow{"true", "true"}, UnknownRow{"false", "false"},
        UnknownRow{"-12", "-12"}, UnknownRow{"18446744073709551615", "18446744073709551615"},
        UnknownRow{"1.50", "1.50"}, UnknownRow{"1E+2", "1E+2"},
        UnknownRow{"123456789012345678901234", "123456789012345678901234"},
        UnknownRow{R"("")", R"("")"},
        UnknownRow{R"("a\"b\\c\/d\n\u00e9")", R"("a\"b\\c\/d\n\u00e9")"},
        UnknownRow{R"(",[{:")", R"(",[{:")"}, UnknownRow{"[ ]", "[]"}, UnknownRow{"{ }", "{}"},
        UnknownRow{"[ 1 , [ ] , { } , \"x\" , null ]", R"([1,[],{},"x",null])"},
        UnknownRow{"[[],[[1],2],3]", "[[],[[1],2],3]"},
        UnknownRow{R"({ "a" : { "b" : [ 1.0 , { "c" : null } ] } , "d\"" : "[" , "e" : [] })",
                   R"({"a":{"b":[1.0,{"c":null}]},"d\"":"[","e":[]})"},
        UnknownRow{R"({"drop_id":"x","network":{"name":"y"}})",
                   R"({"drop_id":"x","network":{"name":"y"}})"},
        UnknownRow{R"({"":""})", R"({"":""})"}));

TEST(UnknownMembers, AreKeptInOrderAndAsOftenAsTheyCame) {
  const Webhook event =
      read(R"({"b":1,"status":"success","a":[2],"b":3,"":4,"Status":"x","drop_id2":5,"drop_i":6})");
  ASSERT_THAT(event.unknown, SizeIs(7));
  const char* names[] = {"b", "a", "b", "", "Status", "drop_id2", "drop_i"};
  const char* values[] = {"1", "[2]", "3", "4", R"("x")", "5", "6"};
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(event.unknown[i].name, names[i]);
    EXPECT_EQ(event.unknown[i].json, values[i]);
  }
  EXPECT_TRUE(event.delivered());
}

TEST(Webhook, OfAnEmptyObjectReportsAllThatIsPromised) {
  const Webhook event = read("{}");
  EXPECT_THAT(event.issues, SizeIs(12));
  EXPECT_EQ(event.status, DropStatus::other);
  EXPECT_EQ(event.advice(), Advice::none);
}

TEST(Money, IsComparedAddedAndWrittenExactly) {
  EXPECT_EQ(Money{1} + Money{2}, Money{3});
  EXPECT_NE(Money{1}, Money{2});
  EXPECT_LT(Money{-1}, Money{0});
  EXPECT_EQ(to_string(Money{99'000}), "0.099");
  EXPECT_EQ(to_string(Money{-2'900}), "-0.0029");
}

}  // namespace
}  // namespace dropcowboy
