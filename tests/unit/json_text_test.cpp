#include "json/json_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dropcowboy::json {
namespace {

TEST(JsonText, EveryCharacterComesBackThroughAParser) {
  std::string text;
  for (int c = 0; c < 128; ++c) text += static_cast<char>(c);
  text += "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x90\x8E";
  std::string json;
  append_json_string(json, text);
  EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
}

TEST(JsonText, EveryByteThatIsNotUtf8IsReplacedOnce) {
  std::string json;
  append_json_string(json, "a\xE9\xC0\xAF\xED\xA0\x80z\xF0\x9F");
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(json, "\"a" + mark + mark + mark + mark + mark + mark + "z" + mark + mark + "\"");
}

}  // namespace
}  // namespace dropcowboy::json
