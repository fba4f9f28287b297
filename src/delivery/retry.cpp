#include "delivery/retry.hpp"

#include <algorithm>
#include <cmath>

namespace dropcowboy::delivery {

namespace {

using std::chrono::milliseconds;

bool is_harmless_twice(Effect effect, const RetryOptions& options) noexcept {
  switch (effect) {
    case Effect::reads:
    case Effect::sets:
    case Effect::keyed: return true;
    case Effect::sends: return options.resend_unknown_at_risk_of_duplicates;
    case Effect::adds: break;
  }
  return false;
}

bool is_safe(const RetryState& state, const RetryOptions& options) noexcept {
  switch (state.verdict.outcome) {
    case Outcome::not_sent:
    case Outcome::rejected: return true;
    case Outcome::unknown: return is_harmless_twice(state.effect, options);
    case Outcome::accepted: break;
  }
  return false;
}

milliseconds backoff(const RetryState& state, const RetryOptions& options) noexcept {
  const milliseconds base = state.verdict.kind == ErrorKind::rate_limited
                                ? options.rate_limit_backoff
                                : options.initial_backoff;
  const double ceiling =
      std::min(static_cast<double>(options.max_backoff.count()),
               std::ldexp(static_cast<double>(base.count()), std::max(0, state.attempt - 1)));
  return milliseconds(static_cast<milliseconds::rep>(ceiling * state.jitter));
}

/// Two attempts with one key must not meet at the service.
milliseconds shortest_wait(const RetryState& state) noexcept {
  const bool may_be_at_work =
      state.effect == Effect::keyed && state.verdict.outcome == Outcome::unknown;
  return may_be_at_work ? keyed_pause : milliseconds(0);
}

}  // namespace

int retry_cost(const Verdict& verdict) noexcept {
  return verdict.kind == ErrorKind::timeout ? 10 : 5;
}

RetryDecision decide_retry(const RetryState& state, const RetryOptions& options) noexcept {
  const Verdict& verdict = state.verdict;
  const bool is_stopped =
      verdict.kind == ErrorKind::cancelled || verdict.kind == ErrorKind::shutdown;
  if (!verdict.transient || is_stopped || !is_safe(state, options)) return {};
  if (state.attempt >= options.max_attempts) return {{}, RetryStop::attempts};
  if (state.budget < retry_cost(verdict)) return {{}, RetryStop::budget};
  const milliseconds wait = std::max(
      {backoff(state, options), shortest_wait(state), state.retry_after.value_or(milliseconds(0))});
  if (wait >= state.time_left) return {{}, RetryStop::deadline};
  return {wait, RetryStop::none};
}

}  // namespace dropcowboy::delivery
