#pragma once

#include <algorithm>

#include "dropcowboy/runtime.hpp"

namespace dropcowboy::support {

/// The real clock, but a wait between attempts takes no longer than a millisecond.
class ImpatientRuntime final : public Runtime {
 public:
  std::chrono::steady_clock::time_point now() override { return system_->now(); }
  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    system_->wait_until(std::min(until, now() + std::chrono::milliseconds(1)), cancel);
  }
  double jitter() override { return 0; }
  std::string new_id() override { return system_->new_id(); }

 private:
  const std::shared_ptr<Runtime> system_ = Runtime::system();
};

}  // namespace dropcowboy::support
