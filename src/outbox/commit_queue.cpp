#include "outbox/commit_queue.hpp"

#include <algorithm>
#include <exception>

#include "core/make_error.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr int most_repetitions = 10;

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

CommitQueue::CommitQueue(Storage& storage, std::shared_ptr<Runtime> runtime)
    : runtime_(std::move(runtime)), storage_(storage) {}

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
  storage_.after_commit();
  lock.lock();
  note_time(took);
  counts_.requests += jobs.size();
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
  for (int left = most_repetitions; !try_to_commit(jobs, left > 0); --left) {
    for (Job* job : jobs) job->error.reset();
  }
}

/// False if it is to be done again.
bool CommitQueue::try_to_commit(const std::vector<Job*>& jobs, bool may_repeat) noexcept {
  Store& store = storage_.store();
  try {
    storage_.before_commit();
    store.begin();
    do_in_transaction(jobs);
  } catch (...) {
    const bool is_conflict = store.is_repeatable();
    store.roll_back();
    if (is_conflict && may_repeat) return false;
    const Error error = error_of(std::current_exception());
    for (Job* job : jobs) {
      if (!job->error) job->error = error;
    }
  }
  return true;
}

void CommitQueue::do_in_transaction(const std::vector<Job*>& jobs) {
  Store& store = storage_.store();
  for (Job* job : jobs) do_part(*job, jobs.size() == 1);
  const bool is_in_vain =
      std::all_of(jobs.begin(), jobs.end(), [](const Job* job) { return job->error.has_value(); });
  if (is_in_vain) return store.roll_back();
  store.commit();
}

/// Throws if nothing of the transaction is left, or all of it has to be done again.
void CommitQueue::do_part(Job& job, bool is_alone) {
  Store& store = storage_.store();
  if (!is_alone) store.begin_part();
  try {
    job.work(store);
    if (!is_alone) store.end_part();
  } catch (...) {
    if (store.is_repeatable()) throw;
    job.error = error_of(std::current_exception());
    if (!is_alone && !store.undo_part()) throw;
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
