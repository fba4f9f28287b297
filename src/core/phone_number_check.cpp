#include "core/phone_number_check.hpp"

#include "text/number_disguise.hpp"
#include "text/phone_number.hpp"

namespace dropcowboy {

const char* complaint_about_disguise(std::string_view number) noexcept {
  switch (text::find_disguise(number)) {
    case text::NumberDisguise::none: break;
    case text::NumberDisguise::special_space:
      return "holds a no-break or other special space, as web pages and spreadsheets have: remove "
             "it";
    case text::NumberDisguise::zero_width:
      return "holds an invisible character (zero-width or a byte order mark): type the number anew";
    case text::NumberDisguise::direction_mark:
      return "holds an invisible direction mark, as address books put around numbers: type the "
             "number anew";
    case text::NumberDisguise::foreign_digits:
      return "holds full-width or other digits that are not 0 to 9: type the number anew";
    case text::NumberDisguise::apostrophe:
      return "begins with an apostrophe, by which a spreadsheet marks text: remove it";
    case text::NumberDisguise::scientific:
      return "is in scientific notation: a spreadsheet has dropped digits, which nobody can bring "
             "back; format the column as text and enter the numbers anew";
    case text::NumberDisguise::decimal:
      return "is a decimal number, as a spreadsheet writes it: format the column as text";
  }
  return nullptr;
}

const char* complaint_about_number(std::string_view number) noexcept {
  const text::PhoneFault fault = text::check_phone_number(number);
  if (fault == text::PhoneFault::none) return nullptr;
  if (const char* complaint = complaint_about_disguise(number)) return complaint;
  switch (fault) {
    case text::PhoneFault::none: break;
    case text::PhoneFault::no_plus:
      return "must be in E.164 form, which begins with + and the country code: +15552223333";
    case text::PhoneFault::not_digits:
      return "must be in E.164 form: only digits after the +, no spaces, dashes or brackets";
    case text::PhoneFault::leading_zero:
      return "must be in E.164 form: no country code begins with 0";
    case text::PhoneFault::wrong_length: return "must be in E.164 form: 2 to 15 digits after the +";
    case text::PhoneFault::wrong_nanp:
      return "under +1 needs exactly ten more digits, the first of them 2 to 9";
  }
  return nullptr;
}

}  // namespace dropcowboy
