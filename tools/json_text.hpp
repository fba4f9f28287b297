#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace dropcowboy::tool {

/// Somebody's JSON, to be put into a document that to_text() writes: there it stands as it came,
/// every digit and the order of its members. What is no JSON becomes a string.
nlohmann::ordered_json as_it_came(std::string_view text);

/// The document as JSON text: indented by so many spaces, or on one line if that is negative. Bytes
/// that are not UTF-8 are replaced.
std::string to_text(const nlohmann::ordered_json& document, int indent);

}  // namespace dropcowboy::tool
