#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "dropcowboy/v2/client.hpp"
#include "outbox/decide.hpp"
#include "outbox/inbox.hpp"
#include "outbox/keyed_store.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox {

class Lane;

/// A message that may be marked in this turn.
struct Job {
  Lane* lane = nullptr;
  Candidate candidate{};
  /// Of what is to be sent again.
  std::optional<Doubt> doubt{};
  /// Why it cannot be sent, if it cannot.
  std::string problem{};
  /// What the policy's hook answered; `now` without one.
  std::optional<TimePoint> earliest{};
  /// What is sent: one of them.
  std::optional<RvmRequest> request{};
  std::optional<v2::Prepared> prepared{};
  /// Why the client would not prepare it.
  std::optional<Error> refused{};
};

/// One client of a run, its kind of messages, and how many of them it has. For the thread of the
/// run.
class Lane {
 public:
  explicit Lane(int most) : most_(most) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  virtual ~Lane() = default;

  virtual Stats stats() const = 0;
  /// Appends up to so many messages that are due. Throws Exception (storage).
  virtual void take_due(Reader& reader, Stored now, int limit, std::vector<Job>& into) = 0;
  /// Whether a hook of the policy's has to be asked about each.
  virtual bool asks(const Policy& policy) const = 0;
  /// The same from a database that several runs share, where what one takes no other does.
  virtual void claim(Store& store, Stored now, int limit, const LookBack& look_back,
                     std::vector<Job>& into) = 0;
  virtual std::optional<Stored> next_due(Reader& reader) const = 0;
  /// Reads a message's text, asks the hook, and prepares it if it may go now. Whatever is wrong is
  /// about this one only. Throws nothing but std::bad_alloc.
  virtual void read(Job& job, const Policy& policy, TimePoint now) const = 0;
  /// Hands it to the client.
  virtual void send(const Job& job, Completion completion, const CallOptions& options) const = 0;
  /// What the client has not begun comes back, certainly unsent.
  virtual void take_back() const = 0;
  /// Leaves the client's rate as it is if this one is out of range.
  virtual void set_rate(double requests_per_second) const = 0;

  /// What waits in the client comes back, to be judged again, once its breaker opens, which may
  /// hold it for hours, and when the time of one of them has passed.
  void take_back_if_needed(Stored now);
  /// Decides how many messages may be marked now: the client gets so many that it is never idle,
  /// and not more: what waits in its queue is at risk for nothing. While its breaker is open it
  /// gets one at a time. `written`: so many answers are about to be written. `most`: this lane's
  /// part in what the account may have.
  void measure(int written, int most);
  void allow_none() noexcept { room_ = 0; }
  int room() const noexcept { return room_; }
  bool breaker_open() const noexcept { return breaker_open_; }
  /// The client starts nothing, and nothing is under way.
  bool is_stuck() const;

  void handed_over(const Candidate& candidate);
  /// Its answer is on disk.
  void answered(std::int64_t id);
  /// How many were handed over, and their answer is not on disk.
  int unanswered() const noexcept { return unanswered_; }
  /// When the time of one that was handed over may be over; `never` if there is none.
  Stored next_expiry() const noexcept { return next_expiry_; }

  int marked = 0;  ///< in this turn

 protected:
  void append(std::vector<Candidate>&& due, std::vector<Job>& into);

 private:
  bool has_expired(Stored now);

  const int most_;
  int room_ = 0;
  int queue_target_ = 8;  // of what the client has, so much may wait its turn
  bool breaker_open_ = false;
  int unanswered_ = 0;
  std::map<std::int64_t, Stored> expiries_{};  // of those that were handed over
  Stored next_expiry_ = never;
};

/// One for messages of v1 and one for keyed ones, unless that client is null. Both together have at
/// most so many messages.
std::vector<std::unique_ptr<Lane>> make_lanes(const Client* client, const v2::Client* keyed_client,
                                              int most);

}  // namespace dropcowboy::outbox
