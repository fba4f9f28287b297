#include "delivery/retry_after.hpp"

#include <algorithm>

#include "text/characters.hpp"
#include "text/civil_time.hpp"
#include "text/scanner.hpp"

namespace dropcowboy::delivery {

namespace {

using std::chrono::milliseconds;
using text::CivilTime;
using text::is_digit;
using text::Scanner;

constexpr milliseconds longest_wait = std::chrono::hours(24);

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

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value,
                                              std::chrono::system_clock::time_point now) noexcept {
  value = text::trim(value);
  std::optional<milliseconds> wait = parse_seconds(value);
  if (!wait) {
    const auto date = parse_http_date(value);
    const auto at = date ? text::to_time_point(*date) : std::nullopt;
    if (!at) return std::nullopt;
    // In milliseconds, because the difference of two time_points may overflow.
    wait = std::chrono::ceil<milliseconds>(at->time_since_epoch()) -
           std::chrono::floor<milliseconds>(now.time_since_epoch());
  }
  return std::clamp(*wait, milliseconds(0), longest_wait);
}

}  // namespace dropcowboy::delivery
