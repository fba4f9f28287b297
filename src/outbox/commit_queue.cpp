#include "outbox/commit_queue.hpp"

#include <algorithm>
#include <exception>

#include "core/make_error.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr int pages_between_checkpoints = 4'000;  // 16 MB

Error error_of(std::exception_ptr exception) noexcept {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const Exception& known) {
    try {
      return known.error();
    } catch (...) {
      return out_of_memory(Outcome::not_sent);
    }
  } catch (...) {
    return out_of_memory(Outcome::not_sent);
  }
}

}  // namespace

CommitQueue::CommitQueue(const std::string& path, std::chrono::milliseconds lock_timeout,
                         std::shared_ptr<Runtime> runtime)
    : runtime_(std::move(runtime)),
      lock_timeout_(lock_timeout),
      database_(path, sqlite::Database::Mode::read_and_write, lock_timeout) {
  sqlite3_wal_hook(
      database_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<CommitQueue*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

Result<void> CommitQueue::run(const Work& work) {
  Job job{work};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  if (has_leader_) {
    job.changed.wait(lock, [&job] { return job.done || job.is_leader; });
  }
  if (!job.done) lead(lock);
  if (job.error) return std::move(*job.error);
  return {};
}

/// Commits for all who wait, the caller among them, and hands the lead to the first who came since.
/// Each thread is woken once.
void CommitQueue::lead(std::unique_lock<std::mutex>& lock) {
  has_leader_ = true;
  std::vector<Job*> jobs;
  jobs.swap(waiting_);
  lock.unlock();
  const auto began = runtime_->now();
  commit_all(jobs);
  const auto took = runtime_->now() - began;
  checkpoint_if_long();
  lock.lock();
  note_time(took);
  counts_.requests += jobs.size();
  counts_.wal_pages = static_cast<std::uint64_t>(wal_pages_);
  for (Job* one : jobs) {
    one->done = true;
    one->changed.notify_one();
  }
  has_leader_ = !waiting_.empty();
  if (!has_leader_) return;
  waiting_.front()->is_leader = true;
  waiting_.front()->changed.notify_one();
}

void CommitQueue::commit_all(const std::vector<Job*>& jobs) noexcept {
  try {
    if (before_commit) before_commit();
    store_->begin();
    do_in_transaction(jobs);
  } catch (...) {
    store_->roll_back();
    const Error error = error_of(std::current_exception());
    for (Job* job : jobs) {
      if (!job->error) job->error = error;
    }
  }
}

void CommitQueue::do_in_transaction(const std::vector<Job*>& jobs) {
  for (Job* job : jobs) do_part(*job, jobs.size() == 1);
  const bool is_in_vain =
      std::all_of(jobs.begin(), jobs.end(), [](const Job* job) { return job->error.has_value(); });
  if (is_in_vain) return store_->roll_back();
  store_->commit();
}

/// Throws if nothing of the transaction is left.
void CommitQueue::do_part(Job& job, bool is_alone) {
  if (!is_alone) store_->begin_part();
  try {
    job.work(*store_);
  } catch (...) {
    job.error = error_of(std::current_exception());
    if (is_alone) return;
    if (!store_->undo_part()) throw;
    return;
  }
  if (!is_alone) store_->end_part();
}

void CommitQueue::checkpoint_if_long() noexcept {
  if (wal_pages_ < pages_at_checkpoint_) pages_at_checkpoint_ = 0;  // the log has begun anew
  if (wal_pages_ - pages_at_checkpoint_ < pages_between_checkpoints) return;
  pages_at_checkpoint_ = wal_pages_;
  const std::int64_t marks = marks_before_checkpoint();
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
  const std::lock_guard lock(mutex_);
  if (is_whole) {
    ++counts_.checkpoints;
  } else {
    ++(is_blocked ? counts_.checkpoints_blocked : counts_.checkpoints_failed);
  }
}

/// Other processes can make more of them meanwhile, so it is no more than the checkpoint holds.
std::int64_t CommitQueue::marks_before_checkpoint() noexcept {
  try {
    return store_->marks();
  } catch (...) {
    return 0;
  }
}

void CommitQueue::note_time(std::chrono::steady_clock::duration took) noexcept {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  times_[timed_++ % times_.size()] =
      static_cast<std::uint32_t>(std::clamp<long long>(micros, 0, 0xFFFF'FFFF));
  ++counts_.commits;
}

CommitQueue::Counts CommitQueue::counts() const {
  std::unique_lock lock(mutex_);
  Counts counts = counts_;
  std::array<std::uint32_t, 1024> times = times_;
  const std::size_t count = std::min(timed_, times.size());
  lock.unlock();
  if (count > 0) {
    const std::size_t at = count - 1 - count / 100;
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(at),
                     times.begin() + static_cast<std::ptrdiff_t>(count));
    counts.p99 = std::chrono::microseconds(times[at]);
  }
  return counts;
}

}  // namespace dropcowboy::outbox
