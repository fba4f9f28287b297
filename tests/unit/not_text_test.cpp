// What is no text inside the strings of a service's JSON: one odd character must not cost the rest.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "account/account_codec.hpp"
#include "contacts/contact_codec.hpp"
#include "dropcowboy/account.hpp"
#include "dropcowboy/webhook.hpp"
#include "json/failure_answer.hpp"
#include "json/json_text.hpp"
#include "json/repaired.hpp"
#include "messages/send_answer.hpp"
#include "support/understood.hpp"

namespace dropcowboy {
namespace {

using json::Repaired;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string mark = "\xEF\xBF\xBD";

struct Row {
  const char* name;
  std::string raw;      ///< inside a string of JSON
  std::string content;  ///< what a parser then reads
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

const Row rows[] = {
    {"cut_emoji", R"(Acme \ud83d)", "Acme " + mark},
    {"low_half", R"(\ude00 Acme)", mark + " Acme"},
    {"halves_swapped", R"(\ude00\ud83d)", mark + mark},
    {"two_high_halves", R"(\uD83D\uD83D\uDE00)", mark + "\xF0\x9F\x98\x80"},
    {"half_before_an_escape", R"(\ud83d\n)", mark + "\n"},
    {"half_before_a_character", R"(\ud83d\u0041)", mark + "A"},
    {"half_before_a_cut_escape", R"(\ud83d\ude)", mark + mark + "ude"},
    {"half_before_a_quote", R"(\ud83d\")", mark + "\""},
    {"latin_1", "Caf\xE9", "Caf" + mark},
    {"windows_1252", "\x93x\x94", mark + "x" + mark},
    {"cut_character", "a\xE2\x82", "a" + mark + mark},
    {"lone_tail", "\x80z", mark + "z"},
    {"overlong", "\xC0\xAF", mark + mark},
    {"surrogate_in_utf8", "\xED\xA0\xBD", mark + mark + mark},
    {"beyond_unicode", "\xF4\x90\x80\x80", mark + mark + mark + mark},
    {"never_a_byte", "\xFF", mark},
    {"line_break", "a\nb", "a\nb"},
    {"tab_and_return", "a\t\r", "a\t\r"},
    {"escape_character", "\x1B[31m", "\x1B[31m"},
    {"nul", std::string("a\0b", 3), std::string("a\0b", 3)},
    {"no_such_escape", R"(it\'s \x41)", "it" + mark + "'s " + mark + "x41"},
    {"cut_escape", R"(\u12)", mark + "u12"},
    {"no_digits", R"(\uzzzz)", mark + "uzzzz"},
    {"after_a_backslash", R"(\\\ud83d)", "\\" + mark},
};

class NotText : public ::testing::TestWithParam<Row> {};

TEST_P(NotText, IsReplacedInACallbackAndReported) {
  const std::string body = R"({"status":"success","foreign_id":"order-17",)"
                           R"("phone_number":"+15550010001","network":{"name":")" +
                           GetParam().raw + R"("},"new":")" + GetParam().raw + R"(","dnc":true})";
  const auto event = Webhook::parse(body);
  ASSERT_TRUE(event) << event.error();
  EXPECT_TRUE(event->delivered());
  EXPECT_EQ(event->foreign_id, "order-17");
  EXPECT_EQ(event->phone_number, "+15550010001");
  EXPECT_EQ(event->network.value().name, GetParam().content);
  EXPECT_EQ(event->dnc, true);
  ASSERT_THAT(event->unknown, SizeIs(1));
  EXPECT_EQ(nlohmann::json::parse(event->unknown[0].json), GetParam().content);
  EXPECT_EQ(event->body, body) << "as received";
  ASSERT_FALSE(event->issues.empty());
  EXPECT_EQ(event->issues.back().field, "body");
  EXPECT_EQ(event->issues.back().severity, Severity::warning);
  EXPECT_EQ(event->issues.back().code, IssueCode::invalid_utf8);
}

