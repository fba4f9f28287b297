#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

namespace dropcowboy::support {

/// What a server knows to have happened. Thread-safe.
class Ledger {
 public:
  /// The requests read whole, headers and body, that carried this id.
  int complete_posts(const std::string& foreign_id) const { return find(foreign_id).posts; }

  /// How many voicemails with this id a real service may have left, taking the worst of what its
  /// answers allow.
  int deliveries(const std::string& foreign_id) const { return find(foreign_id).deliveries; }

  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

  /// Makes room for it now, so that the memory of a run does not grow by the ledger's.
  void expect(const std::string& foreign_id) {
    const std::lock_guard lock(mutex_);
    entries_[foreign_id];
  }

  void add_post(const std::string& foreign_id, bool delivered) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[foreign_id];
    ++entry.posts;
    if (delivered) ++entry.deliveries;
  }

  void add_connection() {
    const std::lock_guard lock(mutex_);
    ++connections_;
  }

 private:
  struct Entry {
    int posts = 0;
    int deliveries = 0;
  };

  Entry find(const std::string& foreign_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(foreign_id);
    return found == entries_.end() ? Entry() : found->second;
  }

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  int connections_ = 0;
};

}  // namespace dropcowboy::support
