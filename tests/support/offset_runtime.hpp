#pragma once

#include <atomic>
#include <memory>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// The real runtime, with a clock that a test can set forward. Thread-safe.
class OffsetRuntime final : public Runtime {
 public:
  std::chrono::steady_clock::time_point now() override { return system_->now() + offset_.load(); }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    system_->wait_until(until - offset_.load(), cancel);
  }
  double jitter() override { return system_->jitter(); }
  std::string new_id() override { return system_->new_id(); }

  void advance(std::chrono::seconds by) { offset_ = offset_.load() + by; }

 private:
  const std::shared_ptr<Runtime> system_ = Runtime::system();
  std::atomic<std::chrono::steady_clock::duration> offset_{};
};

}  // namespace dropcowboy::support
