#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace dropcowboy::delivery {

/// Decides when the next request may go. Knows no clock: it is told the time.
///
/// Slots lie 1/rate apart. A slot that nobody took in time is lost, except those of the last
/// `batch` of time, which let a driver that wakes only every few milliseconds keep the rate. So in
/// any span of time t it releases at most rate * (t + batch) + 1 requests, and there is no burst
/// after idling or a stall. Not thread-safe.
class Pacer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static constexpr Duration batch = std::chrono::milliseconds(10);

  /// A rate of 0 does not pace. Others are as the options allow them, so that slots fit into a
  /// clock.
  explicit Pacer(double requests_per_second) noexcept;

  /// Slots that were taken and lie after `now` are taken back: their holders take new ones.
  void set_rate(double requests_per_second, TimePoint now) noexcept;

  /// Takes the next slot if it lies no later than `latest`, and returns it; a slot at or before
  /// `now` means "go at once". Otherwise takes nothing.
  std::optional<TimePoint> reserve(TimePoint now, TimePoint latest) noexcept;

  /// One of the slots after `now` is not needed: all after `now` are taken back, and their holders
  /// take new ones.
  void take_back(TimePoint now) noexcept;

  /// When the next slot is, or the one after `ahead` others, without taking it.
  TimePoint next(TimePoint now, std::size_t ahead = 0) const noexcept;

  /// Lets nothing go before `until`: the service asked to slow down.
  void pause_until(TimePoint until) noexcept;
  /// Whether a slot that was taken before must not be used.
  bool is_paused_at(TimePoint slot) const noexcept { return slot < resume_; }

 private:
  TimePoint slot(TimePoint now) const noexcept;

  Duration interval_;
  TimePoint next_{};
  TimePoint resume_{};
};

}  // namespace dropcowboy::delivery
