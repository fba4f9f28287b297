#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "dropcowboy/error.hpp"
#include "dropcowboy/stats.hpp"

namespace dropcowboy::delivery {

/// How long things took, in buckets that grow with the value: 16 for each power of two
/// microseconds, so that a reading is at most 1/16 too high. Recording is one atomic increment.
class LatencyHistogram {
 public:
  using Duration = std::chrono::microseconds;

  void record(Duration latency) noexcept;
  /// The value that a share of `quantile` (0 to 1) of all recorded ones did not exceed.
  Duration at(double quantile) const noexcept;

 private:
  static constexpr std::size_t steps = 16;
  static constexpr std::size_t powers = 36;  // up to 2^40 microseconds, twelve days
  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t upper_bound(std::size_t bucket) noexcept;

  std::array<std::atomic<std::uint64_t>, steps*(powers + 1)> counts_{};
};

/// The counters behind Client::stats(). Thread-safe; cheap enough to be always on.
class Statistics {
 public:
  void attempt_started(bool is_retry) noexcept;
  void attempt_ended(bool opened_connection) noexcept;
  void call_ended(Outcome outcome, LatencyHistogram::Duration latency) noexcept;
  /// All but `queued`, which only the queue knows.
  Stats snapshot() const noexcept;

 private:
  using Counter = std::atomic<std::uint64_t>;
  Counter in_flight_{0};
  std::array<Counter, 4> outcomes_{};  // by Outcome
  Counter retries_{0};
  Counter connections_{0};
  Counter slowest_{0};
  LatencyHistogram latency_;
};

}  // namespace dropcowboy::delivery
