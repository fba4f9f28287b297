#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

namespace dropcowboy::testing {

/// The time of the simulated service: the real one or a caller's, and on top of it what was
/// skipped. Thread-safe.
class ServiceClock {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  /// Without a function the real time, from now on without its jumps.
  explicit ServiceClock(std::function<TimePoint()> now) : given_(std::move(now)) {}

  TimePoint now() const {
    using std::chrono::steady_clock;
    const TimePoint base =
        given_ ? given_()
               : start_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                              steady_clock::now() - steady_start_);
    return base + std::chrono::milliseconds(skipped_.load());
  }

  /// The point in time `wait` from now. A year counts as for ever, so that milliseconds::max() does
  /// not overflow.
  TimePoint after(std::chrono::milliseconds wait) const {
    return now() + std::clamp(wait, std::chrono::milliseconds::zero(), year);
  }

  /// Only forwards, a year at most each time, and a hundred of them in all.
  void advance(std::chrono::milliseconds by) {
    const auto more = std::clamp(by, std::chrono::milliseconds::zero(), year).count();
    auto before = skipped_.load();
    while (!skipped_.compare_exchange_weak(before, std::min(before + more, 100 * year.count()))) {
    }
  }

 private:
  static constexpr std::chrono::milliseconds year = std::chrono::hours(24 * 365);

  const std::function<TimePoint()> given_;
  const TimePoint start_ = std::chrono::system_clock::now();
  const std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
  std::atomic<std::chrono::milliseconds::rep> skipped_{0};
};

}  // namespace dropcowboy::testing
