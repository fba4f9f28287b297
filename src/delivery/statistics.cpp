#include "delivery/statistics.hpp"

namespace dropcowboy::delivery {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

void Statistics::attempt_started(bool is_retry) noexcept {
  in_flight_.fetch_add(1, relaxed);
  if (is_retry) retries_.fetch_add(1, relaxed);
}

void Statistics::attempt_ended(bool opened_connection) noexcept {
  in_flight_.fetch_sub(1, relaxed);
  if (opened_connection) connections_.fetch_add(1, relaxed);
}

void Statistics::call_ended(Outcome outcome) noexcept {
  outcomes_[static_cast<std::size_t>(outcome)].fetch_add(1, relaxed);
}

Stats Statistics::snapshot() const noexcept {
  const auto ended = [this](Outcome outcome) {
    return outcomes_[static_cast<std::size_t>(outcome)].load(relaxed);
  };
  Stats stats;
  stats.in_flight = in_flight_.load(relaxed);
  stats.accepted = ended(Outcome::accepted);
  stats.rejected = ended(Outcome::rejected);
  stats.unknown = ended(Outcome::unknown);
  stats.not_sent = ended(Outcome::not_sent);
  stats.retries = retries_.load(relaxed);
  stats.connections_opened = connections_.load(relaxed);
  return stats;
}

}  // namespace dropcowboy::delivery
