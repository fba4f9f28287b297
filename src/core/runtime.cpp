#include "dropcowboy/runtime.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "core/uuid.hpp"
#include "dropcowboy/foreign_id.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

namespace {

class SystemRuntime final : public Runtime {
 public:
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }

  void wait_until(std::chrono::steady_clock::time_point until, const CancelToken& cancel) override {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
    const auto registration = cancel.on_cancel([&] {
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

  std::string new_id() override { return new_foreign_id(std::chrono::system_clock::now()); }
};

}  // namespace

std::chrono::system_clock::time_point Runtime::wall_now() {
  return std::chrono::system_clock::now();
}

std::string Runtime::new_key() { return new_random_uuid(); }

std::shared_ptr<Runtime> Runtime::system() { return std::make_shared<SystemRuntime>(); }

}  // namespace dropcowboy
