#pragma once

#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/testing/callback_page.hpp"
#include "dropcowboy/testing/simulator.hpp"
#include "testing/accepted_message.hpp"
#include "testing/service_clock.hpp"

namespace dropcowboy::testing::page {

/// Tells of a message's result once more. By hand: at once, and past the faults that wait.
using Teller = std::function<void(std::uint64_t message, bool is_by_hand)>;

/// A callback or webhook of a message, and when it was complete.
struct ToldResult {
  ServiceClock::TimePoint at{};
  RecordedCallback callback{};
};

/// A message of a simulator, or a callback that a receiver got, as the page shows it.
struct Entry {
  std::uint64_t number = 0;   ///< in order of arrival, from 1 on
  std::uint64_t version = 0;  ///< of the journal, when it last changed
  ServiceClock::TimePoint received_at{};
  std::size_t size = 0;  ///< of its texts, in bytes
  /// Of a callback; null for a message, which has all that follows.
  std::shared_ptr<const ReceivedCallback> callback{};

  std::string path{};  ///< "/v1/rvm"
  /// As received, without the secret, as JSON text; null if it is no JSON object.
  std::shared_ptr<const std::string> body{};
  /// What tells a person which message it is; see essence_of().
  std::shared_ptr<const nlohmann::ordered_json> essence{};
  std::string phone_number{};  ///< as sent, whatever the service calls it
  std::string idempotency_key{};
  std::vector<std::string> secrets{};  ///< which the views leave out
  std::string team_id{};               ///< the header x-team-id or x-key
  std::size_t received_bytes = 0;      ///< of the body
  int answered_status = 0;
  std::string answered_body{};
  bool is_cut = false;     ///< a fault kept (a part of) the answer back
  bool is_taken = false;   ///< the service will act on it, whatever it answered
  bool is_repeat = false;  ///< the same message again, by its Idempotency-Key
  bool is_faulty = false;  ///< it fails before anybody is called
  bool is_told = false;    ///< somebody is to hear of the result
  DropResult result{};     ///< if taken
  std::vector<ToldResult> told{};
  Teller tell{};
};

/// A message that the service took.
struct Taken {
  const httplib::Request& request;
  bool is_repeat = false;
  bool is_faulty = false;
  bool is_told = false;
  DropResult result{};
  Teller tell{};
};

/// What has changed since a version.
struct Changes {
  std::uint64_t version = 0;
  std::uint64_t oldest = 0;  ///< number of the oldest one that is kept
  std::size_t kept = 0;
  bool is_more = false;  ///< not all of it is here
  std::vector<Entry> entries{};
};

/// The last messages or callbacks, for the page: 20,000 at most, of 64 MiB in all, but always the
/// newest one. Everybody who watches asks for what is new since a version, so whoever is slow costs
/// nothing. To enter one takes time in proportion to its length. Thread-safe.
class Journal {
 public:
  explicit Journal(const ServiceClock& clock) : clock_(clock) {}

  /// The number of the message.
  std::uint64_t take(Taken taken);
  /// What was answered to it; number 0 for what was not taken.
  void answered(std::uint64_t number, const httplib::Request& request,
                const RecordedRequest& record, bool is_cut);
  void told(std::uint64_t number, const RecordedCallback& callback);
  void decided(std::uint64_t number, const DropResult& result);
  /// A callback that somebody else received.
  void heard(const ReceivedCallback& callback);
  void clear();

  std::optional<Entry> find(std::uint64_t number) const;
  /// In the order of the changes, `most` at once. Takes time in proportion to what it gives.
  Changes changes_since(std::uint64_t version, std::size_t most) const;
  /// Blocks until there is something new, for `patience` at most; false once stop() was called.
  bool wait_for_change(std::uint64_t version, std::chrono::milliseconds patience) const;
  /// Nobody waits any longer.
  void stop();

 private:
  Entry& add(Entry entry);
  const Entry* look_up(std::uint64_t number) const;
  Entry* look_up(std::uint64_t number);
  /// Its texts have become so much longer, or shorter.
  void resize(Entry& entry, std::size_t before, std::size_t now);
  void touch(Entry& entry);
  void forget_oldest();

  const ServiceClock& clock_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  std::uint64_t version_ = 0;
  std::uint64_t next_number_ = 1;
  std::size_t bytes_ = 0;
  std::deque<Entry> entries_;  ///< their numbers follow each other
  std::map<std::uint64_t, std::uint64_t> number_by_version_;
};

}  // namespace dropcowboy::testing::page
