#include "time_argument.hpp"

#include <charconv>
#include <optional>

#include "exit_code.hpp"
#include "system.hpp"
#include "text/iso_time.hpp"

namespace dropcowboy::tool {

namespace {

std::chrono::seconds unit_of(char letter) {
  switch (letter) {
    case 's': return std::chrono::seconds(1);
    case 'm': return std::chrono::minutes(1);
    case 'h': return std::chrono::hours(1);
    case 'd': return std::chrono::hours(24);
    default: return std::chrono::seconds(0);
  }
}

}  // namespace

CalendarTime moment_from(std::string_view what, const std::string& text) {
  if (text == "now") return std::chrono::system_clock::now();
  const bool is_date = text.find_first_of("Tt ") == std::string::npos;
  const auto moment = text::parse_iso_time(is_date ? text + "T00:00:00Z" : text);
  if (moment) return *moment;
  throw UsageError(std::string(what) +
                   " is a moment: 2026-05-01 (the day begins by UTC), 2026-05-01T10:00:00-05:00, "
                   "or now");
}

std::chrono::seconds span_from(std::string_view what, const std::string& text) {
  constexpr std::chrono::seconds longest = std::chrono::hours(24 * 366 * 100);
  long long count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, count);
  const std::chrono::seconds unit = stop == end - 1 ? unit_of(*stop) : std::chrono::seconds(0);
  const bool is_span = fault == std::errc() && unit.count() > 0 && count > 0 &&
                       count <= longest.count() / unit.count();
  if (is_span) return unit * count;
  throw UsageError(std::string(what) + " is a span of time: 90s, 15m, 72h or 30d");
}

std::string in_utc(CalendarTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  const std::tm parts = in_utc(static_cast<std::time_t>(seconds));
  char text[40];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace dropcowboy::tool