TEST_P(NotText, IsReplacedInAnswers) {
  const std::string name = '"' + GetParam().raw + '"';
  const auto sent =
      support::read<SendAnswer>(&understand_send, R"({"status":"queued","note":)" + name + "}");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->status, "queued");
  const auto failure = json::decode_failure_answer(R"({"message":)" + name + "}");
  EXPECT_EQ(failure.message, GetParam().content);
  const auto list = support::read<ContactList>(
      &understand_contact_list, R"({"list_id":"7","list_name":)" + name + R"(,"contact_count":3})");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->list_id, "7");
  EXPECT_EQ(list->list_name, GetParam().content);
  EXPECT_EQ(list->contact_count, 3U);
  ASSERT_THAT(list->issues, SizeIs(1));
  EXPECT_EQ(list->issues[0].code, IssueCode::invalid_utf8);
  EXPECT_EQ(nlohmann::json::parse(list->json)["list_name"], GetParam().content);
}

TEST_P(NotText, IsReplacedInListingsAndReportedWhereItStands) {
  const std::string body = R"([{"brand_id":"a","company_name":"plain"},{"brand_id":"b",)"
                           R"("company_name":")" +
                           GetParam().raw + R"("},{"brand_id":"c"}])";
  const auto brands = support::read<std::vector<Brand>>(&understand_listing<Brand>, body);
  ASSERT_TRUE(brands);
  ASSERT_THAT(*brands, SizeIs(3));
  EXPECT_THAT(brands->at(0).issues, IsEmpty());
  EXPECT_EQ(brands->at(1).company_name, GetParam().content);
  ASSERT_THAT(brands->at(1).issues, SizeIs(1));
  EXPECT_EQ(brands->at(1).issues[0].field, "brand");
  EXPECT_EQ(nlohmann::json::parse(brands->at(1).json)["company_name"], GetParam().content);
  EXPECT_EQ(brands->at(2).brand_id, "c");
  EXPECT_THAT(brands->at(2).issues, IsEmpty());
}

TEST_P(NotText, IsStillRefusedInWhatTheCallerWrites) {
  EXPECT_FALSE(json::is_json_object("{\"a\":\"" + GetParam().raw + "\"}"));
}

INSTANTIATE_TEST_SUITE_P(Table, NotText, ::testing::ValuesIn(rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(NotText, InANameMakesItAnUnknownMember) {
  const auto event = Webhook::parse(R"({"status":"success","drop_\ud83did":"x"})");
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->delivered());
  ASSERT_THAT(event->unknown, SizeIs(1));
  EXPECT_EQ(event->unknown[0].name, "drop_" + mark + "id");
}

TEST(Repaired, LeavesTextAlone) {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string(R"({"a":"\\ud83d \"\u00e9\ud83d\ude00"})"),
        std::string("\xEF\xBB\xBF{\"caf\xC3\xA9\":\n\t1}"), std::string("\xFF outside \n"),
        std::string("\"open"), std::string("\\ud83d")}) {
    EXPECT_FALSE(Repaired(text).is_changed()) << text;
    EXPECT_EQ(Repaired(text).text(), text);
  }
}

TEST(Repaired, MakesEveryStringOfRandomBytesReadable) {
  constexpr std::string_view bytes = "\\udD8a0\xED\xA0\xF0\x9F\n\x01 ";
  unsigned int state = 17;
  const auto random = [&state] { return (state = state * 1'664'525U + 1'013'904'223U) >> 16U; };
  for (int round = 0; round < 20'000; ++round) {
    std::string content;
    for (int i = 0; i < 12; ++i) content += bytes[random() % bytes.size()];
    const std::string text = '"' + content + "z\"";  // whose z takes a backslash off the quote
    ASSERT_TRUE(nlohmann::json::accept(Repaired(text).text())) << text;
  }
}

}  // namespace
}  // namespace dropcowboy
