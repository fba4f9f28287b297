// Texts are looked at eight bytes at a time; each byte in each place must count all the same.

#include "text/characters.hpp"

#include <gtest/gtest.h>

#include "json/json_text.hpp"

namespace dropcowboy {
namespace {

/// Calls `check` with each byte in each place of texts of up to two words and a rest.
template <class Check>
void for_each_byte_everywhere(Check check) {
  for (std::size_t size = 1; size <= 19; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(byte);
        check(text, byte, at);
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(CharactersTest, PrintableAsciiIsFromBlankToTilde) {
  EXPECT_TRUE(text::is_printable_ascii(""));
  for_each_byte_everywhere([](const std::string& text, int byte, std::size_t at) {
    EXPECT_EQ(text::is_printable_ascii(text), byte >= 0x20 && byte <= 0x7E)
        << "byte " << byte << " at " << at << " of " << text.size();
  });
}

TEST(CharactersTest, EveryByteOfAJsonStringIsEscapedThatMustBe) {
  for_each_byte_everywhere([](const std::string& text, int byte, std::size_t at) {
    std::string json;
    json::append_json_string(json, text);
    const bool is_plain = byte >= 0x20 && byte <= 0x7F && byte != '"' && byte != '\\';
    EXPECT_EQ(json == '"' + text + '"', is_plain)
        << "byte " << byte << " at " << at << " of " << text.size();
  });
}

}  // namespace
}  // namespace dropcowboy
