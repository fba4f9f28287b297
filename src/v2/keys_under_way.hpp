#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace dropcowboy::v2 {

/// The keys of a client's calls that are under way, or that must rest: never two requests of one
/// key at a time, whichever copy of the message they come from. Thread-safe.
class KeysUnderWay {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Keeps a key for as long as it lives.
  class Claim {
   public:
    Claim() = default;
    Claim(std::shared_ptr<KeysUnderWay> keys, std::string key) noexcept
        : keys_(std::move(keys)), key_(std::move(key)) {}
    Claim(Claim&&) noexcept = default;
    Claim& operator=(Claim&& other) noexcept {
      keys_.swap(other.keys_);
      key_.swap(other.key_);
      std::swap(rests_until_, other.rests_until_);
      return *this;
    }
    ~Claim() {
      if (keys_) keys_->give_back(key_, rests_until_);
    }
    /// Nobody gets the key before that, though this is gone.
    void rest_until(TimePoint time) noexcept { rests_until_ = time; }

   private:
    std::shared_ptr<KeysUnderWay> keys_{};
    std::string key_{};
    TimePoint rests_until_ = TimePoint::min();
  };

  enum class State { taken, under_way, resting };

  /// Takes the key into `claim`, or tells why not. Throws std::bad_alloc.
  static State take(const std::shared_ptr<KeysUnderWay>& keys, const std::string& key,
                    TimePoint now, Claim& claim) {
    std::string copy = key;  // from here on nothing throws but the look-up
    {
      const std::lock_guard lock(keys->mutex_);
      keys->forget_rested(now);
      const auto [entry, is_new] = keys->free_at_.emplace(key, under_way);
      if (!is_new && entry->second == under_way) return State::under_way;
      if (!is_new && now < entry->second) return State::resting;
      entry->second = under_way;
    }
    claim = Claim(keys, std::move(copy));
    return State::taken;
  }

 private:
  static constexpr TimePoint under_way = TimePoint::max();

  void give_back(const std::string& key, TimePoint rests_until) noexcept {
    const std::lock_guard lock(mutex_);
    const auto entry = free_at_.find(key);
    if (rests_until == TimePoint::min()) {
      free_at_.erase(entry);
    } else {
      entry->second = rests_until;
    }
  }

  /// Looks at all of them each time their number has doubled.
  void forget_rested(TimePoint now) {
    if (free_at_.size() < look_at_) return;
    for (auto entry = free_at_.begin(); entry != free_at_.end();) {
      entry = entry->second <= now ? free_at_.erase(entry) : std::next(entry);
    }
    look_at_ = std::max<std::size_t>(64, 2 * free_at_.size());
  }

  std::mutex mutex_;
  std::unordered_map<std::string, TimePoint> free_at_;
  std::size_t look_at_ = 64;
};

}  // namespace dropcowboy::v2
