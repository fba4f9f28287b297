#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "dropcowboy/error.hpp"
#include "dropcowboy/stats.hpp"

namespace dropcowboy::delivery {

/// The counters behind Client::stats(). Thread-safe; cheap enough to be always on.
class Statistics {
 public:
  void attempt_started(bool is_retry) noexcept;
  void attempt_ended(bool opened_connection) noexcept;
  void call_ended(Outcome outcome) noexcept;
  /// All but `queued`, which only the queue knows.
  Stats snapshot() const noexcept;

 private:
  using Counter = std::atomic<std::uint64_t>;
  Counter in_flight_{0};
  std::array<Counter, 4> outcomes_{};  // by Outcome
  Counter retries_{0};
  Counter connections_{0};
};

}  // namespace dropcowboy::delivery
