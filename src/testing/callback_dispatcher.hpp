#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/announcement.hpp"
#include "testing/service_clock.hpp"

namespace httplib {
class ClientImpl;
}

namespace dropcowboy::testing {

namespace page {
class Journal;
}

/// What one message has to tell: its callback, and the webhook events.
using Announcements = std::vector<std::unique_ptr<Announcement>>;

/// Tells of results on a thread of its own, one message after the other, unless a fault says
/// otherwise. Thread-safe.
class CallbackDispatcher {
 public:
  /// `journal` is told of callbacks that belong to a message; null for none.
  CallbackDispatcher(const SimulatorOptions& options, const ServiceClock& clock,
                     page::Journal* journal = nullptr);
  CallbackDispatcher(const CallbackDispatcher&) = delete;
  CallbackDispatcher& operator=(const CallbackDispatcher&) = delete;
  /// Drops what is pending and breaks off what is under way.
  ~CallbackDispatcher();

  /// To be told after the delay. Takes the next fault, if one waits; nothing if there is nothing to
  /// tell.
  void schedule(Announcements announcements, std::uint64_t message = 0);
  /// To be told at once, whatever delay and faults there are.
  void tell_now(Announcements announcements, std::uint64_t message);
  /// Alters the fault of what a message has to tell and has not told yet, and when it does; false
  /// if there is nothing of it. What is told again is left alone.
  bool reschedule(std::uint64_t message, std::chrono::milliseconds wait,
                  const std::function<void(SimulatedCallbackFault&)>& alter);
  /// Strikes the next `times` messages that are scheduled, after the faults that wait already.
  void inject(const SimulatedCallbackFault& fault, int times);
  /// The clock was set: looks again at what is due.
  void wake();

  std::vector<RecordedCallback> completed() const;
  bool wait_until_completed(std::size_t count, std::chrono::milliseconds timeout) const;

 private:
  using TimePoint = ServiceClock::TimePoint;
  struct Pending {
    std::uint64_t number;  ///< in order of acceptance; 0 for what is told again
    TimePoint due;
    Announcements announcements;
    SimulatedCallbackFault fault;
    std::uint64_t message;  ///< in the journal; 0 for none
  };

  SimulatedCallbackFault next_fault(std::uint64_t number);
  void run();
  /// Waits for the first message to become due; false if it is time to stop.
  bool wait_for_one(std::unique_lock<std::mutex>& lock);
  /// Takes what a message has not told yet; nothing if there is none. Under the lock.
  std::vector<Pending> take_pending(std::uint64_t message);
  /// POSTs what is to be told now, as often as the fault says.
  void tell(std::unique_ptr<Announcement> announcement, const SimulatedCallbackFault& fault,
            std::uint64_t message);
  /// Keeps what is to be told again.
  void go_on(std::unique_ptr<Announcement> announcement, int status, std::uint64_t message);
  /// False if it is time to stop.
  bool complete(RecordedCallback callback, std::uint64_t message);
  /// Lets go whoever was held back until others had overtaken it.
  void count_for_held(std::uint64_t number);
  /// The status that the receiver answered, 0 for none.
  int post(const Notice& notice);

  const ServiceClock& clock_;
  page::Journal* const journal_;
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
  std::size_t completed_count_ = 0;
  std::vector<RecordedCallback> completed_;  // empty if no records are kept
  std::shared_ptr<httplib::ClientImpl> under_way_;
  std::thread thread_;
};

}  // namespace dropcowboy::testing
