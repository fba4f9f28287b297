#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox {

/// A moment as it is stored: milliseconds since 1970.
using Stored = std::int64_t;

/// Stands for "never"; no time point reaches it.
inline constexpr Stored never = std::numeric_limits<Stored>::max();

/// So long a callback can come: until then nobody says that there will be none.
inline constexpr std::chrono::milliseconds callback_wait = std::chrono::hours(72);
/// By so much clocks are taken to differ.
inline constexpr std::chrono::milliseconds clock_error = std::chrono::minutes(5);

constexpr Stored to_stored(TimePoint time) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// Not before `time`.
constexpr Stored to_stored_up(TimePoint time) noexcept {
  const Stored floor = to_stored(time);
  return std::chrono::milliseconds(floor) < time.time_since_epoch() ? floor + 1 : floor;
}

constexpr Stored to_stored(std::chrono::milliseconds span) noexcept { return span.count(); }

/// What a clock cannot show, for it counts in nanoseconds, counts as its end.
constexpr TimePoint from_stored(Stored time) noexcept {
  using std::chrono::milliseconds;
  const auto last = std::chrono::duration_cast<milliseconds>(TimePoint::duration::max());
  if (time >= last.count()) return TimePoint::max();
  if (time <= -last.count()) return TimePoint::min();
  return TimePoint(milliseconds(time));
}

constexpr std::optional<TimePoint> from_stored(std::optional<Stored> time) noexcept {
  if (!time || *time == never) return std::nullopt;
  return from_stored(*time);
}

}  // namespace dropcowboy::outbox
