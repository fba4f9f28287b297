#include "dropcowboy/environment.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "dropcowboy/foreign_id.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

namespace {

class SystemEnvironment final : public Environment {
 public:
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }

  std::chrono::system_clock::time_point calendar_now() override {
    return std::chrono::system_clock::now();
  }

  void wait_until(std::chrono::steady_clock::time_point until, const Stop& stop) override {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
    const auto registration = stop.on_request([&] {
      const std::lock_guard lock(mutex);
      stopped = true;
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    while (!stopped && now() < until) {
      // A standard library that waits by another clock would overflow on TimePoint::max().
      changed.wait_until(lock, std::min(until, now() + std::chrono::hours(1)));
    }
  }

  double jitter() override {
    std::uint64_t bits = 0;
    // Without random bytes the longest wait is the safe choice.
    if (!platform::fill_random(&bits, sizeof bits)) return 0.999;
    return static_cast<double>(bits >> 11U) * 0x1.0p-53;
  }

  std::string new_id() override { return new_foreign_id(calendar_now()); }
};

}  // namespace

std::shared_ptr<Environment> Environment::system() { return std::make_shared<SystemEnvironment>(); }

}  // namespace dropcowboy
