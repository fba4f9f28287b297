// JSON read where it stands.

#include "json/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dropcowboy::json {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> members_of_text(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> all;
  for (Members members(text); members.next();) all.emplace_back(members.key(), members.value());
  return all;
}

TEST(JsonDocument, IsOneValueAndNoMore) {
  EXPECT_EQ(document_of(" \r\n[1 , 2]\t"), "[1 , 2]");
  EXPECT_EQ(document_of("\xEF\xBB\xBF{}"), "{}");
  EXPECT_EQ(document_of("-1.50e+3"), "-1.50e+3");
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{} {}"), std::string("[1,]"),
        std::string("[]\0", 3), std::string("\"\xFF\""), std::string("[01]"), std::string("nul")}) {
    EXPECT_EQ(document_of(text), std::nullopt) << text;
  }
}

TEST(JsonDocument, NestsThirtyTwoLevels) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + '1' + std::string(depth, ']');
  };
  EXPECT_TRUE(document_of(nested(32)));
  EXPECT_FALSE(document_of(nested(33)));
}

TEST(JsonDocument, GivesEachValueAsItIsWritten) {
  EXPECT_THAT(members_of_text(R"([ 1.50 ,"a,]\"}" , {"b" : [ 2, 3 ]},[],null])"),
              ElementsAre(Pair("", "1.50"), Pair("", R"("a,]\"}")"),
                          Pair("", R"({"b" : [ 2, 3 ]})"), Pair("", "[]"), Pair("", "null")));
  EXPECT_THAT(members_of_text(R"({ "a" :12345678901234567890123, "b\"]":{"c":"}"}, "a":true })"),
              ElementsAre(Pair("\"a\"", "12345678901234567890123"),
                          Pair(R"("b\"]")", R"({"c":"}"})"), Pair("\"a\"", "true")));
  for (const char* text : {"[]", "{}", "[ ]", "{\n}", "5", "null", "\"[1]\""}) {
    EXPECT_THAT(members_of_text(text), IsEmpty()) << text;
  }
}

TEST(JsonDocument, FindsTheLastMemberOfAName) {
  const std::string_view object = R"({"a":1,"n\u0061me":{"a":2},"a":[3],"b":"x\ny"})";
  EXPECT_EQ(member_of(object, "a"), "[3]");
  EXPECT_EQ(member_of(object, "name"), R"({"a":2})");
  EXPECT_EQ(member_of(object, "c"), std::nullopt);
  EXPECT_EQ(member_of("[\"a\"]", "a"), std::nullopt);
  EXPECT_EQ(string_of(*member_of(object, "b")), "x\ny");
  EXPECT_EQ(value_of_member(object, "a"), nlohmann::json::array()) << "not read, but known";
  EXPECT_EQ(value_of_member(object, "b"), "x\ny");
  EXPECT_TRUE(value_of_member(object, "c").is_null());
}

}  // namespace
}  // namespace dropcowboy::json
