#pragma once

#include <list>
#include <mutex>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::delivery {

/// `now` and so much later, as far as a time point goes; what is negative counts as zero.
constexpr std::chrono::steady_clock::time_point later(std::chrono::steady_clock::time_point now,
                                                      std::chrono::milliseconds by) noexcept {
  using std::chrono::milliseconds;
  constexpr auto end = std::chrono::steady_clock::time_point::max();
  if (by <= milliseconds(0)) return now;
  return by < std::chrono::duration_cast<milliseconds>(end - now) ? now + by : end;
}

/// A condition variable for the client's own clock, whose waits can be stopped.
class ClockCondition {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit ClockCondition(Runtime& runtime) noexcept : runtime_(runtime) {}

  /// Blocks, with `lock` released, until ready() or `until` or a stop. Returns what ready() says
  /// then. ready() is called with the lock held. Throws std::bad_alloc, with the lock held, if
  /// there is no memory to wait with.
  template <class Ready>
  bool wait(std::unique_lock<std::mutex>& lock, TimePoint until, const CancelToken& cancel,
            Ready ready) {
    for (;;) {
      if (ready()) return true;
      if (cancel.cancelled() || runtime_.now() >= until) return false;
      wait_once(lock, until, cancel);
    }
  }

  /// With the lock held. Needs no memory.
  void notify_all() noexcept;

 private:
  void wait_once(std::unique_lock<std::mutex>& lock, TimePoint until, const CancelToken& cancel);

  Runtime& runtime_;
  std::list<CancelToken> waiters_;
};

}  // namespace dropcowboy::delivery
