#include "csv_table.hpp"

#include <algorithm>

#include "exit_code.hpp"
#include "input.hpp"

namespace dropcowboy::tool {

namespace {

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_blank(const std::string& value) {
  return value.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// Rows in which nothing stands are what a spreadsheet leaves behind.
void drop_empty_rows(std::vector<CsvRow>& table) {
  const auto is_empty = [](const CsvRow& row) {
    return std::all_of(row.values.begin(), row.values.end(), is_blank);
  };
  table.erase(std::remove_if(table.begin(), table.end(), is_empty), table.end());
}

}  // namespace

void drop_nameless_columns(std::vector<std::string>& names, std::vector<CsvRow>& rows) {
  const std::size_t width = names.size();
  const auto used = std::find_if(names.rbegin(), names.rend(),
                                 [](const std::string& name) { return !is_blank(name); });
  const auto named = static_cast<std::size_t>(names.rend() - used);
  if (named == width) return;
  for (CsvRow& row : rows) {
    const std::string place = "line " + std::to_string(row.line) + " of the CSV has ";
    if (row.values.size() != width) {
      throw UsageError(place + std::to_string(row.values.size()) + " values, the first line " +
                       std::to_string(width) + ": see that nothing has shifted");
    }
    for (std::size_t column = named; column < width; ++column) {
      if (is_blank(row.values[column])) continue;
      throw UsageError(place + "a value in column " + std::to_string(column + 1) +
                       ", which has no name: name it, or see that nothing has shifted");
    }
    row.values.resize(named);
  }
  names.resize(named);
}

std::vector<CsvRow> read_csv_rows(const std::string& file, const std::string& separator) {
  const char between = separator.empty() ? ',' : separator_called(separator);
  const std::string text = read_text(file);
  require_csv(text, between);
  std::vector<CsvRow> table = parse_csv(text, between);
  drop_empty_rows(table);
  return table;
}

std::string column_name(const std::string& text) {
  std::string name = trimmed(text);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

CsvTable read_csv_table(const std::string& file, const std::string& separator) {
  CsvTable table;
  table.rows = read_csv_rows(file, separator);
  if (table.rows.empty()) {
    throw UsageError("the CSV is empty: its first line must name the columns");
  }
  for (const std::string& name : table.rows[0].values) table.names.push_back(column_name(name));
  table.rows.erase(table.rows.begin());
  drop_nameless_columns(table.names, table.rows);
  for (const CsvRow& row : table.rows) {
    if (row.values.size() == table.names.size()) continue;
    throw UsageError("line " + std::to_string(row.line) + " of the CSV has " +
                     std::to_string(row.values.size()) + " values, the first line " +
                     std::to_string(table.names.size()) + ": see that nothing has shifted");
  }
  return table;
}

}  // namespace dropcowboy::tool
