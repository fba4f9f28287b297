#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace dropcowboy::support {

/// Text of any size that is made to cost its reader dear.
struct Shape {
  std::string name;
  std::string begin;
  std::string repeated;
  std::string end;
  /// In the middle, and what is repeated from there on; nothing if that is the same all the way.
  std::string middle = {};
  std::string repeated_then = {};

  /// About as long as it is told.
  std::string of(std::size_t size) const {
    std::string text = begin;
    const std::size_t first_part = repeated_then.empty() ? size : size / 2;
    while (text.size() + repeated.size() + end.size() <= first_part) text += repeated;
    if (repeated_then.empty()) return text + end;
    text += middle;
    while (text.size() + repeated_then.size() + end.size() <= size) text += repeated_then;
    return text + end;
  }
};

inline std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.name; }

inline std::vector<Shape> hostile_texts() {
  const std::string near_secret = std::string(35, 'a');  // see secret_of_as
  return {
      {"backslashes", "", "\\", ""},
      {"escapes", "", "\\u0061", ""},
      {"half_pairs", "", "\\ud83d", ""},
      {"percents", "", "%", ""},
      {"percent_encoded", "", "%61", ""},
      {"almost_the_secret", "", near_secret + "b", ""},
      {"the_secret", "", near_secret + "a", ""},
      {"the_secrets_letter", "", "a", ""},
      {"digits", "", "9", ""},
      {"spaces", "", " ", ""},
      {"commas", "", ",", ""},
      {"quotes", "", "\"", ""},
      {"line_breaks", "", "\r\n", ""},
      {"brackets", "", "[", ""},
      {"braces", "", "{\"\":", ""},
      {"no_utf8", "", "\xF0\x9F\x90", ""},
      {"entities", "", "&#97;", ""},
      {"array_of_numbers", "[0", ",0", "]"},
      {"array_of_floats", "[0", ",1.5e3", "]"},
      {"array_of_arrays", "[[]", ",[]", "]"},
      {"array_of_objects", "[{}", ",{}", "]"},
      {"array_of_ids", R"([{"brand_id":"5c8eb7a2"})", R"(,{"brand_id":7,"name":0,"api_allowed":0})",
       "]"},
      {"array_of_brands", R"([{"brand_id":"5c8eb7a2"})", R"(,{"brand_id":"5c8eb7a2f1d3e400"})",
       "]"},
      {"array_of_strings", "[\"\"", R"(,"a\u0061\\\"")", "]"},
      {"object_of_equal_keys", "{\"status\":\"queued\"", ",\"message\":\"x\"", "}"},
      {"object_of_spelled_keys", "{\"status\":\"queued\"", R"(,"\u0069d":0)", "}"},
      {"object_of_containers", "{\"status\":\"queued\"", ",\"list_id\":[{}]", "}"},
      {"long_status", "{\"status\":\"", "queued", "\"}"},
      {"long_message", "{\"message\":\"", "\\\\", "\"}"},
      {"long_key", "{\"", "\\\"", "\":0}"},
      {"long_key_of_numbers", "{\"", "K", "]}", "\":[0", ",0"},
      {"long_key_of_objects", "{\"", "K", "]}", "\":[{}", R"(,{"a":"b"})"},
      {"long_number", "{\"id\":0.", "7", "}"},
      {"long_gap", "{", "\n", "\"status\":\"queued\"}"},
      {"rejected_numbers", "{\"accepted_count\":0,\"rejected\":[0", ",0", "]}"},
      {"rejected_same", "{\"accepted_count\":0,\"rejected\":[0", ",{\"index\":1}", "]}"},
      {"rejected_unknown", "{\"accepted_count\":0,\"rejected\":[0", ",{\"index\":10001}", "]}"},
      {"rejected_at_length", "{\"accepted_count\":0,\"rejected\":[{\"index\":0,\"reason\":[0", ",0",
       "]}]}"},
      {"reserved_keys", "{\"team_id\":0", ",\"secret\":0", "}"},
      {"byoc", "{\"byoc\":{\"a\":0", ",\"a\":0", "}}"},
      {"unknown_members", "{\"status\":\"success\"", ",\"x\":[0]", "}"},
      {"costs", "{\"status\":\"success\"", ",\"product_cost\":0.099999999", "}"},
      {"reasons", "{\"status\":\"failure\",\"reason\":\"", "VoiceMail Not ", "\"}"},
  };
}

/// The secret that "almost_the_secret" is almost.
inline std::string secret_of_as() { return std::string(36, 'a'); }

}  // namespace dropcowboy::support
