#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/accepted_message.hpp"

namespace httplib {
class ClientImpl;
}

namespace dropcowboy::testing {

/// Calls back on a thread of its own, one message after the other, each once unless a fault says
/// otherwise. Thread-safe.
class CallbackDispatcher {
 public:
  explicit CallbackDispatcher(const SimulatorOptions& options);
  CallbackDispatcher(const CallbackDispatcher&) = delete;
  CallbackDispatcher& operator=(const CallbackDispatcher&) = delete;
  /// Drops what is pending and breaks off what is under way.
  ~CallbackDispatcher();

  /// To be called back after the delay. Needs a callback_url. Takes the next fault, if one waits.
  void schedule(AcceptedMessage message, std::string drop_id);
  /// Strikes the next `times` messages that are scheduled, after the faults that wait already.
  void inject(const SimulatedCallbackFault& fault, int times);

  std::vector<RecordedCallback> completed() const;
  bool wait_until_completed(std::size_t count, std::chrono::milliseconds timeout) const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Pending {
    std::uint64_t number;  // in order of acceptance
    TimePoint due;
    AcceptedMessage message;
    std::string drop_id;
    SimulatedCallbackFault fault;
  };

  SimulatedCallbackFault next_fault(std::uint64_t number);
  void run();
  /// Waits for the first callback to become due; false if it is time to stop.
  bool wait_for_one(std::unique_lock<std::mutex>& lock);
  void complete(RecordedCallback callback);
  /// Lets go whoever was held back until others had overtaken it.
  void count_for_held(std::uint64_t number);
  RecordedCallback call_back(const Pending& pending);
  /// The status that the receiver answered, 0 for none.
  int post(const std::string& url, const std::string& body);

  const std::chrono::milliseconds delay_;
  const int lose_every_;
  const std::function<void(const RecordedCallback&)> on_callback_;
  const bool keeps_records_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  mutable std::condition_variable completion_;
  bool stopping_ = false;
  std::uint64_t scheduled_ = 0;
  std::deque<std::pair<SimulatedCallbackFault, int>> faults_;
  std::multimap<TimePoint, Pending> pending_;
  std::vector<Pending> held_;
  std::vector<RecordedCallback> completed_;
  std::shared_ptr<httplib::ClientImpl> under_way_;
  std::thread thread_;
};

}  // namespace dropcowboy::testing
