#include "dropcowboy/printable.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "dropcowboy/error.hpp"
#include "text/characters.hpp"

namespace dropcowboy {
namespace {

struct Row {
  std::string text;
  std::string line;
};

class Printable : public ::testing::TestWithParam<Row> {};

TEST_P(Printable, IsOneLine) { EXPECT_EQ(printable(GetParam().text), GetParam().line); }

INSTANTIATE_TEST_SUITE_P(
    Table, Printable,
    ::testing::Values(Row{"", ""}, Row{"No Answer", "No Answer"}, Row{"C:\\new", "C:\\new"},
                      Row{"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x8E",
                          "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x8E"},
                      Row{"a\nERROR forged\r\n\tb", "a\\nERROR forged\\r\\n\\tb"},
                      Row{std::string("a\0b", 3), "a\\x00b"}, Row{"\x1B[2J\x07", "\\x1B[2J\\x07"},
                      Row{"\x7F", "\\x7F"}, Row{"a\vb\fc", "a\\x0Bb\\x0Cc"},
                      Row{"\xC2\x85next", "\\u0085next"},
                      Row{"\xC2\x9B"
                          "31m",
                          "\\u009B31m"},
                      Row{"a\xE2\x80\xA8"
                          "b\xE2\x80\xA9"
                          "c",
                          "a\\u2028b\\u2029c"},
                      Row{"\xE2\x80\xAE"
                          "evil\xE2\x80\xAC",
                          "\\u202Eevil\\u202C"},
                      Row{"\xE2\x81\xA6x\xE2\x81\xA9", "\\u2066x\\u2069"},
                      Row{"\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "\\u200E\\u200F\\u061C"},
                      Row{"caf\xE9", "caf\\xE9"}, Row{"\xED\xA0\x80", "\\xED\\xA0\\x80"},
                      Row{"\xF0\x9F", "\\xF0\\x9F"}));

TEST(Printable, HoldsForEveryCharacter) {
  std::string all;
  for (unsigned int c = 0; c < 0x3000; ++c) {
    if (c < 0x80) {
      all += static_cast<char>(c);
    } else if (c < 0x800) {
      all += {static_cast<char>(0xC0U | c >> 6U), static_cast<char>(0x80U | (c & 0x3FU))};
    } else {
      all += {static_cast<char>(0xE0U | c >> 12U), static_cast<char>(0x80U | (c >> 6U & 0x3FU)),
              static_cast<char>(0x80U | (c & 0x3FU))};
    }
  }
  const std::string line = printable(all);
  EXPECT_TRUE(text::is_utf8(line));
  EXPECT_FALSE(text::has_control_character(line));
  EXPECT_EQ(printable(line), line);
}

TEST(ErrorText, IsOneLineWhateverTheServiceSays) {
  const std::string nasty =
      "a\nb\r\xE2\x80\xAE"
      "c\xC2\x85\x1B[2J\xE9";
  Error error;
  error.kind = ErrorKind::refused;
  error.message = "the service says: " + nasty;
  error.foreign_id = nasty;
  error.request_id = nasty;
  error.issues.push_back({Severity::error, "field", IssueCode::invalid_value, nasty});
  const std::string line = to_string(error);
  EXPECT_TRUE(text::is_utf8(line));
  EXPECT_FALSE(text::has_control_character(line));
  EXPECT_EQ(printable(line), line);
  EXPECT_NE(line.find("the service says: a\\nb\\r\\u202Ec\\u0085\\x1B[2J\\xE9"), std::string::npos);
  EXPECT_EQ(line, Exception(error).what());
  std::ostringstream out;
  out << error;
  EXPECT_EQ(out.str(), line);
  EXPECT_EQ(Exception(error).error().message, error.message) << "the error keeps what was said";
}

}  // namespace
}  // namespace dropcowboy
