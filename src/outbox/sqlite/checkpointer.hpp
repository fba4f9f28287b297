#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "dropcowboy/outbox/status.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/sqlite/store.hpp"

namespace dropcowboy::outbox::sqlite {

/// Keeps the log of the connection that writes short. One thread at a time; fill() from any.
///
/// A checkpoint copies the log back into the file, so that the log begins anew. It is of the kind
/// FULL: it holds the lock that writers need, so no commit of another process can begin the log
/// anew beneath it; SQLite before 3.51.3 could damage the file then. It waits for nobody: while a
/// reader needs the old log, it is tried again when the log has grown by as much again.
class Checkpointer {
 public:
  Checkpointer(Database& database, std::chrono::milliseconds lock_timeout);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// Told after a whole checkpoint how many marks the database's own file has now, at least. Must
  /// not throw.
  std::function<void(std::int64_t)> after_checkpoint{};

  void checkpoint_if_long(Store& store) noexcept;
  void fill(Status& status) const noexcept;

 private:
  Database& database_;
  const std::chrono::milliseconds lock_timeout_;
  int pages_at_checkpoint_ = 0;    // how many there were when the last checkpoint was tried
  std::atomic<int> wal_pages_{0};  // in the log
  std::atomic<std::uint64_t> checkpoints_{0};
  std::atomic<std::uint64_t> blocked_{0};
  std::atomic<std::uint64_t> failed_{0};
};

}  // namespace dropcowboy::outbox::sqlite
