#include "text/iso_time.hpp"

#include "text/scanner.hpp"

namespace dropcowboy::text {

namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::system_clock;

/// What follows the time: how far it is ahead of UTC.
std::optional<minutes> scan_offset(Scanner& scan) noexcept {
  if (scan.take('Z') || scan.take('z')) return minutes(0);
  const bool is_behind = scan.take('-');
  if (!is_behind && !scan.take('+')) return std::nullopt;
  int hour = 0;
  int minute = 0;
  scan.digits(2, hour);
  if (scan.take(':') || !scan.done()) scan.digits(2, minute);
  if (hour > 23 || minute > 59) return std::nullopt;
  const minutes offset(hour * 60 + minute);
  return is_behind ? -offset : offset;
}

}  // namespace

std::optional<system_clock::time_point> parse_iso_time(std::string_view text) noexcept {
  CivilTime t;
  Scanner scan(text);
  scan.digits(4, t.year).literal("-").digits(2, t.month).literal("-").digits(2, t.day);
  if (!scan.take(' ') && !scan.take('t')) scan.literal("T");
  scan.time(t);
  int fraction = 0;
  if (scan.take('.')) scan.billionths(fraction);
  const auto offset = scan_offset(scan);
  if (!offset || !scan.done()) return std::nullopt;
  const auto second = to_time_point(t, *offset);
  if (!second) return std::nullopt;
  return *second + std::chrono::duration_cast<system_clock::duration>(nanoseconds(fraction));
}

}  // namespace dropcowboy::text
