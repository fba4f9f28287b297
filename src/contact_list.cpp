#include "dropcowboy/contact_list.hpp"

#include <algorithm>
#include <array>

#include "request_checks.hpp"

namespace dropcowboy {

namespace {

constexpr std::array<std::string_view, 17> known_fields = {
    "record_id", "first_name", "last_name", "company", "email",   "phone",
    "address1",  "address2",   "city",      "state",   "postal",  "country",
    "custom1",   "custom2",    "custom3",   "custom4", "custom5",
};

constexpr std::size_t most_told_rows = 100;

bool is_phone(std::string_view field) noexcept { return field == "phone"; }

void check_fields(Checker& check, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (std::find(known_fields.begin(), known_fields.end(), fields[i]) != known_fields.end()) {
      continue;
    }
    check.error("fields", IssueCode::unknown_field,
                "column " + std::to_string(i) +
                    " is none that contact lists have: use record_id, first_name, last_name, "
                    "company, email, phone, address1, address2, city, state, postal, country or "
                    "custom1 to custom5");
  }
  if (std::none_of(fields.begin(), fields.end(), is_phone)) {
    check.error("fields", IssueCode::no_phone_field, "must name a phone column");
  }
}

void check_region(Checker& check, const std::string& region) {
  const bool is_code =
      region.size() == 2 && text::is_letter(region[0]) && text::is_letter(region[1]);
  if (!is_code) {
    check.error("region", IssueCode::invalid_value,
                "must be the two letters of an ISO country code, such as US");
  }
}

/// What is wrong with one row: a code and what to do about it; null if nothing is.
struct Complaint {
  IssueCode code = IssueCode::invalid_value;
  const char* message = nullptr;
};

Complaint complaint_about_value(const std::string& value, bool is_number) noexcept {
  if (!text::is_utf8(value)) {
    return {IssueCode::invalid_utf8, "holds text that is not UTF-8: convert it before it is sent"};
  }
  const char* complaint =
      is_number && !text::is_blank(value) ? complaint_about_number(value) : nullptr;
  return {IssueCode::invalid_phone_number, complaint};
}

Complaint complaint_about_row(const ContactRows& rows, const std::vector<std::string>& row) {
  if (row.size() != rows.fields.size()) {
    return {IssueCode::wrong_width, "must have as many values as there are fields"};
  }
  bool has_number = false;
  bool has_phone_column = false;
  for (std::size_t column = 0; column < row.size(); ++column) {
    const bool is_number = is_phone(rows.fields[column]);
    const Complaint found = complaint_about_value(row[column], is_number && !rows.region);
    if (found.message != nullptr) return found;
    has_phone_column = has_phone_column || is_number;
    has_number = has_number || (is_number && !text::is_blank(row[column]));
  }
  if (has_phone_column && !has_number) {
    return {IssueCode::no_phone_field, "must have a phone number"};
  }
  return {};
}

void check_rows(Checker& check, const ContactRows& rows) {
  std::size_t faulty = 0;
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    const Complaint found = complaint_about_row(rows, rows.values[i]);
    if (found.message == nullptr || ++faulty > most_told_rows) continue;
    check.error("values", found.code, "row " + std::to_string(i) + ": " + found.message);
  }
  if (faulty > most_told_rows) {
    check.error("values", IssueCode::invalid_value,
                "in all " + std::to_string(faulty) + " rows have errors; the first 100 are told");
  }
}

}  // namespace

Validation validate(const ContactRows& rows) {
  Checker check;
  check_fields(check, rows.fields);
  if (rows.region) check_region(check, *rows.region);
  check_rows(check, rows);
  return std::move(check).result();
}

}  // namespace dropcowboy
