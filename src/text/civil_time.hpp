#pragma once

#include <chrono>
#include <optional>

namespace dropcowboy::text {

/// A date and time of day, fields as people count them: month and day from 1.
struct CivilTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// The point in time; nothing if there is no such date or time (a leap second counts as the next
/// second), or if it is within a second of the clock's limits. `offset` is how far `time` is ahead
/// of UTC, at most a day. Years 1 to 9999, Gregorian calendar; needs neither locale nor time zone
/// data.
std::optional<std::chrono::system_clock::time_point> to_time_point(
    const CivilTime& time, std::chrono::minutes offset = {}) noexcept;

}  // namespace dropcowboy::text
