#include "delivery/clock_condition.hpp"

namespace dropcowboy::delivery {

void ClockCondition::notify_all() noexcept {
  for (const CancelToken& waiter : waiters_) waiter.cancel();
}

void ClockCondition::wait_once(std::unique_lock<std::mutex>& lock, TimePoint until,
                               const CancelToken& cancel) {
  const auto waiter = waiters_.emplace(waiters_.end());
  const CancelToken woken = *waiter;
  lock.unlock();
  const auto leave = [&] {
    lock.lock();
    waiters_.erase(waiter);
  };
  try {
    const auto on_cancel = cancel.on_cancel([&woken] { woken.cancel(); });
    runtime_.wait_until(until, woken);
  } catch (...) {
    leave();
    throw;
  }
  leave();
}

}  // namespace dropcowboy::delivery
