// What the tool does without an account: validate and decode.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/rvm.hpp"
#include "support/requests.hpp"
#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::Ended;
using support::Home;
using support::Process;
using support::run_tool;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(ToolValidates, ARequestFromAFileOrStdinWithoutAnAccount) {
  const Home home;
  const Process::Variables nothing = {{"HOME", home.path()}};
  const std::string good = to_json(support::good_request());
  const Ended valid = run_tool({"validate"}, nothing, good);
  EXPECT_EQ(valid.status, 0);
  EXPECT_EQ(valid.document()["ok"], true);
  EXPECT_EQ(valid.document()["warnings"][0]["code"], "recommended");
  EXPECT_EQ(run_tool({"validate", home.write("r.json", good)}, nothing).status, 0);

  const Ended wrong = run_tool({"validate", "-"}, nothing, R"({"phone_number":"555"})");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.document()["ok"], false);
  EXPECT_THAT(wrong.document()["errors"], SizeIs(4));
  EXPECT_THAT(wrong.errors, HasSubstr("error: phone_number: must be in E.164 form"));

  for (const char* text : {"", "[]", "{", R"({"brand_id":1})"}) {
    const Ended unreadable = run_tool({"validate"}, nothing, text);
    EXPECT_EQ(unreadable.status, 2) << text;
    EXPECT_THAT(unreadable.document()["errors"], SizeIs(1)) << text;
  }
}

TEST(ToolValidates, TextMessagesToo) {
  const Ended wrong = run_tool({"validate", "--sms"}, {}, R"({"phone_number":"+15550020001"})");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.errors, AllOf(HasSubstr("sms_body"), HasSubstr("opt_in")));
}

TEST(ToolDecodes, ACallbackAndSaysWhatItMeans) {
  const Ended failed = run_tool({"decode"}, {}, R"({"foreign_id":"order-17","status":"failure",
      "reason":"No Answer","phone_number":"+15550010004","attempt_date":"2019-03-17T21:10:26.000Z",
      "product_cost":0.09,"compliance_fee":0.0029,"network":{"name":"Acme","type":"wireless"}})");
  EXPECT_EQ(failed.status, 0);
  EXPECT_THAT(failed.errors, AllOf(HasSubstr("order-17: failed: No Answer (code 4005)"),
                                   HasSubstr("it may work at another time"), HasSubstr("$0.0929"),
                                   Not(HasSubstr("+15550010004"))));
  const json document = failed.document();
  EXPECT_EQ(document["delivered"], false);
  EXPECT_EQ(document["known_reason"], "no_answer");
  EXPECT_EQ(document["reason_code"], 4005);
  EXPECT_EQ(document["advice"], "try_later");
  EXPECT_EQ(document["attempt_date"], "2019-03-17T21:10:26Z");
  EXPECT_EQ(document["total_cost"], "0.0929");
  EXPECT_EQ(document["network"]["type"], "wireless");
  EXPECT_EQ(document["body"]["reason"], "No Answer");

  const Ended success = run_tool({"decode"}, {}, R"({"drop_id":"d1","status":"success"})");
  EXPECT_THAT(success.errors,
              AllOf(StartsWith("drop d1: delivered"), HasSubstr("without phone_number, ")));
  EXPECT_EQ(success.document()["delivered"], true);

  const std::string body =
      R"({"status":"success","z":12345678901234567890123,"product_cost":0.10,"a":{ },"z":1E2})";
  EXPECT_THAT(run_tool({"decode"}, {}, body).output, HasSubstr(R"("body": {
    "status": "success",
    "z": 12345678901234567890123,
    "product_cost": 0.10,
    "a": {},
    "z": 1E2
  })"));

  const Ended unreadable = run_tool({"decode"}, {}, "no JSON");
  EXPECT_EQ(unreadable.status, 2);
  EXPECT_EQ(unreadable.document()["issues"][0]["code"], "not_a_json_object");
  EXPECT_EQ(unreadable.document()["body"], "no JSON");
}

TEST(ToolDecodes, WhatTheNewerServiceSends) {
  const Ended unknown = run_tool({"decode"}, {}, R"({"foreign_id":"order-17","status":"failure",
      "reason":"Something new","reason_code":3777})");
  EXPECT_THAT(unknown.errors, AllOf(HasSubstr("order-17: failed: Something new (code 3777)"),
                                    HasSubstr("mend the request"), Not(HasSubstr("spam"))));
  EXPECT_EQ(unknown.document()["reason_code"], 3777);

  const Ended receipt = run_tool({"decode"}, {}, R"({"event_id":"e","event":"contact.rvm.receipt",
      "event_at":1774041912000,"data":{"drop_id":"d1","status":"success","reason_code":0,
      "to":"+14155550100","proof_of_delivery_url":"https://example.com/p"}})");
  EXPECT_THAT(receipt.errors, AllOf(HasSubstr("contact.rvm.receipt, drop d1: delivered"),
                                    HasSubstr("proof of delivery: https://example.com/p"),
                                    Not(HasSubstr("cost")), Not(HasSubstr("+14155550100"))));
  const json document = receipt.document();
  EXPECT_EQ(document["webhook_event"], "contact.rvm.receipt");
  EXPECT_EQ(document["event_id"], "e");
  EXPECT_EQ(document["event_at"], "2026-03-20T21:25:12Z");
  EXPECT_EQ(document["to"], "+14155550100");
  EXPECT_EQ(document["opted_out"], false);

  const auto inbound = [](const std::string& event) {
    return run_tool({"decode"}, {}, R"({"event_id":"e","event":")" + event + R"(","event_at":1,
        "data":{"from":"+14155550100"}})");
  };
  EXPECT_THAT(inbound("contact.msg.received").errors,
              HasSubstr("contact.msg.received: is not about a message of yours"));
  const Ended opt_out = inbound("contact.msg.opt");
  EXPECT_THAT(opt_out.errors, AllOf(HasSubstr("contact.msg.opt: the contact has opted out"),
                                    HasSubstr("do not send to this person again")));
  EXPECT_EQ(opt_out.document()["opted_out"], true);
}

}  // namespace
}  // namespace dropcowboy
