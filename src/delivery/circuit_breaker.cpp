#include "delivery/circuit_breaker.hpp"

#include <algorithm>

namespace dropcowboy::delivery {

CircuitBreaker::Sign CircuitBreaker::sign_of(const Verdict& verdict, int http_status) noexcept {
  if (verdict.outcome == Outcome::accepted) return Sign::good;
  if (verdict.kind == ErrorKind::cancelled || verdict.kind == ErrorKind::shutdown) {
    return Sign::none;
  }
  switch (verdict.outcome) {
    case Outcome::unknown: return Sign::bad;
    case Outcome::rejected: {
      const bool is_about_the_account =
          http_status == 401 || http_status == 402 || http_status == 403;
      return is_about_the_account || verdict.kind == ErrorKind::service ? Sign::bad : Sign::none;
    }
    case Outcome::not_sent: {
      const bool is_without_connection = verdict.kind == ErrorKind::network ||
                                         verdict.kind == ErrorKind::tls ||
                                         verdict.kind == ErrorKind::timeout;
      return is_without_connection ? Sign::bad : Sign::none;
    }
    case Outcome::accepted: break;
  }
  return Sign::none;
}

CircuitBreaker::CircuitBreaker(const BreakerOptions& options, int full_window) noexcept
    : failures_to_open_(options.failures),
      first_wait_(options.first_wait),
      longest_wait_(options.longest_wait),
      full_window_(full_window),
      wait_(options.first_wait) {}

std::optional<CircuitBreaker::Epoch> CircuitBreaker::start(TimePoint now) noexcept {
  if (state_ == State::closed) return epoch_;
  if (state_ == State::open) {
    if (now < probe_at_) return std::nullopt;
    state_ = State::recovering;
    window_ = 1;
    under_way_ = 0;
  }
  if (under_way_ >= window_) return std::nullopt;
  ++under_way_;
  return epoch_;
}

CircuitBreaker::Change CircuitBreaker::end(Epoch started_in, Sign sign, TimePoint now) noexcept {
  if (!still_allows(started_in)) return Change::none;
  const bool is_recovering = state_ == State::recovering;
  if (is_recovering) --under_way_;
  switch (sign) {
    case Sign::none: return Change::none;
    case Sign::bad:
      if (failures_to_open_ == 0) return Change::none;
      if (!is_recovering && ++failures_ < failures_to_open_) return Change::none;
      open(now);
      return Change::opened;
    case Sign::good: break;
  }
  failures_ = 0;
  if (!is_recovering) return Change::none;
  window_ = std::min(window_ * 2, full_window_);
  if (window_ < full_window_) return Change::none;
  state_ = State::closed;
  wait_ = first_wait_;
  return Change::closed;
}

CircuitBreaker::TimePoint CircuitBreaker::next(TimePoint now) const noexcept {
  if (state_ == State::open) return std::max(now, probe_at_);
  const bool is_full = state_ == State::recovering && under_way_ >= window_;
  return is_full ? TimePoint::max() : now;
}

void CircuitBreaker::open(TimePoint now) noexcept {
  state_ = State::open;
  ++epoch_;
  failures_ = 0;
  probe_at_ = now + wait_;
  wait_ = std::min(wait_ * 2, longest_wait_);
}

}  // namespace dropcowboy::delivery
