#include "delivery/pacer.hpp"

#include <algorithm>

namespace dropcowboy::delivery {

namespace {

Pacer::Duration interval_of(double requests_per_second) noexcept {
  if (requests_per_second <= 0) return Pacer::Duration::zero();
  return std::chrono::duration_cast<Pacer::Duration>(
      std::chrono::duration<double>(1.0 / requests_per_second));
}

}  // namespace

Pacer::Pacer(double requests_per_second) noexcept : interval_(interval_of(requests_per_second)) {}

void Pacer::set_rate(double requests_per_second) noexcept {
  const std::lock_guard lock(mutex_);
  const Duration changed = interval_of(requests_per_second);
  next_ += changed - interval_;  // the next slot keeps its distance to the last one
  interval_ = changed;
}

std::optional<Pacer::TimePoint> Pacer::reserve(TimePoint now, TimePoint latest) noexcept {
  const std::lock_guard lock(mutex_);
  const TimePoint taken = slot(now);
  if (taken > latest) return std::nullopt;
  next_ = taken + interval_;
  return taken;
}

Pacer::TimePoint Pacer::next(TimePoint now) const noexcept {
  const std::lock_guard lock(mutex_);
  return slot(now);
}

void Pacer::pause_until(TimePoint until) noexcept {
  const std::lock_guard lock(mutex_);
  resume_ = std::max(resume_, until);
}

Pacer::TimePoint Pacer::slot(TimePoint now) const noexcept {
  const TimePoint earliest = std::max(next_, resume_);
  return interval_ == Duration::zero() ? std::max(now, resume_) : std::max(earliest, now - batch);
}

}  // namespace dropcowboy::delivery
