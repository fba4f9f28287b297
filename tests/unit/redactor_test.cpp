#include "text/redactor.hpp"

#include <gtest/gtest.h>

namespace dropcowboy::text {
namespace {

struct Row {
  const char* secret;
  const char* text;
  const char* clean;
};

class RedactorTable : public testing::TestWithParam<Row> {};

TEST_P(RedactorTable, CutsTheSecretOut) {
  EXPECT_EQ(Redactor(GetParam().secret)(GetParam().text), GetParam().clean);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, RedactorTable,
    testing::Values(Row{"s3cret", "nothing here", "nothing here"}, Row{"s3cret", "", ""},
                    Row{"", "text", "text"}, Row{"s3cret", "s3cret", "[secret]"},
                    Row{"s3cret", "a s3cret b s3crets3cret", "a [secret] b [secret][secret]"},
                    Row{"aab", "aaab", "a[secret]"}, Row{"aa", "aaaa.a", "[secret].[secret]"},
                    Row{"abcabd", "abcabcabd", "abc[secret]"},
                    Row{"a\"b\\c/d", R"({"secret":"a\"b\\c\/d"})", R"({"secret":"[secret]"})"},
                    Row{"a\"b\\c/d", R"(a"b\c/d)", "[secret]"},
                    Row{"a\tb\nc\bd\fe\rf", R"(<a\tb\nc\bd\fe\rf>)", "<[secret]>"},
                    Row{"s3cret", R"(\u00733\u0063ret)", "[secret]"},
                    Row{"s3cret", R"(\u0073\u0033CRET)", R"(\u0073\u0033CRET)"},
                    Row{"p\xC3\xA4ss", R"("p\u00e4ss" "p\u00E4ss")", R"("[secret]" "[secret]")"},
                    Row{"5\xE2\x82\xAC", R"(5\u20ac)", "[secret]"},
                    Row{"\xF0\x9F\x90\x8E!", R"(\ud83d\udc0e!)", "[secret]"},
                    Row{"a+b c&d", "secret=a%2Bb%20c%26d&x=1", "secret=[secret]&x=1"},
                    Row{"a%2Bb", "a%2Bb", "[secret]"}, Row{"a%2Bb", "a%252Bb", "[secret]"},
                    Row{"s3cret", R"(s3cret %733cret \u00733cret)", "[secret] [secret] [secret]"},
                    Row{"s3cret", "\\", "\\"}, Row{"s3cret", "%", "%"},
                    Row{"s3cret", "\\u00", "\\u00"}, Row{"s3cret", "%7", "%7"},
                    Row{"!", R"(\ud83d\u0021)", R"(\ud83d[secret])"}));

// An answer can break off anywhere.
INSTANTIATE_TEST_SUITE_P(Broken, RedactorTable,
                         testing::Values(Row{"s3cret", "it is s3cre", "it is [secret]"},
                                         Row{"s3cret", "it is s3c", "it is [secret]"},
                                         Row{"s3cret", "it is s3", "it is s3"},
                                         Row{"s3cret", R"("\u0073\u0033\u0063)", R"("[secret])"},
                                         Row{"s3cret", "s3c or s3c", "s3c or [secret]"}));

TEST(RedactorOfABeginning, LeavesNothingOfASecretThatTheEndCuts) {
  const std::string text = "0123 s3cret, %733cret, \\u0073\\u0033cret and so on";
  const std::string clean = "0123 [secret], [secret], [secret] and so on";
  const Redactor redact("s3cret");
  EXPECT_EQ(redact(text), clean);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string kept = redact(text, size);
    EXPECT_LE(kept.size(), size);
    EXPECT_EQ(kept, clean.substr(0, kept.size())) << size;
  }
  EXPECT_EQ(redact(text, 7), "0123 [s");
  EXPECT_EQ(redact(text, text.size() + 1), clean);
}

TEST(RedactorOfABeginning, CutsNoCharacterInTwo) {
  EXPECT_EQ(Redactor("s3cret")("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(Redactor("")("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(Redactor("")("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
}

}  // namespace
}  // namespace dropcowboy::text
