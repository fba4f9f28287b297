#include "outbox/sqlite/checkpointer.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

constexpr int pages_between_checkpoints = 4'000;  // 16 MB

/// Other processes can make more of them meanwhile, so it is no more than the checkpoint holds.
std::int64_t marks_before_checkpoint(Store& store) noexcept {
  try {
    return store.marks();
  } catch (...) {
    return 0;
  }
}

}  // namespace

Checkpointer::Checkpointer(Database& database, std::chrono::milliseconds lock_timeout)
    : database_(database), lock_timeout_(lock_timeout) {
  sqlite3_wal_hook(
      database_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Checkpointer*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void Checkpointer::checkpoint_if_long(Store& store) noexcept {
  const int pages = wal_pages_;
  if (pages < pages_at_checkpoint_) pages_at_checkpoint_ = 0;  // the log has begun anew
  if (pages - pages_at_checkpoint_ < pages_between_checkpoints) return;
  pages_at_checkpoint_ = pages;
  const std::int64_t marks = marks_before_checkpoint(store);
  database_.set_lock_timeout(std::chrono::milliseconds(0));
  int in_log = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_FULL,
                                             &in_log, &copied);
  database_.set_lock_timeout(lock_timeout_);
  const int kind = code & 0xFF;
  const bool is_whole = code == SQLITE_OK && in_log == copied;
  const bool is_blocked = kind == SQLITE_OK || kind == SQLITE_BUSY || kind == SQLITE_LOCKED;
  if (is_whole && after_checkpoint && marks > 0) after_checkpoint(marks);
  if (is_whole) {
    ++checkpoints_;
  } else {
    ++(is_blocked ? blocked_ : failed_);
  }
}

void Checkpointer::fill(Status& status) const noexcept {
  status.wal_pages = static_cast<std::uint64_t>(wal_pages_.load());
  status.checkpoints = checkpoints_;
  status.checkpoints_blocked = blocked_;
  status.checkpoints_failed = failed_;
}

}  // namespace dropcowboy::outbox::sqlite
