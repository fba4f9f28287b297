#pragma once

#include <cstddef>
#include <dropcowboy/contact_list.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dropcowboy::tool {

/// Where contacts come from; see 'dropcowboy contact-list-append --help'.
struct ContactSource {
  std::optional<std::string> fields{};  ///< names, with commas between them
  std::optional<std::string> values{};  ///< JSON: an array of arrays
  std::optional<std::string> region{};
  std::string csv{};          ///< a file, "-" for stdin
  std::string separator{};    ///< of its columns; see separator_called(). Empty: a comma
  std::string json{};         ///< the same, with {"fields", "values", "region"}
  std::size_t skip_rows = 0;  ///< contacts to leave out, from the first on
};

struct Contacts {
  ContactRows rows{};
  /// Where each row stands in the CSV; empty if they come from elsewhere.
  std::vector<std::size_t> lines{};
};

/// UsageError if there is not exactly one source, or it cannot be read.
Contacts read_contacts(const ContactSource& source);

}  // namespace dropcowboy::tool
