#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/send_judge.hpp"

namespace httplib {
class ClientImpl;
}

namespace dropcowboy::testing {

/// Calls back on a thread of its own, one message after the other, each once. Thread-safe.
class CallbackDispatcher {
 public:
  explicit CallbackDispatcher(const SimulatorOptions& options);
  CallbackDispatcher(const CallbackDispatcher&) = delete;
  CallbackDispatcher& operator=(const CallbackDispatcher&) = delete;
  /// Drops what is pending and breaks off what is under way.
  ~CallbackDispatcher();

  /// To be called back after the delay. Needs a callback_url.
  void schedule(AcceptedMessage message, std::string drop_id);

  std::vector<RecordedCallback> completed() const;
  bool wait_until_completed(std::size_t count, std::chrono::milliseconds timeout) const;

 private:
  struct Pending {
    std::chrono::steady_clock::time_point due;
    AcceptedMessage message;
    std::string drop_id;
  };

  void run();
  RecordedCallback call_back(const Pending& pending);
  /// The status that the receiver answered, 0 for none.
  int post(const std::string& url, const std::string& body);

  const std::chrono::milliseconds delay_;
  const std::function<void(const RecordedCallback&)> on_callback_;
  const bool keeps_records_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  mutable std::condition_variable completion_;
  bool stopping_ = false;
  std::deque<Pending> pending_;  // in order of `due`, because the delay is the same for all
  std::vector<RecordedCallback> completed_;
  std::shared_ptr<httplib::ClientImpl> under_way_;
  std::thread thread_;
};

}  // namespace dropcowboy::testing
