#include "../../tools/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../tools/exit_code.hpp"

namespace dropcowboy::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Table = std::vector<std::vector<std::string>>;

Table values_of(const std::string& text) {
  Table table;
  for (const CsvRow& row : parse_csv(text)) table.push_back(row.values);
  return table;
}

TEST(Csv, ReadsWhatTheStandardAllows) {
  const std::pair<std::string, Table> cases[] = {
      {"", {}},
      {"a", {{"a"}}},
      {"a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b\r\nc,d", {{"a", "b"}, {"c", "d"}}},
      {",", {{"", ""}}},
      {"a,\n,b\n", {{"a", ""}, {"", "b"}}},
      {"\xEF\xBB\xBF"
       "a,b",
       {{"a", "b"}}},
      {"\n\r\na\n\n\nb\n", {{"a"}, {"b"}}},
      {R"("a,b","say ""hi""")", {{"a,b", "say \"hi\""}}},
      {"\"two\r\nlines\",b\n", {{"two\r\nlines", "b"}}},
      {"\"\"\n", {{""}}},
      {"\"\"\"\"", {{"\""}}},
      {" a , b ", {{" a ", " b "}}},
      {"Zo\xC3\xAB;x", {{"Zo\xC3\xAB;x"}}},
      {"a,b\n\x1A", {{"a", "b"}}},
      {"a,b\x1A\r\n", {{"a", "b"}}},
      {"a,\x1A"
       "b",
       {{"a",
         "\x1A"
         "b"}}},
      {"sep=;\na;b,c\n", {{"a", "b,c"}}},
      {"sep=\n", {{"sep="}}},
      {"sep=;;\n", {{"sep=;;"}}},
  };
  for (const auto& [text, table] : cases) EXPECT_EQ(values_of(text), table) << text;
}

TEST(Csv, RowsKnowTheirLines) {
  const auto rows = parse_csv("a\n\n\"1\n2\"\nb");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].line, 1U);
  EXPECT_EQ(rows[1].line, 3U);
  EXPECT_EQ(rows[2].line, 5U);
}

TEST(Csv, GuessesNothing) {
  const std::pair<std::string, const char*> cases[] = {
      {"a\nb\"c\n", "line 2 of the CSV: there is a quote"},
      {"a\n\n\"b\"c", "line 3 of the CSV: something follows a closing quote"},
      {"a\n\"b\nc", "line 2 of the CSV: a quote is opened and never closed"},
      {"a\rb", "line 1 of the CSV: there is a carriage return"},
      {"\"a\"\rb", "line 1 of the CSV: something follows"},
      {"a,\"", "line 1 of the CSV: a quote is opened"},
  };
  for (const auto& [text, message] : cases) {
    try {
      parse_csv(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  }
}

/// Writes as strangely as it can what must come back unchanged.
TEST(Csv, ReadsBackEveryShortText) {
  const std::string alphabet = "a,\"\n\r";
  for (std::size_t number = 0; number < 5 * 5 * 5 * 5; ++number) {
    std::string value;
    std::string quoted;
    for (std::size_t rest = number, i = 0; i < 4; ++i, rest /= 5) {
      const char c = alphabet[rest % 5];
      value += c;
      quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    const Table expected = {{value, "x"}, {"y", value}};
    EXPECT_EQ(values_of('"' + quoted + "\",x\ny,\"" + quoted + "\"\n"), expected);
  }
}

}  // namespace
}  // namespace dropcowboy::tool
