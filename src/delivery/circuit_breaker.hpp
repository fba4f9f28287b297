#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "delivery/verdict.hpp"
#include "dropcowboy/options.hpp"

namespace dropcowboy::delivery {

/// Decides whether an attempt may start while the service fails. Knows no clock: it is told the
/// time. Not thread-safe.
///
/// Closed, it lets everything start. So many failures in a row open it: nothing starts until its
/// wait is over, then one attempt, the probe. If that fails, it opens again for twice as long. If
/// it is accepted, two may be under way, and with each further acceptance twice as many; when that
/// reaches `full_window`, it is closed.
class CircuitBreaker {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::milliseconds;

  /// What an attempt says about the service.
  enum class Sign {
    good,  ///< it accepted a message
    bad,   ///< it failed, or refuses the whole account
    none,  ///< it was about this one message, or ended for a reason of our own
  };
  static Sign sign_of(const Verdict& verdict, int http_status) noexcept;

  enum class Change { none, opened, closed };
  /// The time from one opening to the next. What an attempt of an earlier one ended with does not
  /// count any more.
  using Epoch = std::uint64_t;

  /// `options` are valid.
  CircuitBreaker(const BreakerOptions& options, int full_window) noexcept;

  /// Starts an attempt, if one may start now. Each must be ended.
  std::optional<Epoch> start(TimePoint now) noexcept;
  Change end(Epoch started_in, Sign sign, TimePoint now) noexcept;

  /// Whether an attempt that was let start, and has not gone out yet, may still do so.
  bool still_allows(Epoch started_in) const noexcept { return started_in == epoch_; }
  /// When an attempt may start at the earliest. max(): not before another one has ended.
  TimePoint next(TimePoint now) const noexcept;
  bool is_closed() const noexcept { return state_ == State::closed; }
  std::uint64_t times_opened() const noexcept { return epoch_; }

 private:
  enum class State { closed, open, recovering };

  void open(TimePoint now) noexcept;

  const int failures_to_open_;
  const Duration first_wait_;
  const Duration longest_wait_;
  const int full_window_;

  State state_ = State::closed;
  Epoch epoch_ = 0;
  int failures_ = 0;   // in a row
  int window_ = 0;     // how many may be under way, if recovering
  int under_way_ = 0;  // of this epoch, if recovering
  Duration wait_;      // of the next opening
  TimePoint probe_at_{};
};

}  // namespace dropcowboy::delivery
