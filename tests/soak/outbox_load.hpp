#pragma once

#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dropcowboy/outbox/outbox.hpp"

// What the programs that measure an outbox have in common.
namespace dropcowboy::support {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// Processor time of this process, or of those that it has waited for, in seconds.
inline double processor_time(int whose = RUSAGE_SELF) {
  rusage used{};
  ::getrusage(whose, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

inline std::string number_of(std::size_t index) {
  return "+1" + std::to_string(2'220'000'000ULL + index);  // each gets one message
}

/// Plays the service's callbacks: 32 threads, as a server for callbacks has them.
class Callbacks {
 public:
  explicit Callbacks(const outbox::Outbox& box, int threads = 32) : box_(box) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  void come(const std::string& foreign_id) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(foreign_id);
    changed_.notify_one();
  }
  void finish() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void work() {
    for (;;) {
      receiver::CallbackEvent event;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        event.callback.foreign_id = waiting_.front();
        waiting_.pop_front();
      }
      event.callback.status = DropStatus::success;
      event.authenticity = receiver::Authenticity::tag;
      box_.record(event).value();
    }
  }

  const outbox::Outbox& box_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace dropcowboy::support
