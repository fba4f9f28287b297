#pragma once

#include <chrono>
#include <mutex>
#include <optional>

namespace dropcowboy::delivery {

/// Decides when the next request may go. Knows no clock: it is told the time.
///
/// Slots lie 1/rate apart. A slot that nobody took in time is lost, except those of the last
/// `batch` of time, which let a driver that wakes only every few milliseconds keep the rate. So in
/// any span of time t it releases at most rate * (t + batch) + 1 requests, and there is no burst
/// after idling or a stall. Thread-safe.
class Pacer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static constexpr Duration batch = std::chrono::milliseconds(5);

  /// A rate of 0 does not pace.
  explicit Pacer(double requests_per_second) noexcept;

  void set_rate(double requests_per_second) noexcept;

  /// Takes the next slot if it lies no later than `latest`, and returns it; a slot at or before
  /// `now` means "go at once". Otherwise takes nothing.
  std::optional<TimePoint> reserve(TimePoint now, TimePoint latest) noexcept;

  /// When the next slot is, without taking it.
  TimePoint next(TimePoint now) const noexcept;

  /// Lets nothing go before `until`: the service asked to slow down.
  void pause_until(TimePoint until) noexcept;

 private:
  TimePoint slot(TimePoint now) const noexcept;

  mutable std::mutex mutex_;
  Duration interval_;
  TimePoint next_{};
  TimePoint resume_{};
};

}  // namespace dropcowboy::delivery
