#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/understood.hpp"
#include "dropcowboy/contact_list.hpp"

namespace dropcowboy {

/// How many rows one call may append.
inline constexpr std::size_t max_rows_per_call = 10'000;

/// {"list_name":...}
std::string encode_list_name(std::string_view list_name);

/// The body that appends some of the rows.
std::string encode_rows(const ContactRows& rows, RowRange range);

/// Success, with a ContactList, if it is an object with a list_id.
delivery::Understood understand_contact_list(std::string_view body, const text::Redactor& redact);

/// For calls whose answer holds nothing of interest: success if it is blank, the word OK, true, an
/// array, or an object that neither holds an `error` nor says "no".
delivery::Understood understand_bare_answer(std::string_view body, const text::Redactor& redact);

/// The answer to one call that appends; indexes count from the first row of that call.
struct AppendAnswer {
  std::uint64_t accepted_count = 0;
  /// In order, each row once.
  std::vector<RejectedRow> rejected{};
  /// Warnings about what of `rejected` could not be used; of many the first 100.
  std::vector<Issue> issues{};

  /// Drops, with a warning, what it says of rows beyond these.
  void keep_rows(std::size_t rows);
  /// Whether it says of each of `rows` rows what became of it.
  bool accounts_for(std::size_t rows) const noexcept {
    return accepted_count <= rows && rejected.size() == rows - accepted_count;
  }
};

/// Success, with an AppendAnswer, if it is an object with a number accepted_count, and no word for
/// "no".
delivery::Understood understand_append(std::string_view body, const text::Redactor& redact);

}  // namespace dropcowboy
