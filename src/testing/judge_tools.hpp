#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dropcowboy::testing {

/// Why a body is refused; nothing if a rule has no objection.
using Objection = std::optional<std::string>;

bool is_digit(char c) noexcept;
bool is_letter(char c) noexcept;
/// Of a text that is UTF-8, as all that the parser let through.
std::size_t count_characters(const std::string& text);
bool is_e164(std::string_view number);
bool is_blank(std::string_view text);
bool is_json_media_type(std::string_view content_type);

}  // namespace dropcowboy::testing
