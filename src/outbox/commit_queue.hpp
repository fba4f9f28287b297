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
#include "outbox/sqlite/store.hpp"

namespace dropcowboy::outbox {

/// Lets threads share commits: the first one that comes commits for all who came meanwhile. It owns
/// the connection that writes, and keeps the log short. Thread-safe.
///
/// A checkpoint copies the log back into the file, so that the log begins anew. It is of the kind
/// FULL: it holds the lock that writers need, so no commit of another process can begin the log
/// anew beneath it; SQLite before 3.51.3 could damage the file then. It waits for nobody: while a
/// reader needs the old log, it is tried again when the log has grown by as much again.
class CommitQueue {
 public:
  /// Work inside a transaction. What it throws undoes its own part and is its caller's Error.
  using Work = std::function<void(sqlite::Store&)>;
  struct Counts {
    std::uint64_t commits = 0;
    std::uint64_t requests = 0;
    std::chrono::microseconds p99{};
    std::uint64_t wal_pages = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t checkpoints_blocked = 0;
    std::uint64_t checkpoints_failed = 0;
  };

  CommitQueue(const std::string& path, std::chrono::milliseconds lock_timeout,
              std::shared_ptr<Runtime> runtime);

  sqlite::Database& database() noexcept { return database_; }
  /// Once the tables are there.
  void prepare_statements() { store_.emplace(database_); }

  /// Asked before each commit; throws if the file is not to be written any more.
  std::function<void()> before_commit{};

  /// Told after a whole checkpoint how many marks the database's own file has now, at least. Must
  /// not throw.
  std::function<void(std::int64_t)> after_checkpoint{};

  /// Blocks until the work is on disk.
  Result<void> run(const Work& work);
  Counts counts() const;

 private:
  struct Job {
    const Work& work;
    std::optional<Error> error{};
    std::condition_variable changed{};
    bool done = false;
    bool is_leader = false;  // this thread is to commit for all who wait
  };

  void lead(std::unique_lock<std::mutex>& lock);
  void commit_all(const std::vector<Job*>& jobs) noexcept;
  void do_in_transaction(const std::vector<Job*>& jobs);
  void do_part(Job& job, bool is_alone);
  void checkpoint_if_long() noexcept;
  std::int64_t marks_before_checkpoint() noexcept;
  void note_time(std::chrono::steady_clock::duration took) noexcept;

  const std::shared_ptr<Runtime> runtime_;
  const std::chrono::milliseconds lock_timeout_;
  sqlite::Database database_;
  std::optional<sqlite::Store> store_;
  int wal_pages_ = 0;            // in the log; the leader's own, as is
  int pages_at_checkpoint_ = 0;  // how many there were when the last checkpoint was tried

  mutable std::mutex mutex_;
  std::vector<Job*> waiting_;
  bool has_leader_ = false;
  Counts counts_;
  std::array<std::uint32_t, 1024> times_{};  // the last ones, in microseconds
  std::size_t timed_ = 0;
};

}  // namespace dropcowboy::outbox
