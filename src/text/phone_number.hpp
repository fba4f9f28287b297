#pragma once

#include <string_view>

namespace dropcowboy::text {

/// What is wrong with a phone number.
enum class PhoneFault {
  none,
  no_plus,       ///< does not begin with +
  not_digits,    ///< holds something but digits after the +
  leading_zero,  ///< no country code begins with 0
  wrong_length,  ///< not 2 to 15 digits
  wrong_nanp,    ///< +1 without exactly ten digits, or with an area code that begins with 0 or 1
};

/// Checks a number against E.164, and one under country code 1 against the North American plan. The
/// exchange is not checked, because the vendor's simulated numbers break that rule on purpose.
PhoneFault check_phone_number(std::string_view number) noexcept;

/// A US toll-free number (800, 833, 844, 855, 866, 877, 888) in E.164 form.
bool is_toll_free(std::string_view number) noexcept;

}  // namespace dropcowboy::text
