#pragma once

#include <atomic>

namespace dropcowboy::delivery {

/// A client's budget of retries, so that retrying does not make an outage worse. Thread-safe.
class RetryBudget {
 public:
  explicit RetryBudget(int capacity) noexcept : capacity_(capacity), tokens_(capacity) {}

  int tokens() const noexcept { return tokens_.load(std::memory_order_relaxed); }

  /// Takes `cost` tokens, or none and returns false if there are fewer.
  bool take(int cost) noexcept {
    int have = tokens();
    do {
      if (have < cost) return false;
    } while (!tokens_.compare_exchange_weak(have, have - cost, std::memory_order_relaxed));
    return true;
  }

  /// Puts tokens back, up to the capacity.
  void pay_back(int amount) noexcept {
    int have = tokens();
    while (have < capacity_) {
      const int sum = amount < capacity_ - have ? have + amount : capacity_;
      if (tokens_.compare_exchange_weak(have, sum, std::memory_order_relaxed)) return;
    }
  }

 private:
  const int capacity_;
  std::atomic<int> tokens_;
};

}  // namespace dropcowboy::delivery
