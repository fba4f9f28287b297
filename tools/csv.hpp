#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dropcowboy::tool {

struct CsvRow {
  std::size_t line = 0;  ///< where it begins in the text, from 1
  std::vector<std::string> values{};
};

/// Reads comma-separated values (RFC 4180): quoted values may hold commas, line breaks and doubled
/// quotes; lines end with LF or CRLF. A byte order mark and empty lines are skipped. UsageError
/// with the line for what is neither, such as a quote in the middle of a value: nothing is guessed.
std::vector<CsvRow> parse_csv(std::string_view text);

}  // namespace dropcowboy::tool
