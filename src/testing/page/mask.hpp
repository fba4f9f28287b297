#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dropcowboy::testing::page {

/// What stands where a secret stood.
inline constexpr const char* mask = "***";

/// The text without any of the secrets, plain or as JSON writes them.
std::string masked(std::string text, const std::vector<std::string>& secrets);

/// The same for all texts in a document, at any depth; keys stay.
void mask_texts(nlohmann::ordered_json& document, const std::vector<std::string>& secrets);

}  // namespace dropcowboy::testing::page
