#pragma once

#include <string>
#include <vector>

#include "csv.hpp"

namespace dropcowboy::tool {

/// A CSV whose first line names its columns.
struct CsvTable {
  std::vector<std::string> names{};  ///< as column_name() has them
  std::vector<CsvRow> rows{};        ///< each as long as that
};

/// Reads a file, or stdin if it is "-". UsageError if it cannot be read, is no CSV, or has a row
/// that is longer or shorter than its first line. `separator` as separator_called() takes it; empty
/// for a comma.
CsvTable read_csv_table(const std::string& file, const std::string& separator);

/// All rows, without those in which nothing stands: they are what a spreadsheet leaves behind.
std::vector<CsvRow> read_csv_rows(const std::string& file, const std::string& separator);

/// Columns that have no name and no value are what a spreadsheet leaves behind, too. Both must hold
/// in every row, each as long as the first, so that nothing that has shifted is taken for something
/// else: UsageError otherwise.
void drop_nameless_columns(std::vector<std::string>& names, std::vector<CsvRow>& rows);

/// In lower case, without white space around it.
std::string column_name(const std::string& text);

}  // namespace dropcowboy::tool
