#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dropcowboy::text {

/// Reads a date and time of ISO 8601 in the form of RFC 3339: "2019-03-17T21:10:26.000Z". The
/// fraction may have any length, and digits below the clock's resolution are cut off; instead of Z
/// there may be an offset such as -05:00, -0500 or -05, instead of T a space. Anything else, and
/// any date that does not exist or that the clock cannot hold, is nothing. Pure; knows no locale.
std::optional<std::chrono::system_clock::time_point> parse_iso_time(std::string_view text) noexcept;

}  // namespace dropcowboy::text
