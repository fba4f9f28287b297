#include "contacts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "csv_table.hpp"
#include "exit_code.hpp"
#include "input.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::json;

/// The service knows "phone" only; the vendor's own example says phone_number.
std::vector<std::string> normalised(std::vector<std::string> fields) {
  for (std::string& field : fields) {
    field = column_name(field);
    if (field != "phone_number") continue;
    say_warning("the service calls the column phone_number just phone; taken as that");
    field = "phone";
  }
  return fields;
}

std::string text_of(const json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  throw UsageError("the values must be strings: [[\"+15552223333\",\"Jane\"]]");
}

std::vector<std::vector<std::string>> values_of(const json& table) {
  const auto is_array = [](const json& row) { return row.is_array(); };
  if (!table.is_array() || !std::all_of(table.begin(), table.end(), is_array)) {
    throw UsageError("the values must be a JSON array of arrays: [[\"+15552223333\",\"Jane\"]]");
  }
  std::vector<std::vector<std::string>> values;
  for (const json& row : table) {
    std::vector<std::string>& texts = values.emplace_back();
    std::transform(row.begin(), row.end(), std::back_inserter(texts), text_of);
  }
  return values;
}

/// The vendor's tool takes JSON here: "US" with the quotes.
std::string region_of(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : text;
}

void read_json(const std::string& file, ContactRows& rows) {
  const json document = json::parse(read_text(file), nullptr, false);
  if (!document.is_object() || !document.contains("fields") || !document["fields"].is_array() ||
      !document.contains("values")) {
    throw UsageError(R"(--json expects {"fields":["phone"],"values":[["+15552223333"]]})");
  }
  std::vector<std::string> fields;
  const json& names = document["fields"];
  std::transform(names.begin(), names.end(), std::back_inserter(fields), text_of);
  rows.fields = normalised(std::move(fields));
  rows.values = values_of(document["values"]);
  if (document.contains("region")) rows.region = text_of(document["region"]);
}

/// Makes the names that --fields gives as many as the columns of a table that is equally wide
/// everywhere.
std::vector<std::string> widened(std::vector<std::string> names, const std::vector<CsvRow>& rows) {
  const std::size_t width = rows.empty() ? 0 : rows[0].values.size();
  const bool is_even = std::all_of(rows.begin(), rows.end(),
                                   [&](const CsvRow& row) { return row.values.size() == width; });
  if (is_even && width > names.size()) names.resize(width);
  return names;
}

/// The first row names the columns, unless --fields does.
void read_csv(const ContactSource& source, Contacts& contacts) {
  std::vector<CsvRow> table = read_csv_rows(source.csv, source.separator);
  if (source.fields) {
    contacts.rows.fields = normalised(split_at_commas(*source.fields));
    if (!table.empty() && normalised(table[0].values) == contacts.rows.fields) {
      throw UsageError("the CSV begins with the names of its columns: leave --fields out");
    }
  } else {
    if (table.empty()) throw UsageError("the CSV is empty: its first line must name the columns");
    contacts.rows.fields = normalised(std::move(table[0].values));
    table.erase(table.begin());
  }
  if (source.fields) contacts.rows.fields = widened(std::move(contacts.rows.fields), table);
  drop_nameless_columns(contacts.rows.fields, table);
  for (CsvRow& row : table) {
    contacts.lines.push_back(row.line);
    contacts.rows.values.push_back(std::move(row.values));
  }
}

void read_flags(const ContactSource& source, ContactRows& rows) {
  if (!source.fields) throw UsageError("--values needs --fields: the names of its columns");
  rows.fields = normalised(split_at_commas(*source.fields));
  const json table = json::parse(*source.values, nullptr, false);
  rows.values = values_of(table);
}

template <class T>
void drop_first(std::vector<T>& rows, std::size_t count) {
  rows.erase(rows.begin(),
             rows.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size())));
}

}  // namespace

Contacts read_contacts(const ContactSource& source) {
  const int sources =
      int{source.values.has_value()} + int{!source.csv.empty()} + int{!source.json.empty()};
  if (sources != 1) {
    throw UsageError(
        "the contacts come from one of --csv FILE, --json FILE, or --fields with "
        "--values");
  }
  Contacts contacts;
  if (source.values) read_flags(source, contacts.rows);
  if (!source.csv.empty()) read_csv(source, contacts);
  if (!source.json.empty()) read_json(source.json, contacts.rows);
  if (source.region) contacts.rows.region = region_of(*source.region);
  drop_first(contacts.rows.values, source.skip_rows);
  drop_first(contacts.lines, source.skip_rows);
  if (contacts.rows.values.empty()) throw UsageError("there is no contact to append");
  return contacts;
}

}  // namespace dropcowboy::tool
