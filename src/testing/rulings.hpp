#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "testing/accepted_message.hpp"

namespace dropcowboy::testing {

/// What a person has decided about numbers and messages, before the vendor's simulated numbers are
/// asked. Thread-safe.
class Rulings {
 public:
  /// Every later message to that number ends so; nothing takes the decision back.
  void decide_number(const std::string& phone_number, const std::optional<DropResult>& result) {
    set(numbers_, phone_number, result);
  }
  void decide_message(std::uint64_t message, const DropResult& result) {
    set(messages_, message, std::optional(result));
  }

  std::optional<DropResult> of_number(const std::string& phone_number) const {
    return look_up(numbers_, phone_number);
  }
  std::optional<DropResult> of_message(std::uint64_t message) const {
    return look_up(messages_, message);
  }
  std::map<std::string, DropResult> numbers() const {
    const std::lock_guard lock(mutex_);
    return numbers_;
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    numbers_.clear();
    messages_.clear();
  }

 private:
  template <class Key>
  void set(std::map<Key, DropResult>& rulings, const Key& key,
           const std::optional<DropResult>& result) {
    const std::lock_guard lock(mutex_);
    if (result) {
      rulings[key] = *result;
    } else {
      rulings.erase(key);
    }
  }

  template <class Key>
  std::optional<DropResult> look_up(const std::map<Key, DropResult>& rulings,
                                    const Key& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = rulings.find(key);
    return found == rulings.end() ? std::nullopt : std::optional(found->second);
  }

  mutable std::mutex mutex_;
  std::map<std::string, DropResult> numbers_;
  std::map<std::uint64_t, DropResult> messages_;
};

}  // namespace dropcowboy::testing
