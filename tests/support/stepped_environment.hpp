#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "dropcowboy/environment.hpp"

namespace dropcowboy::support {

/// A clock that only the test moves; waits last until then, or until they are stopped. Thread-safe.
class SteppedEnvironment final : public Environment {
 public:
  std::chrono::steady_clock::time_point now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  std::chrono::system_clock::time_point calendar_now() override { return {}; }
  void wait_until(std::chrono::steady_clock::time_point until, const Stop& stop) override {
    const auto registration = stop.on_request([this] {
      const std::lock_guard lock(mutex_);
      moved_.notify_all();
    });
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return now_ >= until || stop.requested(); });
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
