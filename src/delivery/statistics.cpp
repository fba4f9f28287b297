#include "delivery/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace dropcowboy::delivery {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

std::size_t LatencyHistogram::bucket_of(std::uint64_t value) noexcept {
  std::size_t power = 0;
  while (value >= 2 * steps) {
    value >>= 1U;
    ++power;
  }
  // value < steps only for power 0: the first 32 buckets are one microsecond wide.
  return std::min(power * steps + static_cast<std::size_t>(value), steps * (powers + 1) - 1);
}

std::uint64_t LatencyHistogram::upper_bound(std::size_t bucket) noexcept {
  if (bucket < 2 * steps) return bucket;
  const std::size_t power = bucket / steps - 1;
  const std::uint64_t value = bucket - power * steps;
  return ((value + 1) << power) - 1;
}

void LatencyHistogram::record(Duration latency) noexcept {
  const auto value = static_cast<std::uint64_t>(std::max<Duration::rep>(0, latency.count()));
  counts_[bucket_of(value)].fetch_add(1, relaxed);
}

LatencyHistogram::Duration LatencyHistogram::at(double quantile) const noexcept {
  std::uint64_t total = 0;
  for (const auto& count : counts_) total += count.load(relaxed);
  const auto wanted = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(total)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size() && total > 0; ++bucket) {
    seen += counts_[bucket].load(relaxed);
    if (seen >= std::max<std::uint64_t>(1, wanted)) {
      return Duration(static_cast<Duration::rep>(upper_bound(bucket)));
    }
  }
  return Duration(0);
}

void Statistics::attempt_started(bool is_retry) noexcept {
  in_flight_.fetch_add(1, relaxed);
  if (is_retry) retries_.fetch_add(1, relaxed);
}

void Statistics::attempt_ended(bool opened_connection) noexcept {
  in_flight_.fetch_sub(1, relaxed);
  if (opened_connection) connections_.fetch_add(1, relaxed);
}

void Statistics::call_ended(Outcome outcome, LatencyHistogram::Duration latency) noexcept {
  outcomes_[static_cast<std::size_t>(outcome)].fetch_add(1, relaxed);
  latency_.record(latency);
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(0, latency.count()));
  std::uint64_t slowest = slowest_.load(relaxed);
  while (value > slowest && !slowest_.compare_exchange_weak(slowest, value, relaxed)) {
  }
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
  const auto max = static_cast<std::chrono::microseconds::rep>(slowest_.load(relaxed));
  stats.latency_max = std::chrono::microseconds(max);
  stats.latency_p50 = std::min(latency_.at(0.50), stats.latency_max);
  stats.latency_p99 = std::min(latency_.at(0.99), stats.latency_max);
  return stats;
}

}  // namespace dropcowboy::delivery
