#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// The real runtime, but for the time of day, which is the calendar's.
class CalendarRuntime final : public Runtime {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  explicit CalendarRuntime(std::function<TimePoint()> calendar) : calendar_(std::move(calendar)) {}

  std::chrono::steady_clock::time_point now() override { return system_->now(); }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    system_->wait_until(until, cancel);
  }
  double jitter() override { return 0; }
  std::string new_id() override { return system_->new_id(); }
  std::string new_key() override { return system_->new_key(); }
  std::chrono::system_clock::time_point wall_now() override { return calendar_(); }

 private:
  const std::shared_ptr<Runtime> system_ = Runtime::system();
  const std::function<TimePoint()> calendar_;
};

}  // namespace dropcowboy::support
