#include "delivery/admission.hpp"

#include <algorithm>
#include <utility>

namespace dropcowboy::delivery {

Admission::Permit::Permit(Permit&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)), epoch_(other.epoch_) {}

Admission::Permit& Admission::Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  release();
  admission_ = std::exchange(other.admission_, nullptr);
  epoch_ = other.epoch_;
  return *this;
}

void Admission::Permit::release() noexcept {
  if (admission_ != nullptr) admission_->end(std::move(*this), CircuitBreaker::Sign::none, {});
}

Admission::Admission(const ClientOptions& options, Runtime& runtime) noexcept
    : runtime_(runtime),
      breaker_(options.breaker, options.limits.max_in_flight),
      pacer_(options.limits.requests_per_second),
      change_(runtime) {}

Admission::HeldBy Admission::advance(Turn& turn, TimePoint now, TimePoint latest) {
  const std::lock_guard lock(mutex_);
  return advance_locked(turn, now, latest);
}

Admission::HeldBy Admission::wait(Turn& turn, TimePoint latest, const CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const TimePoint now = runtime_.now();
    const HeldBy held = advance_locked(turn, now, latest);
    const bool is_hopeless = turn.next > latest && turn.next != TimePoint::max();
    if (held == HeldBy::nothing) return held;
    if (is_hopeless || now >= latest || cancel.cancelled()) {
      leave_locked(turn, now);
      return held;
    }
    const auto seen = changes_;
    change_.wait(lock, std::min(turn.next, latest), cancel, [&] { return changes_ != seen; });
  }
}

void Admission::leave(Turn& turn, TimePoint now) noexcept {
  const std::lock_guard lock(mutex_);
  leave_locked(turn, now);
}

void Admission::leave_locked(Turn& turn, TimePoint now) noexcept {
  const bool is_place_lost = turn.slot && *turn.slot > now && turn.slot_changes == slot_changes_;
  turn.slot.reset();
  if (!is_place_lost) return;
  pacer_.take_back(now);
  take_slots_back(now);
}

/// The pacer gives those after `now` to others; who waits for one takes a new one.
void Admission::take_slots_back(TimePoint now) noexcept {
  ++slot_changes_;
  taken_back_after_ = now;
  changed();
}

/// Whether its slot is still its own: none was taken back since, or it was due by then.
bool Admission::is_kept(const Turn& turn) const noexcept {
  const unsigned long changes = slot_changes_ - turn.slot_changes;
  return changes == 0 || (changes == 1 && *turn.slot <= taken_back_after_);
}

Admission::HeldBy Admission::advance_locked(Turn& turn, TimePoint now, TimePoint latest) noexcept {
  if (turn.guarded) {
    Permit& permit = turn.permit;
    if (permit.admission_ == nullptr || !breaker_.still_allows(permit.epoch_)) {
      permit.admission_ = nullptr;  // of an earlier epoch: the breaker has forgotten it
      const auto epoch = breaker_.start(now);
      if (!epoch) {
        turn.slot.reset();
        turn.next = breaker_.next(now);
        return HeldBy::breaker;
      }
      permit.admission_ = this;
      permit.epoch_ = *epoch;
    }
  }
  const bool has_slot = turn.slot && is_kept(turn) && !pacer_.is_paused_at(*turn.slot);
  if (!has_slot) {
    turn.slot = pacer_.reserve(now, latest);
    turn.slot_changes = slot_changes_;
  }
  turn.next = turn.slot ? *turn.slot : pacer_.next(now);
  return turn.next <= now ? HeldBy::nothing : HeldBy::pace;
}

Admission::HeldBy Admission::foresee(std::size_t ahead, TimePoint now, TimePoint latest) const {
  const std::lock_guard lock(mutex_);
  const TimePoint breaker = breaker_.next(now);
  if (breaker > latest && breaker != TimePoint::max()) return HeldBy::breaker;
  return pacer_.next(now, ahead) > latest ? HeldBy::pace : HeldBy::nothing;
}

Admission::BreakerChange Admission::end(Permit permit, CircuitBreaker::Sign sign,
                                        TimePoint now) noexcept {
  if (permit.admission_ == nullptr) return {};
  permit.admission_ = nullptr;
  const std::lock_guard lock(mutex_);
  const bool was_closed = breaker_.is_closed();
  const auto change = breaker_.end(permit.epoch_, sign, now);
  if (!was_closed || !breaker_.is_closed()) changed();
  if (change != CircuitBreaker::Change::opened) return {change, {}};
  // Nobody goes at the times that were given out: they are for those who go when it has closed.
  pacer_.take_back(now);
  take_slots_back(now);
  return {change, std::chrono::ceil<std::chrono::milliseconds>(breaker_.next(now) - now)};
}

void Admission::set_rate(double requests_per_second) noexcept {
  const std::lock_guard lock(mutex_);
  const TimePoint now = runtime_.now();
  pacer_.set_rate(requests_per_second, now);
  take_slots_back(now);
}

void Admission::pause_until(TimePoint until) noexcept {
  const std::lock_guard lock(mutex_);
  pacer_.pause_until(until);
}

bool Admission::is_breaker_closed() const noexcept {
  const std::lock_guard lock(mutex_);
  return breaker_.is_closed();
}

std::uint64_t Admission::times_breaker_opened() const noexcept {
  const std::lock_guard lock(mutex_);
  return breaker_.times_opened();
}

void Admission::on_change(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void Admission::changed() noexcept {
  ++changes_;
  change_.notify_all();
  if (wake_) wake_();
}

}  // namespace dropcowboy::delivery
