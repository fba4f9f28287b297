#include "text/phone_number.hpp"

#include <algorithm>

#include "text/characters.hpp"

namespace dropcowboy::text {

PhoneFault check_phone_number(std::string_view number) noexcept {
  if (number.empty() || number.front() != '+') return PhoneFault::no_plus;
  const std::string_view digits = number.substr(1);
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return PhoneFault::not_digits;
  if (digits.size() < 2 || digits.size() > 15) return PhoneFault::wrong_length;
  if (digits.front() == '0') return PhoneFault::leading_zero;
  if (digits.front() == '1' && (digits.size() != 11 || digits[1] < '2')) {
    return PhoneFault::wrong_nanp;
  }
  return PhoneFault::none;
}

bool is_toll_free(std::string_view number) noexcept {
  if (number.substr(0, 3) != "+18") return false;
  constexpr std::string_view codes[] = {"800", "833", "844", "855", "866", "877", "888"};
  return std::find(std::begin(codes), std::end(codes), number.substr(2, 3)) != std::end(codes);
}

}  // namespace dropcowboy::text
