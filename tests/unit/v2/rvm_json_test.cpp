// A request of the v2 API as JSON, for files and queues.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/v2.hpp"

namespace dropcowboy::v2 {
namespace {

using support::good_v2_request;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

RvmRequest full_request() {
  RvmRequest request = good_v2_request();
  request.contact_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  request.tts_body = "He said \"hi\"\\\n\t caf\xC3\xA9 \xF0\x9F\x90\x8E";
  request.voice_id = "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7";
  request.audio_url = "https://media.acme.test/a.wav";
  request.caller_id = "+15557654322";
  request.byoc = Byoc{"e1a2b3c4-0000-4000-8000-000000000001", "A"};
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a11";
  request.extra_json = R"({"future":[1,2.50]})";
  return request;
}

TEST(V2RvmJson, ComesBackAsItWas) {
  const auto again = RvmRequest::from_json(to_json(full_request()));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(*again, full_request());
  EXPECT_EQ(RvmRequest::from_json(to_json(RvmRequest{})).value(), RvmRequest{});
}

TEST(V2RvmJson, HoldsEveryKeyByItsNameOnTheWire) {
  const auto object = nlohmann::json::parse(to_json(full_request()));
  EXPECT_EQ(object.size(), 14U);
  EXPECT_EQ(object["to"], "+15550010001");
  EXPECT_EQ(object["foreign_id"], "order-17");
  EXPECT_EQ(object["byoc"]["sti_attestation"], "A");
  EXPECT_THAT(to_json(full_request()), HasSubstr(R"("future":[1,2.50])"));
}

TEST(V2RvmJson, KeepsAnIdThatIsSetButEmpty) {
  RvmRequest request;
  request.foreign_id = "";
  EXPECT_EQ(RvmRequest::from_json(to_json(request)).value().foreign_id, "");
}

TEST(V2RvmJson, NullIsUnsetTheLastOfARepeatedKeyCountsAndCredentialsAreDropped) {
  const auto read = RvmRequest::from_json(
      R"({"to":"+1","to":"+2","media_id":null,"team_id":"t","secret":"hush","z": [ 1 ]})");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->to, "+2");
  EXPECT_FALSE(read->media_id);
  EXPECT_EQ(read->extra_json, R"({"z":[1]})");
  EXPECT_THAT(to_json(*read), Not(HasSubstr("hush")));
}

TEST(V2RvmJson, ReportsEveryValueThatDoesNotFit) {
  const auto read = RvmRequest::from_json(R"({"to":5,"foreign_id":true,"byoc":"A","tts_body":[]})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::invalid_request);
  EXPECT_EQ(read.error().outcome, Outcome::not_sent);
  EXPECT_THAT(read.error().issues, SizeIs(4));
  for (const char* byoc : {"[]", R"({"sti_orig_id":1})", R"({"other":"x"})"}) {
    const auto odd = RvmRequest::from_json(std::string(R"({"byoc":)") + byoc + "}");
    ASSERT_FALSE(odd) << byoc;
    EXPECT_EQ(odd.error().issues.at(0).field, "byoc");
  }
  for (const char* text : {"", "[]", "{", "{} {}", "nul"}) {
    EXPECT_FALSE(RvmRequest::from_json(text)) << text;
  }
}

TEST(V2RvmJson, TellsWhoseMessagesAClientSends) {
  ClientOptions options = support::v2_options();
  EXPECT_EQ(Client(options).team_id(), "");
  options.team_id = "team-1";
  EXPECT_EQ(Client(options).team_id(), "team-1");
}

}  // namespace
}  // namespace dropcowboy::v2
