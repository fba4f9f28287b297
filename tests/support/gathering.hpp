#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace dropcowboy::support {

/// Lets requests through only when `count` of them are there: they are on as many connections.
class Gathering {
 public:
  explicit Gathering(int count) : missing_(count) {}

  /// Counts without waiting.
  void leave() {
    const std::lock_guard lock(mutex_);
    --missing_;
    complete_.notify_all();
  }

  void arrive() {
    leave();
    std::unique_lock lock(mutex_);
    complete_.wait_for(lock, std::chrono::seconds(20), [this] { return missing_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable complete_;
  int missing_;
};

}  // namespace dropcowboy::support
