#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <limits>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// A clock that moves on when so many threads wait by it: to the moment that the first of them
/// waits for. With one, every wait is over at once; with as many as take part, hours pass in no
/// time and in order; by_hand, only advance() moves it. Ids are counted. Thread-safe.
class FakeRuntime final : public Runtime {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr TimePoint start{std::chrono::hours(1000)};
  /// What the time of day is then.
  static constexpr std::chrono::system_clock::time_point wall_start{std::chrono::hours(490'000)};
  static constexpr std::size_t by_hand = std::numeric_limits<std::size_t>::max();

  /// How many threads take part, the client's own among them.
  explicit FakeRuntime(std::size_t threads = 1) : threads_(threads) {}

  TimePoint now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void wait_until(TimePoint until, const CancelToken& cancel) override {
    if (while_waiting) while_waiting();
    Waiter self{until};
    const auto registration = cancel.on_cancel([&] {
      const std::lock_guard lock(mutex_);
      self.is_cancelled = true;
      moved_.notify_all();
    });
    std::unique_lock lock(mutex_);
    if (self.is_over(now_)) return;
    waits_.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(until - now_));
    const auto place = waiters_.insert(waiters_.end(), &self);
    move_on();
    moved_.wait(lock, [&] { return self.is_over(now_); });
    waiters_.erase(place);
  }
  double jitter() override { return jitter_value; }
  std::string new_id() override {
    const std::lock_guard lock(mutex_);
    return "id-" + std::to_string(++ids_);
  }
  std::chrono::system_clock::time_point wall_now() override {
    return wall_start + std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed());
  }
  /// 00000000-0000-4000-8000-000000000001 and so on.
  std::string new_key() override {
    const std::lock_guard lock(mutex_);
    const std::string digits = std::to_string(++keys_);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }

  void advance(std::chrono::steady_clock::duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    moved_.notify_all();
  }
  /// One thread less takes part: it ends.
  void leave() {
    const std::lock_guard lock(mutex_);
    --threads_;
    move_on();
  }

  std::chrono::steady_clock::duration elapsed() { return now() - start; }
  /// How long each wait was to last that was not over at once.
  std::vector<std::chrono::milliseconds> waits() const {
    const std::lock_guard lock(mutex_);
    return waits_;
  }

  double jitter_value = 0.5;
  std::function<void()> while_waiting;

 private:
  struct Waiter {
    TimePoint until;
    bool is_cancelled = false;

    bool is_over(TimePoint now) const { return is_cancelled || until <= now; }
  };

  void move_on() {
    if (waiters_.size() < threads_) return;
    TimePoint first = TimePoint::max();
    for (const Waiter* waiter : waiters_) {
      if (waiter->is_over(now_)) return;  // it is about to go on
      first = std::min(first, waiter->until);
    }
    now_ = first;
    moved_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable moved_;
  TimePoint now_ = start;
  std::list<Waiter*> waiters_;
  std::vector<std::chrono::milliseconds> waits_;
  std::size_t threads_;
  int ids_ = 0;
  int keys_ = 0;
};

}  // namespace dropcowboy::support
