#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "dropcowboy/result.hpp"
#include "dropcowboy/runtime.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox {

/// Lets threads share commits: the first one that comes commits for all who came meanwhile.
/// Thread-safe.
class CommitQueue {
 public:
  /// Work inside a transaction. What it throws undoes its own part and is its caller's Error. May
  /// be done again from the start: after a conflict with another transaction, or because work that
  /// came with it has failed.
  using Work = std::function<void(Store&)>;
  struct Counts {
    std::uint64_t commits = 0;
    std::uint64_t requests = 0;
    std::chrono::microseconds p99{};
  };

  CommitQueue(Storage& storage, std::shared_ptr<Runtime> runtime);

  /// Blocks until the work is on disk.
  Result<void> run(const Work& work);
  Counts counts() const;

 private:
  struct Waiter {
    const Work& work;
    std::optional<Error> error{};
    std::condition_variable changed{};
    bool done = false;
    bool is_leader = false;  // this thread is to commit for all who wait
  };

  void lead(std::unique_lock<std::mutex>& lock);
  void commit_all(const std::vector<Waiter*>& waiters) noexcept;
  bool try_to_commit(const std::vector<Waiter*>& waiters, bool may_repeat) noexcept;
  void commit_together(const std::vector<Waiter*>& waiters);
  void commit_in_parts(const std::vector<Waiter*>& waiters);
  void do_part(Waiter& waiter);
  void note_time(std::chrono::steady_clock::duration took) noexcept;

  const std::shared_ptr<Runtime> runtime_;
  Storage& storage_;  // its store is the leader's

  mutable std::mutex mutex_;
  std::vector<Waiter*> waiting_;
  bool has_leader_ = false;
  Counts counts_;
  std::array<std::uint32_t, 1024> times_{};  // the last ones, in microseconds
  std::size_t timed_ = 0;
};

}  // namespace dropcowboy::outbox
