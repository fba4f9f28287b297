#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/verdict.hpp"
#include "dropcowboy/contact_list.hpp"

namespace dropcowboy::json {

/// {"list_name":...}
std::string encode_list_name(std::string_view list_name);

/// The body that appends some of the rows.
std::string encode_rows(const ContactRows& rows, RowRange range);

/// Success if it is an object with a list_id.
delivery::Reading read_contact_list_answer(std::string_view body);
/// The list in a body that reads as success.
ContactList decode_contact_list(std::string_view body);

/// For calls whose answer holds nothing of interest: success if it is blank, the word OK, or JSON
/// that does not say "no".
delivery::Reading read_bare_answer(std::string_view body);

/// The answer to one call that appends; indexes count from the first row of that call.
struct AppendAnswer {
  std::uint64_t accepted_count = 0;
  std::vector<RejectedRow> rejected{};
  std::vector<Issue> issues{};
};

/// Success if it is an object with a number accepted_count.
delivery::Reading read_append_answer(std::string_view body);
/// The answer in a body that reads as success.
AppendAnswer decode_append_answer(std::string_view body);

}  // namespace dropcowboy::json
