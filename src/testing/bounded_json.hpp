#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace dropcowboy::testing {

/// Copying and writing a document call themselves for each level.
inline constexpr int max_json_depth = 512;

/// How deeply arrays and objects are nested in a JSON text.
inline int json_depth(const std::string& text) noexcept {
  int depth = 0;
  int deepest = 0;
  bool is_in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char one = text[at];
    if (is_in_string && one == '\\') ++at;  // and what it escapes
    if (one == '"') is_in_string = !is_in_string;
    if (is_in_string) continue;
    if (one == '[' || one == '{') deepest = std::max(deepest, ++depth);
    if (one == ']' || one == '}') --depth;
  }
  return deepest;
}

/// The document in a text; discarded if it is no JSON, or nested too deeply for this process.
template <class Json = nlohmann::json>
Json bounded_json(const std::string& text) {
  if (json_depth(text) > max_json_depth) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, false);
}

}  // namespace dropcowboy::testing
