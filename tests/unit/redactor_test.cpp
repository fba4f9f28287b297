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
                    Row{"s3cret", "s3cre", "s3cre"}, Row{"aab", "aaab", "a[secret]"},
                    Row{"a\"b\\c/d", R"({"secret":"a\"b\\c\/d"})", R"({"secret":"[secret]"})"},
                    Row{"a\"b\\c/d", R"(a"b\c/d)", "[secret]"},
                    Row{"s3cret", R"(\u00733\u0063ret)", "[secret]"},
                    Row{"s3cret", R"(\u0073\u0033CRET)", R"(\u0073\u0033CRET)"},
                    Row{"p\xC3\xA4ss", R"("p\u00e4ss" "p\u00E4ss")", R"("[secret]" "[secret]")"},
                    Row{"5\xE2\x82\xAC", R"(5\u20ac 5&#8364;)", "[secret] [secret]"},
                    Row{"\xF0\x9F\x90\x8E!", R"(\ud83d\udc0e!)", "[secret]"},
                    Row{"a+b c&d", "secret=a%2Bb%20c%26d&x=1", "secret=[secret]&x=1"},
                    Row{"a%2Bb", "a%2Bb", "[secret]"},
                    Row{"<a&\"'>", "<p>&lt;a&amp;&quot;&#39;&#x3e;</p>", "<p>[secret]</p>"},
                    Row{"a\"b\\c/d", R"("{\"secret\":\"a\\\"b\\\\c\/d\"}")",
                        R"("{\"secret\":\"[secret]\"}")"},
                    Row{"p\xC3\xA4ss", R"(p\\u00e4ss)", "[secret]"},
                    Row{"users", R"(\u0075sers)", "[secret]"}, Row{"a\\b", "a%5Cb", "[secret]"},
                    Row{"s3cret", "\\", "\\"}, Row{"s3cret", "%", "%"}, Row{"s3cret", "&#", "&#"},
                    Row{"s3cret", "\\u00", "\\u00"}, Row{"s3cret", "&#115", "&#115"}));

}  // namespace
}  // namespace dropcowboy::text
