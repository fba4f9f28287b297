#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/verdict.hpp"
#include "dropcowboy/contact_list.hpp"
#include "text/redactor.hpp"

namespace dropcowboy::json {

/// {"list_name":...}
std::string encode_list_name(std::string_view list_name);

/// The body that appends some of the rows.
std::string encode_rows(const ContactRows& rows, RowRange range);

/// Success if it is an object with a list_id.
delivery::Reading read_contact_list_answer(std::string_view body);
/// The list in a body that reads as success; nothing of any other. The secret is cut out of the
/// text that is kept; values stay as they came.
std::optional<ContactList> decode_contact_list(std::string_view body, const text::Redactor& redact);

/// For calls whose answer holds nothing of interest: success if it is blank, the word OK, true, an
/// array, or an object that neither holds an `error` nor says "no".
delivery::Reading read_bare_answer(std::string_view body);

/// The answer to one call that appends; indexes count from the first row of that call.
struct AppendAnswer {
  std::uint64_t accepted_count = 0;
  /// In order, each row once, and none that was not sent.
  std::vector<RejectedRow> rejected{};
  /// Warnings about what of `rejected` could not be used; of many the first 100.
  std::vector<Issue> issues{};

  /// Whether it says of each of so many rows what became of it.
  bool accounts_for(std::size_t rows) const noexcept {
    return accepted_count <= rows && rejected.size() == rows - accepted_count;
  }
};

/// Success if it is an object with a number accepted_count, and no word for "no".
delivery::Reading read_append_answer(std::string_view body);
/// The answer to a call with so many rows, in a body that reads as success; nothing of any other.
std::optional<AppendAnswer> decode_append_answer(std::string_view body, std::size_t rows);

}  // namespace dropcowboy::json
