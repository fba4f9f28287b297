#include "text/money.hpp"

#include <algorithm>
#include <limits>

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

constexpr std::size_t decimals = 6;

/// A decimal number taken apart; the value is digits x 10^(exponent - length of the fraction).
struct Decimal {
  std::string_view whole{};
  std::string_view fraction{};
  std::int64_t exponent = 0;
  bool is_negative = false;

  std::int64_t size() const noexcept {
    return static_cast<std::int64_t>(whole.size() + fraction.size());
  }
  /// The digit at a place counted from the left; 0 before the first and after the last.
  unsigned digit(std::int64_t place) const noexcept {
    if (place < 0 || place >= size()) return 0;
    const auto at = static_cast<std::size_t>(place);
    const char c = at < whole.size() ? whole[at] : fraction[at - whole.size()];
    return static_cast<unsigned>(c - '0');
  }
  /// Whether anything but zeros stands at this place or after it.
  bool has_digits_from(std::int64_t place) const noexcept {
    for (place = std::max<std::int64_t>(place, 0); place < size(); ++place) {
      if (digit(place) != 0) return true;
    }
    return false;
  }
};

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_digits(std::string_view& text) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

/// Capped far beyond any length of text, where more makes no difference.
std::int64_t exponent_value(std::string_view digits) noexcept {
  constexpr std::int64_t cap = 1'000'000'000'000;
  std::int64_t value = 0;
  for (const char c : digits) value = std::min(value * 10 + (c - '0'), cap);
  return value;
}

std::optional<Decimal> take_apart(std::string_view text) noexcept {
  Decimal number;
  number.is_negative = take(text, '-');
  number.whole = take_digits(text);
  if (number.whole.empty()) return std::nullopt;
  if (take(text, '.')) {
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return std::nullopt;
  }
  if (take(text, 'e') || take(text, 'E')) {
    const bool is_small = take(text, '-');
    if (!is_small) take(text, '+');
    const std::string_view digits = take_digits(text);
    if (digits.empty()) return std::nullopt;
    number.exponent = is_small ? -exponent_value(digits) : exponent_value(digits);
  }
  if (!text.empty()) return std::nullopt;
  return number;
}

/// The digits before the place `end` as a number; nothing if it is over `limit`.
std::optional<std::uint64_t> leading_digits(const Decimal& number, std::int64_t end,
                                            std::uint64_t limit) noexcept {
  std::uint64_t value = 0;
  for (std::int64_t place = 0; place < end; ++place) {
    if (value == 0 && place >= number.size()) return 0;  // zero, whatever the exponent
    const unsigned digit = number.digit(place);
    if (value > (limit - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

bool rounds_up(const Decimal& number, std::int64_t end, std::uint64_t value) noexcept {
  const unsigned first = number.digit(end);
  if (first != 5) return first > 5;
  return number.has_digits_from(end + 1) || value % 2 == 1;
}

}  // namespace

std::optional<MicroDollars> parse_dollars(std::string_view decimal) noexcept {
  const auto number = take_apart(decimal);
  if (!number) return std::nullopt;
  // The range of two's complement reaches one further below zero than above.
  const std::uint64_t limit =
      std::uint64_t{std::numeric_limits<std::int64_t>::max()} + (number->is_negative ? 1 : 0);
  // Where the digits beyond a millionth begin.
  const std::int64_t end =
      static_cast<std::int64_t>(number->whole.size() + decimals) + number->exponent;
  auto value = leading_digits(*number, end, limit);
  if (!value) return std::nullopt;
  if (rounds_up(*number, end, *value)) ++*value;
  if (*value > limit) return std::nullopt;

  MicroDollars result;
  result.exact = !number->has_digits_from(end);
  result.value = static_cast<std::int64_t>(number->is_negative ? 0 - *value : *value);
  return result;
}

std::string format_dollars(std::int64_t micro_dollars) {
  const auto magnitude = static_cast<std::uint64_t>(micro_dollars);
  std::string digits = std::to_string(micro_dollars < 0 ? 0 - magnitude : magnitude);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, ".");
  const std::size_t shortest = digits.find('.') + 3;
  digits.resize(std::max(digits.find_last_not_of('0') + 1, shortest));
  return micro_dollars < 0 ? "-" + digits : digits;
}

}  // namespace dropcowboy::text
