#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "support/fault_server.hpp"

namespace dropcowboy::support {

/// Counts what happens at the server, and wakes who waits for it.
class Moments {
 public:
  FaultServer::Chooser counting(FaultServer::Chooser chooser) {
    return [this, chooser = std::move(chooser)](Moment moment) {
      const std::lock_guard lock(mutex_);
      ++count_;
      changed_.notify_one();
      return chooser(moment);
    };
  }
  /// False if nothing has happened for ten seconds: the victim has ended, or waits.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (count_ >= count) return true;
      const std::size_t seen = count_;
      const auto is_news = [&] { return count_ != seen; };
      if (!changed_.wait_for(lock, std::chrono::seconds(10), is_news)) return false;
    }
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

}  // namespace dropcowboy::support
