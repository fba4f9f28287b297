#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// The real runtime, with a clock that a test can set forward, and waits between attempts that last
/// no longer than the test has patience for, and have no jitter. Thread-safe.
class AdjustedRuntime final : public Runtime {
 public:
  using Duration = std::chrono::steady_clock::duration;

  explicit AdjustedRuntime(Duration longest_wait = std::chrono::hours(1))
      : longest_wait_(longest_wait) {}

  std::chrono::steady_clock::time_point now() override { return system_->now() + offset_.load(); }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    system_->wait_until(std::min(until - offset_.load(), system_->now() + longest_wait_), cancel);
  }
  double jitter() override { return 0; }
  std::string new_id() override { return system_->new_id(); }
  std::chrono::system_clock::time_point wall_now() override {
    const Duration offset = offset_;
    return system_->wall_now() +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(offset);
  }

  void advance(Duration by) { offset_ = offset_.load() + by; }

 private:
  const std::shared_ptr<Runtime> system_ = Runtime::system();
  const Duration longest_wait_;
  std::atomic<Duration> offset_{};
};

}  // namespace dropcowboy::support
