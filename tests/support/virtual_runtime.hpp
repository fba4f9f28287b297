#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// A clock that moves on when every thread that takes part waits by it: to the moment that the
/// first of them waits for. So hours pass in no time, and in order. Thread-safe.
class VirtualRuntime final : public Runtime {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr TimePoint start{std::chrono::hours(1000)};

  /// How many threads take part, the client's own among them.
  explicit VirtualRuntime(std::size_t threads) : threads_(threads) {}

  /// One thread less takes part: it ends.
  void leave() {
    const std::lock_guard lock(mutex_);
    --threads_;
    move_on();
  }

  std::chrono::steady_clock::duration elapsed() { return now() - start; }

  TimePoint now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void wait_until(TimePoint until, const CancelToken& cancel) override {
    Waiter self{until};
    const auto registration = cancel.on_cancel([&] {
      const std::lock_guard lock(mutex_);
      self.is_stopped = true;
      moved_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const auto place = waiters_.insert(waiters_.end(), &self);
    move_on();
    moved_.wait(lock, [&] { return self.is_stopped || self.until <= now_; });
    waiters_.erase(place);
  }
  double jitter() override { return 0.5; }
  std::string new_id() override {
    const std::lock_guard lock(mutex_);
    return "id-" + std::to_string(++ids_);
  }

 private:
  struct Waiter {
    TimePoint until;
    bool is_stopped = false;
  };

  void move_on() {
    if (waiters_.size() < threads_) return;
    TimePoint first = TimePoint::max();
    for (const Waiter* waiter : waiters_) {
      if (waiter->is_stopped || waiter->until <= now_) return;  // it is about to go on
      first = std::min(first, waiter->until);
    }
    now_ = first;
    moved_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable moved_;
  TimePoint now_ = start;
  std::list<Waiter*> waiters_;
  std::size_t threads_;
  int ids_ = 0;
};

}  // namespace dropcowboy::support
