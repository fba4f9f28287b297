#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// A clock that only the test moves; waits last until then, or until they are stopped. Thread-safe.
class SteppedRuntime final : public Runtime {
 public:
  std::chrono::steady_clock::time_point now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    const auto registration = cancel.on_cancel([this] {
      const std::lock_guard lock(mutex_);
      moved_.notify_all();
    });
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return now_ >= until || cancel.cancelled(); });
  }
  double jitter() override { return 0.5; }
  std::string new_id() override {
    const std::lock_guard lock(mutex_);
    return "id-" + std::to_string(++ids_);
  }

  void advance(std::chrono::steady_clock::duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    moved_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1000)};
  int ids_ = 0;
};

}  // namespace dropcowboy::support
