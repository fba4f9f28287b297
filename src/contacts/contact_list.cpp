#include "dropcowboy/contact_list.hpp"

#include <algorithm>
#include <array>

#include "core/checker.hpp"
#include "core/phone_number_check.hpp"

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
    const auto column = fields.begin() + static_cast<std::ptrdiff_t>(i);
    const std::string name = "column " + std::to_string(i);
    if (std::find(known_fields.begin(), known_fields.end(), *column) == known_fields.end()) {
      check.error("fields", IssueCode::unknown_field,
                  name +
                      " is none that contact lists have: use record_id, first_name, last_name, "
                      "company, email, phone, address1, address2, city, state, postal, country or "
                      "custom1 to custom5");
    } else if (!is_phone(*column) && std::find(fields.begin(), column, *column) != column) {
      check.error("fields", IssueCode::invalid_value,
                  name + " repeats an earlier one: only phone may come several times");
    }
  }
  if (std::none_of(fields.begin(), fields.end(), is_phone)) {
    check.error("fields", IssueCode::no_phone_field, "must name a phone column");
  }
}

void check_region(Checker& check, const std::string& region) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (region.size() != 2 || !is_capital(region[0]) || !is_capital(region[1])) {
    check.error("region", IssueCode::invalid_value,
                "must be the two capital letters of an ISO country code, such as US");
  }
}

/// What is wrong with one row or value: a code and what to do about it; null if nothing is.
struct Complaint {
  IssueCode code = IssueCode::invalid_value;
  const char* message = nullptr;
};

/// An address, a name or the like. "1-800-FLOWERS" and "555 0001 extension 12" are numbers.
bool looks_like_another_column(const std::string& number) noexcept {
  const auto digits = std::count_if(number.begin(), number.end(), text::is_digit);
  const auto letters = std::count_if(number.begin(), number.end(), text::is_letter);
  return digits == 0 || number.find('@') != std::string::npos || (digits < 7 && letters > 7);
}

/// A phone number that is there. With a region the service reads it by that country's rules.
Complaint complaint_about_phone(const std::string& number, bool has_region) noexcept {
  constexpr IssueCode code = IssueCode::invalid_phone_number;
  if (!has_region) return {code, complaint_about_number(number)};
  if (const char* complaint = complaint_about_disguise(number)) return {code, complaint};
  const bool is_odd = text::has_control_character(number) || looks_like_another_column(number);
  return {code, is_odd ? "is no phone number: leave it empty if there is none, and see that no "
                         "column has shifted"
                       : nullptr};
}

Complaint complaint_about_value(const std::string& value) noexcept {
  if (!text::is_utf8(value)) {
    return {IssueCode::invalid_utf8, "is not UTF-8: convert it before it is sent"};
  }
  if (text::has_control_character(value, true)) {
    return {IssueCode::control_character, "holds a control character: remove it"};
  }
  return {};
}

/// Checks rows one after the other, and tells of the first that are faulty.
class RowCheck {
 public:
  RowCheck(Checker& check, const ContactRows& rows) : check_(check), rows_(rows) {
    columns_have_phone_ = std::any_of(rows.fields.begin(), rows.fields.end(), is_phone);
  }

  void run() && {
    for (index_ = 0; index_ < rows_.values.size(); ++index_) {
      is_faulty_ = false;
      check_row(rows_.values[index_]);
    }
    if (faulty_ > most_told_rows) {
      check_.error(
          "values", IssueCode::invalid_value,
          "in all " + std::to_string(faulty_) + " rows have errors; the first 100 are told");
    }
  }

 private:
  void check_row(const std::vector<std::string>& row) {
    if (row.size() != rows_.fields.size()) {
      return tell({IssueCode::wrong_width, "must have as many values as there are fields"});
    }
    bool has_number = false;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const std::string& value = row[column];
      const bool is_number = is_phone(rows_.fields[column]) && !value.empty();
      has_number = has_number || is_number;
      Complaint found = complaint_about_value(value);
      if (found.message == nullptr && is_number) {
        found = complaint_about_phone(value, rows_.region.has_value());
      }
      if (found.message != nullptr) tell(found, ", column " + std::to_string(column));
    }
    if (columns_have_phone_ && !has_number) {
      tell({IssueCode::no_phone_field, "must have a phone number"});
    }
  }

  void tell(Complaint complaint, const std::string& column = {}) {
    if (!is_faulty_) ++faulty_;
    is_faulty_ = true;
    if (faulty_ > most_told_rows) return;
    check_.error("values", complaint.code,
                 "row " + std::to_string(index_) + column + ": " + complaint.message);
  }

  Checker& check_;
  const ContactRows& rows_;
  bool columns_have_phone_ = false;
  std::size_t index_ = 0;
  bool is_faulty_ = false;  // the row at index_
  std::size_t faulty_ = 0;
};

}  // namespace

Validation validate(const ContactRows& rows) {
  Checker check;
  check_fields(check, rows.fields);
  if (rows.region) check_region(check, *rows.region);
  RowCheck(check, rows).run();
  return std::move(check).result();
}

}  // namespace dropcowboy
