#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dropcowboy::testing::page {

/// The JSON in a text without what is nested deeper than 32 levels and what stands after a thousand
/// keys; null if it is no JSON. Takes time in proportion to the text: nlohmann's own parser looks
/// through all keys of an object for each new one, and writing calls itself for each level.
nlohmann::ordered_json shallow_json(const std::string& text);

}  // namespace dropcowboy::testing::page
