#include "outbox/commit_queue.hpp"

#include <algorithm>
#include <exception>
#include <new>

#include "core/make_error.hpp"
#include "outbox/core.hpp"

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
  } catch (const std::bad_alloc&) {
    return out_of_memory(Outcome::not_sent);
  } catch (...) {
    try {
      return not_sent(ErrorKind::configuration, threw);
    } catch (...) {
      return out_of_memory(Outcome::not_sent);
    }
  }
}

}  // namespace

CommitQueue::CommitQueue(Storage& storage, std::shared_ptr<Runtime> runtime)
    : runtime_(std::move(runtime)), storage_(storage) {}

Result<void> CommitQueue::run(const Work& work) {
  Waiter waiter{work};
  std::unique_lock lock(mutex_);
  // cppcheck-suppress danglingLifetime ; it leaves with the commit, before this returns
  waiting_.push_back(&waiter);
  if (has_leader_) {
    waiter.changed.wait(lock, [&waiter] { return waiter.done || waiter.is_leader; });
  }
  if (!waiter.done) lead(lock);
  if (waiter.error) return std::move(*waiter.error);
  return {};
}

/// Commits for all who wait, the caller among them, and hands the lead to the first who came since.
/// Each thread is woken once.
void CommitQueue::lead(std::unique_lock<std::mutex>& lock) {
  has_leader_ = true;
  std::vector<Waiter*> waiters;
  waiters.swap(waiting_);
  lock.unlock();
  const auto began = runtime_->now();
  commit_all(waiters);
  const auto took = runtime_->now() - began;
  storage_.after_commit();
  lock.lock();
  note_time(took);
  counts_.requests += waiters.size();
  for (Waiter* one : waiters) {
    one->done = true;
    one->changed.notify_one();
  }
  has_leader_ = !waiting_.empty();
  if (!has_leader_) return;
  waiting_.front()->is_leader = true;
  waiting_.front()->changed.notify_one();
}

void CommitQueue::commit_all(const std::vector<Waiter*>& waiters) noexcept {
  for (int left = most_repetitions; !try_to_commit(waiters, left > 0); --left) {
    for (Waiter* waiter : waiters) waiter->error.reset();
  }
}

/// False if it is to be done again.
bool CommitQueue::try_to_commit(const std::vector<Waiter*>& waiters, bool may_repeat) noexcept {
  Store& store = storage_.store();
  try {
    storage_.before_commit();
    commit_together(waiters);
  } catch (...) {
    const bool is_conflict = store.is_repeatable();
    store.roll_back();
    if (is_conflict && may_repeat) return false;
    for (Waiter* waiter : waiters) {
      if (!waiter->error) waiter->error = error_of(std::current_exception());
    }
  }
  return true;
}

/// Nearly always all of it goes well. Only if something fails is the rest done again, in parts that
/// can be undone one by one: a savepoint for each costs as much as its work.
void CommitQueue::commit_together(const std::vector<Waiter*>& waiters) {
  Store& store = storage_.store();
  Waiter* at_work = nullptr;
  store.begin();
  try {
    for (Waiter* waiter : waiters) {
      at_work = waiter;
      waiter->work(store);
    }
    at_work = nullptr;
    store.flush();
  } catch (...) {
    if (waiters.size() == 1 || store.is_repeatable()) throw;
    // It may have waited for a lock: once is enough.
    if (at_work != nullptr) at_work->error = error_of(std::current_exception());
    store.roll_back();
    return commit_in_parts(waiters);
  }
  store.commit();
}

void CommitQueue::commit_in_parts(const std::vector<Waiter*>& waiters) {
  Store& store = storage_.store();
  store.begin();
  for (Waiter* waiter : waiters) do_part(*waiter);
  const bool is_in_vain = std::all_of(waiters.begin(), waiters.end(), [](const Waiter* waiter) {
    return waiter->error.has_value();
  });
  if (is_in_vain) return store.roll_back();
  store.commit();
}

/// Unless it has failed already. Throws if nothing of the transaction is left, or all of it has to
/// be done again.
void CommitQueue::do_part(Waiter& waiter) {
  if (waiter.error) return;
  Store& store = storage_.store();
  store.begin_part();
  try {
    waiter.work(store);
    store.end_part();
  } catch (...) {
    if (store.is_repeatable()) throw;
    waiter.error = error_of(std::current_exception());
    if (!store.undo_part()) throw;
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
