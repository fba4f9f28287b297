#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

namespace dropcowboy::v2 {

/// The keys of a client's calls that are under way: never two of one key. Thread-safe.
class KeysUnderWay {
 public:
  /// Keeps a key for as long as it lives.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(std::shared_ptr<KeysUnderWay> keys, std::string key) noexcept
        : keys_(std::move(keys)), key_(std::move(key)) {}
    Ticket(Ticket&&) noexcept = default;
    Ticket& operator=(Ticket&& other) noexcept {
      keys_.swap(other.keys_);
      key_.swap(other.key_);
      return *this;
    }
    ~Ticket() {
      if (!keys_) return;
      const std::lock_guard lock(keys_->mutex_);
      keys_->keys_.erase(key_);
    }
    /// Whether it keeps one.
    explicit operator bool() const noexcept { return keys_ != nullptr; }

   private:
    std::shared_ptr<KeysUnderWay> keys_{};
    std::string key_{};
  };

  /// One that keeps nothing if the key is kept already. Throws std::bad_alloc.
  static Ticket take(const std::shared_ptr<KeysUnderWay>& keys, std::string key) {
    {
      const std::lock_guard lock(keys->mutex_);
      if (!keys->keys_.insert(key).second) return {};
    }
    return {keys, std::move(key)};
  }

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> keys_;
};

}  // namespace dropcowboy::v2
