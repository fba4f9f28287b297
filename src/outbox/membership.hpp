#pragma once

#include <algorithm>
#include <chrono>

#include "dropcowboy/outbox/run.hpp"
#include "dropcowboy/runtime.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox {

/// A run's place among those that live, its part of the account's limits, and what they tell each
/// other of the service. Where runs are alone it asks for nothing and allows everything.
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
  bool is_commit_in_doubt() const { return is_shared() && is_in_doubt_; }

  /// The client's breaker has opened or closed: the others are told.
  void note_breaker(bool is_open, Stored now) {
    if (is_open == breaker_opened_at_.has_value()) return;
    breaker_opened_at_ = is_open ? std::optional(now) : std::nullopt;
    next_ = runtime_.now();
  }
  std::optional<Stored> breaker_opened_at() const { return breaker_opened_at_; }

  void note_failure() { next_ = runtime_.now() + std::chrono::seconds(1); }
  /// A newcomer waits until the others have noticed it.
  void note_beat(const Fellows& fellows) {
    const auto now = runtime_.now();
    if (runs_ == 0) may_send_from_ = fellows.runs > 1 ? now + beat_every_ : now;
    runs_ = fellows.runs;
    is_in_doubt_ = false;
    next_ = now + beat_every_;
    const auto& opened = fellows.breaker_opened_at;
    is_wary_ = opened && (is_wary_ || *opened > heeded_);
    heeded_ = std::max(heeded_, opened.value_or(0));
  }
  /// The service has taken a message of this run: whatever another one has seen, here it works.
  void note_accepted() { is_wary_ = false; }

  bool may_send() const { return !is_shared() || (runs_ > 0 && runtime_.now() >= may_send_from_); }
  /// What may be marked and not answered at once; one, to try, after another run's breaker opened.
  int most_unanswered() const {
    if (is_wary_) return 1;
    if (!is_shared() || options_.account_in_flight == 0) return options_.max_unanswered;
    return std::min(options_.max_unanswered, std::max(1, options_.account_in_flight / runs()));
  }
  /// Requests per second; 0: the client keeps its own.
  double rate() const { return is_shared() ? options_.account_rate / runs() : 0; }

  /// How many live, itself among them.
  int runs() const { return std::max(1, runs_); }

 private:
  bool is_shared() const { return beat_every_.count() > 0; }

  const std::chrono::milliseconds beat_every_;
  const RunOptions& options_;
  Runtime& runtime_;
  int runs_ = 0;
  bool is_in_doubt_ = false;
  std::optional<Stored> breaker_opened_at_{};
  bool is_wary_ = false;  // another run's breaker has opened
  Stored heeded_ = 0;     // when that was
  Clock::time_point next_{};
  Clock::time_point may_send_from_{};
};

}  // namespace dropcowboy::outbox
