#include "text/civil_time.hpp"

#include <cstdint>

namespace dropcowboy::text {

namespace {

bool is_leap(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(int year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// Days since 1970-01-01: whole years before, with their leap days, then whole months.
std::int64_t days_since_epoch(int year, int month, int day) noexcept {
  const std::int64_t before = year - 1;
  std::int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719'162;
  for (int m = 1; m < month; ++m) days += days_in_month(year, m);
  return days + day - 1;
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> to_time_point(
    const CivilTime& t, std::chrono::minutes offset) noexcept {
  const bool exists = t.year >= 1 && t.year <= 9999 && t.month >= 1 && t.month <= 12 &&
                      t.day >= 1 && t.day <= days_in_month(t.year, t.month) && t.hour >= 0 &&
                      t.hour <= 23 && t.minute >= 0 && t.minute <= 59 && t.second >= 0 &&
                      t.second <= 60;
  if (!exists) return std::nullopt;
  const int second_of_day = t.hour * 3'600 + t.minute * 60 + t.second;
  const std::int64_t seconds = days_since_epoch(t.year, t.month, t.day) * 86'400 + second_of_day -
                               std::chrono::seconds(offset).count();
  // system_clock counts nanoseconds in 64 bits on some systems: 1677 to 2262.
  constexpr auto limit =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::duration::max())
          .count() -
      1;
  if (seconds > limit || seconds < -limit) return std::nullopt;
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

}  // namespace dropcowboy::text
