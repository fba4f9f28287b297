#pragma once

#include <chrono>
#include <mutex>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::outbox {

/// Wakes the one thread that sleeps by it. Thread-safe.
class Bell {
 public:
  void ring() {
    CancelToken token = CancelToken::never();
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
      token = sleeper_;
    }
    token.cancel();
  }

  /// Until then, or until it is rung, or has been since the last sleep, or until `stop`.
  void sleep(Runtime& runtime, std::chrono::steady_clock::time_point until,
             const CancelToken& stop) {
    const CancelToken token;
    {
      const std::lock_guard lock(mutex_);
      if (!rung_) sleeper_ = token;
      if (rung_) token.cancel();
    }
    {
      const auto stops = stop.on_cancel([token] { token.cancel(); });
      runtime.wait_until(until, token);
    }
    const std::lock_guard lock(mutex_);
    sleeper_ = CancelToken::never();
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  CancelToken sleeper_ = CancelToken::never();
  bool rung_ = false;
};

}  // namespace dropcowboy::outbox
