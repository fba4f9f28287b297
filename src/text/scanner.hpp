#pragma once

#include <string_view>

#include "text/characters.hpp"
#include "text/civil_time.hpp"

namespace dropcowboy::text {

/// Reads a date or time from the left, piece by piece; once a piece does not fit, all further ones
/// fail.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  bool done() const noexcept { return good_ && rest_.empty(); }

  /// Whether the next character is `c`; takes it if so.
  bool take(char c) noexcept {
    if (!good_ || rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Scanner& literal(std::string_view expected) noexcept {
    if (rest_.substr(0, expected.size()) == expected) {
      rest_.remove_prefix(expected.size());
    } else {
      good_ = false;
    }
    return *this;
  }

  Scanner& digits(std::size_t count, int& value) noexcept {
    if (rest_.size() < count) good_ = false;
    value = 0;
    for (std::size_t i = 0; good_ && i < count; ++i) {
      good_ = is_digit(rest_[i]);
      value = value * 10 + (rest_[i] - '0');
    }
    if (good_) rest_.remove_prefix(count);
    return *this;
  }

  /// One digit or more after a decimal point. Those beyond the ninth do not count.
  Scanner& billionths(int& value) noexcept {
    if (rest_.empty() || !is_digit(rest_.front())) good_ = false;
    value = 0;
    int unit = 100'000'000;
    while (good_ && !rest_.empty() && is_digit(rest_.front())) {
      value += (rest_.front() - '0') * unit;
      unit /= 10;
      rest_.remove_prefix(1);
    }
    return *this;
  }

  Scanner& time(CivilTime& time) noexcept {
    return digits(2, time.hour)
        .literal(":")
        .digits(2, time.minute)
        .literal(":")
        .digits(2, time.second);
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace dropcowboy::text
