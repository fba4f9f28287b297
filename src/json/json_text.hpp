#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dropcowboy::json {

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, one
/// each.
void append_json_string(std::string& out, std::string_view text);

/// Appends them as a JSON array of strings.
void append_json_strings(std::string& out, const std::vector<std::string>& texts);

/// An object of these members, each of which has a comma before it.
std::string object_around(std::string members);

/// Whether `text` is one JSON object, at most 1 MiB long and 32 levels deep.
bool is_json_object(std::string_view text);

/// Calls `visit` with each key at the top of a JSON object; returns false if `text` is none.
bool visit_keys(std::string_view text, const std::function<void(const std::string&)>& visit);

/// What stands between the outermost braces of the text of a JSON object; blank if it is empty.
std::string_view members_of(std::string_view object) noexcept;

}  // namespace dropcowboy::json
