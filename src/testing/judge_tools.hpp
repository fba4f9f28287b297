#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/accepted_message.hpp"

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
/// 8-4-4-4-12 hexadecimal digits, of any version.
bool is_uuid(std::string_view text);

/// What a message fails with; nothing if it does not.
using Fault = std::optional<DropResult>;

/// Told apart as the service does: what is hardly a number, and what is one of a wrong plan.
Fault number_fault(const std::string& text);

/// Of an object: whether it has the member, which is not null.
bool has(const nlohmann::json& body, const char* key);
/// Empty if it is absent or no string.
std::string text_at(const nlohmann::json& body, const char* key);
/// Nothing if it is absent or no string.
std::optional<std::string> echo_of(const nlohmann::json& body, const char* key);

/// The element with that id; null if there is none.
template <class Element>
const Element* find_by_id(const std::vector<Element>& elements, std::string Element::*id,
                          const std::string& wanted) {
  const auto found = std::find_if(elements.begin(), elements.end(),
                                  [&](const Element& one) { return one.*id == wanted; });
  return found == elements.end() ? nullptr : &*found;
}

}  // namespace dropcowboy::testing
