#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "delivery/circuit_breaker.hpp"
#include "delivery/clock_condition.hpp"
#include "delivery/pacer.hpp"

namespace dropcowboy::delivery {

/// Lets attempts start, at the client's pace and as the breaker allows, and holds those up that may
/// not start yet. Who waits keeps a place in the queue of waiting senders: nobody is starved.
/// Thread-safe.
class Admission {
 public:
  using TimePoint = Pacer::TimePoint;

  /// Permission to make one attempt. One that is destroyed before end() took it tells the breaker
  /// nothing. Empty for attempts that the breaker does not guard.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { release(); }

   private:
    friend class Admission;
    Permit(Admission* admission, CircuitBreaker::Epoch epoch) noexcept
        : admission_(admission), epoch_(epoch) {}
    void release() noexcept;

    Admission* admission_ = nullptr;
    CircuitBreaker::Epoch epoch_ = 0;
  };

  enum class HeldBy { nothing, pace, breaker };

  /// The place of a sender in the queue of those who wait to start an attempt.
  struct Turn {
    /// Whether the breaker has a say.
    bool guarded = true;
    Permit permit{};
    std::optional<TimePoint> slot{};
    unsigned long slot_changes = 0;  // when the slot was taken
    /// When to ask again; max(): when something has changed.
    TimePoint next{};

    /// Once it has come.
    Permit take() noexcept {
      slot.reset();
      return std::move(permit);
    }
  };

  Admission(const ClientOptions& options, Runtime& runtime) noexcept;

  /// Takes a place, or looks whether its turn has come. A place after `latest` is not taken.
  HeldBy advance(Turn& turn, TimePoint now, TimePoint latest);
  /// The same, and blocks until its turn has come, or cannot come before `latest`, or a stop: then
  /// it leaves, and returns what holds it up. Throws std::bad_alloc if there is no memory to wait
  /// with.
  HeldBy wait(Turn& turn, TimePoint latest, const CancelToken& cancel);
  /// Who has a turn does not start after all: its place is free for others.
  void leave(Turn& turn, TimePoint now) noexcept;
  /// What will hold up an attempt beyond `latest` that has `ahead` others before it, even if all
  /// goes well.
  HeldBy foresee(std::size_t ahead, TimePoint now, TimePoint latest) const;
  struct BreakerChange {
    CircuitBreaker::Change change = CircuitBreaker::Change::none;
    std::chrono::milliseconds wait{};  ///< until the next attempt may start, if it has opened
  };
  /// Tells what an attempt ended with.
  BreakerChange end(Permit permit, CircuitBreaker::Sign sign, TimePoint now) noexcept;

  /// 0 does not pace. Those who wait take new places.
  void set_rate(double requests_per_second) noexcept;
  /// Lets nothing go before `until`: the service asked to slow down.
  void pause_until(TimePoint until) noexcept;

  bool is_breaker_closed() const noexcept;
  std::uint64_t times_breaker_opened() const noexcept;

  /// Called when a turn may have come sooner than `next` said; it must be quick and touch nothing
  /// of this. None unregisters it.
  void on_change(std::function<void()> wake);

 private:
  HeldBy advance_locked(Turn& turn, TimePoint now, TimePoint latest) noexcept;
  void leave_locked(Turn& turn, TimePoint now) noexcept;
  bool is_kept(const Turn& turn) const noexcept;
  void take_slots_back(TimePoint now) noexcept;
  void changed() noexcept;

  Runtime& runtime_;
  mutable std::mutex mutex_;
  CircuitBreaker breaker_;
  Pacer pacer_;
  unsigned long slot_changes_ = 0;  // how often slots were taken back
  TimePoint taken_back_after_{};    // those after it, the last time
  unsigned long changes_ = 0;
  ClockCondition change_;
  std::function<void()> wake_;
};

}  // namespace dropcowboy::delivery
