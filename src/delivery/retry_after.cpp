#include "delivery/retry_after.hpp"

#include <algorithm>

#include "text/characters.hpp"
#include "text/civil_time.hpp"

namespace dropcowboy::delivery {

namespace {

using std::chrono::milliseconds;
using text::CivilTime;
using text::is_digit;

constexpr milliseconds longest_wait = std::chrono::hours(24);

/// Reads a value from the left, piece by piece; once a piece does not fit, all further ones fail.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  bool done() const noexcept { return good_ && rest_.empty(); }

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

  /// A day of month that asctime() pads with a space.
  Scanner& padded_day(int& value) noexcept {
    if (rest_.empty() || rest_.front() != ' ') return digits(2, value);
    return literal(" ").digits(1, value);
  }

  Scanner& month(int& value) noexcept {
    constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto at = rest_.size() < 3 ? std::string_view::npos : names.find(rest_.substr(0, 3));
    if (at == std::string_view::npos || at % 3 != 0) {
      good_ = false;
      return *this;
    }
    value = static_cast<int>(at / 3) + 1;
    rest_.remove_prefix(3);
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

/// A date without its weekday, which says nothing that the rest does not.
std::optional<CivilTime> parse_imf_date(
    std::string_view text) noexcept {  // 06 Nov 1994 08:49:37 GMT
  CivilTime t;
  Scanner scan(text);
  scan.digits(2, t.day).literal(" ").month(t.month).literal(" ").digits(4, t.year).literal(" ");
  if (!scan.time(t).literal(" GMT").done()) return std::nullopt;
  return t;
}

std::optional<CivilTime> parse_rfc850_date(
    std::string_view text) noexcept {  // 06-Nov-94 08:49:37 GMT
  CivilTime t;
  Scanner scan(text);
  scan.digits(2, t.day).literal("-").month(t.month).literal("-").digits(2, t.year).literal(" ");
  if (!scan.time(t).literal(" GMT").done()) return std::nullopt;
  t.year += t.year < 70 ? 2000 : 1900;
  return t;
}

std::optional<CivilTime> parse_asctime_date(
    std::string_view text) noexcept {  // Nov  6 08:49:37 1994
  CivilTime t;
  Scanner scan(text);
  scan.month(t.month).literal(" ").padded_day(t.day).literal(" ").time(t).literal(" ");
  if (!scan.digits(4, t.year).done()) return std::nullopt;
  return t;
}

std::optional<CivilTime> parse_http_date(std::string_view text) noexcept {
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos) {
    return text.size() > 4 && text[3] == ' ' ? parse_asctime_date(text.substr(4)) : std::nullopt;
  }
  const std::string_view date = text.substr(comma + 2);
  const auto imf = parse_imf_date(date);
  return imf ? imf : parse_rfc850_date(date);
}

std::optional<milliseconds> parse_seconds(std::string_view text) noexcept {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  milliseconds::rep value = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    value = std::min<milliseconds::rep>(value * 10 + (text[i] - '0'), longest_wait.count());
  }
  value *= 1000;
  if (i < text.size() && text[i] == '.') {
    milliseconds::rep unit = 100;
    for (++i; i < text.size() && is_digit(text[i]); ++i, unit /= 10)
      value += (text[i] - '0') * unit;
  }
  if (i != text.size()) return std::nullopt;
  return milliseconds(value);
}

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value,
                                              std::chrono::system_clock::time_point now) noexcept {
  value = trim(value);
  std::optional<milliseconds> wait = parse_seconds(value);
  if (!wait) {
    const auto date = parse_http_date(value);
    const auto at = date ? text::to_time_point(*date) : std::nullopt;
    if (!at) return std::nullopt;
    wait = std::chrono::ceil<milliseconds>(*at - now);
  }
  return std::clamp(*wait, milliseconds(0), longest_wait);
}

}  // namespace dropcowboy::delivery
