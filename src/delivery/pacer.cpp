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

void Pacer::set_rate(double requests_per_second, TimePoint now) noexcept {
  const TimePoint last = std::min(next_ - interval_, now);
  interval_ = interval_of(requests_per_second);
  next_ = last + interval_;
}

std::optional<Pacer::TimePoint> Pacer::reserve(TimePoint now, TimePoint latest) noexcept {
  const TimePoint taken = slot(now);
  if (taken > latest) return std::nullopt;
  next_ = taken + interval_;
  return taken;
}

void Pacer::take_back(TimePoint now) noexcept {
  if (interval_ == Duration::zero() || next_ <= now) return;
  next_ -= (next_ - now - Duration(1)) / interval_ * interval_;  // to the first one after `now`
}

Pacer::TimePoint Pacer::next(TimePoint now, std::size_t ahead) const noexcept {
  constexpr auto never = std::chrono::hours(24 * 365 * 100);  // and no time point overflows
  const auto behind = static_cast<double>(ahead) * std::chrono::duration<double>(interval_);
  return slot(now) + (behind < never ? std::chrono::duration_cast<Duration>(behind) : never);
}

void Pacer::pause_until(TimePoint until) noexcept { resume_ = std::max(resume_, until); }

Pacer::TimePoint Pacer::slot(TimePoint now) const noexcept {
  const TimePoint earliest = std::max(next_, resume_);
  return interval_ == Duration::zero() ? std::max(now, resume_) : std::max(earliest, now - batch);
}

}  // namespace dropcowboy::delivery
