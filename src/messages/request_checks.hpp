#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/checker.hpp"
#include "messages/text_field.hpp"

namespace dropcowboy {

// What the checks of every kind of message share.

/// Characters of a foreign_id, its tag included.
inline constexpr std::size_t max_foreign_id = 256;
/// Characters that are spoken.
inline constexpr std::size_t max_speech = 1200;

/// One text field that is set. A blank one is an error of its own, and counts as present for the
/// rules about combinations: the caller meant to use it.
void check_text(Checker& check, std::string_view field, std::string_view value, FieldKind kind);

/// A text field that must hold something; `remedy` says what.
void check_required(Checker& check, std::string_view field, const std::string& value,
                    FieldKind kind, const char* remedy);

void check_foreign_id(Checker& check, const std::string& value);

/// Warns of a text message that takes several segments; `body` is UTF-8 and not too long.
void check_segments(Checker& check, std::string_view field, std::string_view body);

/// `is_known`: whether a key has a field of its own.
void check_extra_json(Checker& check, const std::optional<std::string>& extra_json,
                      bool (*is_known)(std::string_view key));

}  // namespace dropcowboy
