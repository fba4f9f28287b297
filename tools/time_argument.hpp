#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace dropcowboy::tool {

using CalendarTime = std::chrono::system_clock::time_point;

/// A moment: "now", "2026-05-01" (its first moment in UTC) or "2026-05-01T10:00:00-05:00". `what`
/// is the flag or column that it comes from. UsageError otherwise.
CalendarTime moment_from(std::string_view what, const std::string& text);

/// A span of time, 1 s to 100 years: "90s", "15m", "72h", "30d". UsageError otherwise.
std::chrono::seconds span_from(std::string_view what, const std::string& text);

/// "2026-05-01T10:00:00Z".
std::string in_utc(CalendarTime time);

}  // namespace dropcowboy::tool
