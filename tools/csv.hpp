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

/// Reads comma-separated values (RFC 4180): quoted values may hold the separator, line breaks and
/// doubled quotes; lines end with LF or CRLF. A byte order mark, empty lines and a Ctrl-Z at the
/// end are skipped; a first line "sep=;" is obeyed. UsageError with the line for what is neither,
/// such as a quote in the middle of a value: nothing is guessed. Linear.
std::vector<CsvRow> parse_csv(std::string_view text, char separator = ',');

/// UsageError with cause and remedy for what spreadsheets write that is no such text: their own
/// files, UTF-16, columns that something else separates.
void require_csv(std::string_view text, char separator);

/// What --separator takes: one of , ; | and tab, as itself or by its name. UsageError otherwise.
char separator_called(std::string_view name);

}  // namespace dropcowboy::tool
