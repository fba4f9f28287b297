#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/issue.hpp"
#include "text/redactor.hpp"

namespace dropcowboy::json {

// JSON that is read where it stands: only the values that are asked for take up memory, and every
// value can be had as it was written. All of it takes time in proportion to the text.

/// The text of the one JSON value that `text` consists of; nothing if it is none, nests deeper than
/// 32 levels, or has more than 64 KiB of white space in one place. `fault` is told why then, as the
/// end of a sentence that quotes nothing.
std::optional<std::string_view> document_of(std::string_view text, std::string* fault = nullptr);

/// The same of the service's answer. What is no text in its strings does not count against it: it
/// is replaced where a value is read, see Repaired.
std::optional<std::string_view> document_of_answer(std::string_view body);

inline constexpr const char* replaced_what_is_no_text =
    "held bytes or escapes that are no text, which were replaced by U+FFFD";

/// Keeps the text of an object of the service's in its `json`, redacted; what had to be replaced in
/// it is reported as `whole`.
void keep_text(std::string_view text, std::string_view whole, const text::Redactor& redact,
               std::string& field, std::vector<Issue>& issues);

/// Walks through an array or an object, whose text is or stands in one that document_of() has
/// returned.
///
///   for (Members members(array); members.next();) use(members.value());
class Members {
 public:
  /// Empty if it is neither.
  explicit Members(std::string_view container) noexcept;

  /// Goes to the first, then to the next one; false if there is none.
  bool next();
  /// Its text.
  std::string_view value() const noexcept { return value_; }
  /// The text of its key, quotes included; empty in an array.
  std::string_view key() const noexcept { return key_; }

 private:
  std::string_view take();
  void skip_separators() noexcept;

  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
  bool has_keys_ = false;
};

bool is_object(std::string_view value) noexcept;
bool is_array(std::string_view value) noexcept;

/// What the text of a string says; `text` is one.
std::string string_of(std::string_view text);
/// The same, mostly without a copy: it refers to `text` or to `buffer`.
std::string_view content_of(std::string_view text, std::string& buffer);

/// The text of the value under a key; the last one, if there are several. Nothing if there is none,
/// or if `object` is no object.
std::optional<std::string_view> member_of(std::string_view object, std::string_view key);

/// The value of a text. Of an array or an object only that it is one: it comes out empty.
nlohmann::json value_of(std::string_view text);

/// The same of a member; null if there is none.
nlohmann::json value_of_member(std::string_view object, std::string_view key);

/// Appends the text without the space between its parts, and as it is in all else.
void append_compact(std::string& out, std::string_view text);

/// Error, failed, failure, rejected, invalid, unauthorized, not authorized or forbidden, in any
/// case.
bool is_word_for_no(std::string_view status) noexcept;

/// Whether it is an object whose `status` is a word for "no".
bool is_refusal(std::string_view document);

/// Reads the members of one object of the service's into the fields of a struct. What is absent or
/// null leaves its field unset; what has another type does so too, and is reported. A value that is
/// no object at all is reported as `whole`.
class MemberReader {
 public:
  MemberReader(std::string_view value, std::string_view whole, std::vector<Issue>& issues);

  /// An id without which the object is of no use: its absence is reported.
  void id(std::string_view key, std::string& field) const;
  void text(std::string_view key, std::string& field) const;
  void truth(std::string_view key, std::optional<bool>& field) const;
  void count(std::string_view key, std::optional<std::uint64_t>& field) const;
  /// Milliseconds since the epoch.
  void time(std::string_view key,
            std::optional<std::chrono::system_clock::time_point>& field) const;

 private:
  void mistyped(std::string_view key, const char* message) const;

  std::string_view object_;
  std::vector<Issue>& issues_;
};

}  // namespace dropcowboy::json
