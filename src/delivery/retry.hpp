#pragma once

#include <chrono>
#include <optional>

#include "delivery/operation.hpp"
#include "dropcowboy/options.hpp"

namespace dropcowboy::delivery {

/// Everything that the decision to repeat an attempt depends on.
struct RetryState {
  Verdict verdict{};
  Effect effect = Effect::sends;
  /// Which attempt has just ended; 1 for the first.
  int attempt = 1;
  /// Until the deadline.
  std::chrono::milliseconds time_left{};
  std::optional<std::chrono::milliseconds> retry_after{};
  /// Tokens left in the client's budget.
  int budget = 0;
  /// In [0, 1).
  double jitter = 0;
};

struct RetryDecision {
  /// How long to wait before the next attempt; nothing means stop.
  std::optional<std::chrono::milliseconds> wait{};
  /// Why not, when the attempt could have been repeated but for a limit.
  RetryStop stopped_by = RetryStop::none;
};

/// Decides whether to repeat. Pure. Only what is both safe and useful is repeated.
RetryDecision decide_retry(const RetryState& state, const RetryOptions& options) noexcept;

/// What a retry after such a verdict takes from the budget.
int retry_cost(const Verdict& verdict) noexcept;

}  // namespace dropcowboy::delivery
