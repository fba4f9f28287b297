#pragma once

#include <algorithm>

#include "dropcowboy/environment.hpp"

namespace dropcowboy::support {

/// The real clock, but a wait between attempts takes no longer than a millisecond.
class ImpatientEnvironment final : public Environment {
 public:
  std::chrono::steady_clock::time_point now() override { return system_->now(); }
  std::chrono::system_clock::time_point calendar_now() override { return system_->calendar_now(); }
  void wait_until(std::chrono::steady_clock::time_point until, const Stop& stop) override {
    system_->wait_until(std::min(until, now() + std::chrono::milliseconds(1)), stop);
  }
  double jitter() override { return 0; }
  std::string new_id() override { return system_->new_id(); }

 private:
  const std::shared_ptr<Environment> system_ = Environment::system();
};

}  // namespace dropcowboy::support
