#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/verdict.hpp"
#include "dropcowboy/issue.hpp"

namespace dropcowboy::json {

/// The body of an answer as one JSON value; nothing if it is none, or nests deeper than 32 levels.
/// What is no text in its strings is replaced, see Repaired.
std::optional<nlohmann::json> parse_document(std::string_view body);

inline constexpr const char* replaced_what_is_no_text =
    "held bytes or escapes that are no text, which were replaced by U+FFFD";

/// Keeps the text of an object of the service's in its `json`; what had to be replaced in it is
/// reported as `whole`.
void take_over_text(std::string_view text, std::string_view whole, std::string& field,
                    std::vector<Issue>& issues);

/// The value as compact text; always succeeds.
std::string text_of(const nlohmann::json& value);

/// The text of each element of an array, as it stands there. `array` is what parse_document() takes
/// for one.
std::vector<std::string_view> element_texts(std::string_view array);

/// Refusal if the value is an object whose `status` is a word for "no"; unclear otherwise.
delivery::Reading refusal_or_unclear(const std::optional<nlohmann::json>& document);

/// Reads the members of one object of the service's into the fields of a struct. What is absent or
/// null leaves its field unset; what has another type does so too, and is reported. A value that is
/// no object at all is reported as `whole`.
class MemberReader {
 public:
  MemberReader(const nlohmann::json& value, std::string_view whole, std::vector<Issue>& issues);

  /// An id without which the object is of no use: its absence is reported.
  void id(std::string_view key, std::string& field) const;
  void text(std::string_view key, std::string& field) const;
  void truth(std::string_view key, std::optional<bool>& field) const;
  void count(std::string_view key, std::optional<std::uint64_t>& field) const;
  /// Milliseconds since the epoch.
  void time(std::string_view key,
            std::optional<std::chrono::system_clock::time_point>& field) const;

 private:
  const nlohmann::json* find(std::string_view key) const;
  void mistyped(std::string_view key, const char* message) const;

  const nlohmann::json& value_;
  std::vector<Issue>& issues_;
};

}  // namespace dropcowboy::json
