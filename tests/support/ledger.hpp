#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace dropcowboy::support {

/// What a server knows to have happened. Thread-safe.
class Ledger {
 public:
  /// The requests read whole, headers and body, that carried this id.
  int complete_posts(const std::string& foreign_id) const { return find(foreign_id).posts; }

  /// How many voicemails with this id a real service may have left, taking the worst of what its
  /// answers allow.
  int deliveries(const std::string& foreign_id) const { return find(foreign_id).deliveries; }

  /// Whether the posts with this id did not all have the same bytes, or not all the same key.
  bool was_changed(const std::string& foreign_id) const { return find(foreign_id).was_changed; }
  /// The key of the first post with this id; empty if it had none.
  std::string key(const std::string& foreign_id) const { return find(foreign_id).key; }

  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

  /// Makes room for it now, so that the memory of a run does not grow by the ledger's.
  void expect(const std::string& foreign_id) {
    const std::lock_guard lock(mutex_);
    entries_[foreign_id];
  }

  /// With a key that an earlier one of these had, nothing is delivered again.
  void add_post(const std::string& foreign_id, bool delivered, const std::string& key = {},
                std::string_view body = {}) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[foreign_id];
    const std::size_t bytes = std::hash<std::string_view>()(body);
    if (entry.posts > 0 && (entry.key != key || entry.bytes != bytes)) entry.was_changed = true;
    if (entry.posts++ == 0) {
      entry.key = key;
      entry.bytes = bytes;
    }
    const bool is_new = key.empty() || !delivered || keys_.insert(key).second;
    if (delivered && is_new) ++entry.deliveries;
  }

  void add_connection() {
    const std::lock_guard lock(mutex_);
    ++connections_;
  }

 private:
  struct Entry {
    int posts = 0;
    int deliveries = 0;
    std::string key{};
    std::size_t bytes = 0;  // a hash of them
    bool was_changed = false;
  };

  Entry find(const std::string& foreign_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(foreign_id);
    return found == entries_.end() ? Entry() : found->second;
  }

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_set<std::string> keys_;  // of what was delivered
  int connections_ = 0;
};

}  // namespace dropcowboy::support
