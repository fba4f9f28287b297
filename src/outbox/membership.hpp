#pragma once

#include <algorithm>
#include <chrono>

#include "dropcowboy/outbox/run.hpp"
#include "dropcowboy/runtime.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox {

/// A run's place among those that live, and its part of the account's limits. Where runs are alone
/// it asks for nothing and allows everything.
class Membership {
 public:
  using Clock = std::chrono::steady_clock;

  Membership(const RunRight& right, const RunOptions& options, Runtime& runtime)
      : beat_every_(right.beat_every()), options_(options), runtime_(runtime) {}

  /// Whether it is time for a sign of life.
  bool is_due() const { return is_shared() && runtime_.now() >= next_; }
  Clock::time_point next_beat() const { return is_shared() ? next_ : Clock::time_point::max(); }
  /// A commit failed, and may have taken effect: that has to be looked after.
  void beat_soon() {
    next_ = runtime_.now();
    is_in_doubt_ = true;
  }
  bool is_in_doubt() const { return is_shared() && is_in_doubt_; }

  void note_failure() { next_ = runtime_.now() + std::chrono::seconds(1); }
  /// `runs`: how many live. A newcomer waits until the others have noticed it.
  void note_beat(int runs) {
    const auto now = runtime_.now();
    if (runs_ == 0) may_send_from_ = runs > 1 ? now + beat_every_ : now;
    runs_ = runs;
    is_in_doubt_ = false;
    next_ = now + beat_every_;
  }

  bool may_send() const { return !is_shared() || (runs_ > 0 && runtime_.now() >= may_send_from_); }
  /// What may be marked and not answered at once.
  int most_unanswered() const {
    if (!is_shared() || options_.account_in_flight == 0) return options_.max_unanswered;
    return std::min(options_.max_unanswered, std::max(1, options_.account_in_flight / runs()));
  }
  /// Requests per second; 0: the client keeps its own.
  double rate() const { return is_shared() ? options_.account_rate / runs() : 0; }

 private:
  bool is_shared() const { return beat_every_.count() > 0; }
  int runs() const { return std::max(1, runs_); }

  const std::chrono::milliseconds beat_every_;
  const RunOptions& options_;
  Runtime& runtime_;
  int runs_ = 0;
  bool is_in_doubt_ = false;
  Clock::time_point next_{};
  Clock::time_point may_send_from_{};
};

}  // namespace dropcowboy::outbox
