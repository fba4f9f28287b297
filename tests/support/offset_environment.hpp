#pragma once

#include <atomic>
#include <memory>

#include "dropcowboy/environment.hpp"

namespace dropcowboy::support {

/// The real environment, with a clock that a test can set forward. Thread-safe.
class OffsetEnvironment final : public Environment {
 public:
  std::chrono::steady_clock::time_point now() override { return system_->now() + offset_.load(); }
  std::chrono::system_clock::time_point calendar_now() override { return system_->calendar_now(); }
  void wait_until(std::chrono::steady_clock::time_point until, const Stop& stop) override {
    system_->wait_until(until - offset_.load(), stop);
  }
  double jitter() override { return system_->jitter(); }
  std::string new_id() override { return system_->new_id(); }

  void advance(std::chrono::seconds by) { offset_ = offset_.load() + by; }

 private:
  const std::shared_ptr<Environment> system_ = Environment::system();
  std::atomic<std::chrono::steady_clock::duration> offset_{};
};

}  // namespace dropcowboy::support
