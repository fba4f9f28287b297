#pragma once

#include <cstdint>
#include <deque>
#include <new>

namespace dropcowboy::delivery {

/// Counts what is unfinished, so that one can wait for all that began before a certain moment while
/// more keeps coming. Not thread-safe.
class DrainGroups {
 public:
  using Id = std::uint64_t;

  /// Something begins.
  Id join() noexcept {
    ++unfinished_.back();
    return first_ + unfinished_.size() - 1;
  }
  /// Something of that group has finished; true if it was the last one of it.
  bool leave(Id group) noexcept {
    const bool is_last = --unfinished_[static_cast<std::size_t>(group - first_)] == 0;
    while (unfinished_.size() > 1 && unfinished_.front() == 0) {
      unfinished_.pop_front();
      ++first_;
    }
    return is_last;
  }
  /// The group that everything unfinished is in, or in one before it. What comes later is in
  /// another one; without memory for that it joins this one.
  Id close() noexcept {
    const Id last = first_ + unfinished_.size() - 1;
    if (unfinished_.back() == 0) return unfinished_.size() > 1 ? last - 1 : last;
    try {
      unfinished_.push_back(0);
    } catch (const std::bad_alloc&) {
    }
    return last;
  }
  /// Whether nothing of it, and of those before it, is unfinished.
  bool is_done(Id group) const noexcept {
    return first_ > group || (first_ == group && unfinished_.front() == 0);
  }

 private:
  Id first_ = 0;
  std::deque<std::size_t> unfinished_ = std::deque<std::size_t>(1);  // the last one takes all new
};

}  // namespace dropcowboy::delivery
