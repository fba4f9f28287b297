#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace dropcowboy::testing {

/// A thread for every connection, started when there is none to spare, up to a bound; further
/// connections wait. httplib's own pool has a fixed size: a kept-alive connection occupies a thread
/// for as long as it lasts, so a small pool lets further clients hang, and a large one takes 20 ms
/// to start.
class ConnectionThreads final : public httplib::TaskQueue {
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));  // by version

 public:
  Enqueued enqueue(std::function<void()> connection) override {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(connection));
      if (waiting_.size() > idle_threads_ && threads_.size() < max_threads) start_thread();
    }
    wake_.notify_one();
    return static_cast<Enqueued>(true);
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  static constexpr std::size_t max_threads = 512;

  void start_thread() {
    try {
      threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      return;  // the connection waits until a thread is free
    }
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_threads_;
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      --idle_threads_;
      if (waiting_.empty()) return;
      const auto connection = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      connection();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::size_t idle_threads_ = 0;
  std::list<std::function<void()>> waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace dropcowboy::testing
