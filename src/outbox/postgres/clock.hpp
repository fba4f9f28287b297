#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "dropcowboy/runtime.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox::pg {

/// The server's clock, which all machines share; between two answers of the server it is carried on
/// by the span of time since. Thread-safe.
class ServerClock {
 public:
  /// `calendar`: what counts instead; null: nothing.
  ServerClock(std::function<TimePoint()> calendar, std::shared_ptr<Runtime> runtime)
      : calendar_(std::move(calendar)), runtime_(std::move(runtime)) {}

  /// The server says that it is so late; what counts.
  TimePoint note(TimePoint server) {
    offset_ = to_stored(server) - local();
    return calendar_ ? calendar_() : server;
  }
  TimePoint now() const { return calendar_ ? calendar_() : from_stored(offset_ + local()); }

 private:
  std::int64_t local() const {
    return std::chrono::floor<std::chrono::milliseconds>(runtime_->now().time_since_epoch())
        .count();
  }

  const std::function<TimePoint()> calendar_;
  const std::shared_ptr<Runtime> runtime_;
  std::atomic<std::int64_t> offset_{0};
};

}  // namespace dropcowboy::outbox::pg
