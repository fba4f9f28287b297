#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// The real runtime, but for the time of day, which is the calendar's.
class CalendarRuntime : public Runtime {
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

/// The same, and when the calendar is set forward, as much time has passed for everybody.
class FollowingRuntime final : public CalendarRuntime {
 public:
  explicit FollowingRuntime(std::function<TimePoint()> calendar)
      : CalendarRuntime(std::move(calendar)) {}

  std::chrono::steady_clock::time_point now() override { return CalendarRuntime::now() + passed(); }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    CalendarRuntime::wait_until(until - passed(), cancel);
  }

 private:
  std::chrono::steady_clock::duration passed() { return wall_now() - begin_; }

  const TimePoint begin_ = wall_now();
};

}  // namespace dropcowboy::support
