#include "delivery/worker.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/make_error.hpp"

// What other threads ask of the worker; what its own does is in worker_loop.cpp.
namespace dropcowboy::delivery {

static_assert(std::is_nothrow_move_constructible_v<Submission>, "a submission could be lost");

Worker::Worker(std::shared_ptr<const Pipeline> pipeline, std::unique_ptr<Engine> engine,
               int max_in_flight)
    : pipeline_(std::move(pipeline)),
      runtime_(*pipeline_->runtime()),
      engine_(std::move(engine)),
      max_in_flight_(static_cast<std::size_t>(max_in_flight)),
      capacity_(pipeline_->options().limits.queue_capacity),
      room_(runtime_),
      completed_(runtime_),
      in_flight_(max_in_flight_) {
  for (Engine::Ticket ticket = max_in_flight_; ticket > 0; --ticket) {
    free_tickets_.push_back(ticket - 1);
  }
  finished_.reserve(max_in_flight_);
  pipeline_->context().admission.on_change([this] { wake_if_sleeping(); });
}

Worker::~Worker() { pipeline_->context().admission.on_change(nullptr); }

std::optional<Error> Worker::submit(Submission& submission) {
  submission.on_cancel = submission.cancel.on_cancel([this] {
    // Of many that share a token the first is enough.
    if (!token_cancelled_.exchange(true)) engine_->wake();
  });
  bool is_news = false;
  {
    std::unique_lock lock(mutex_);
    if (auto refused = refuse_late(submission)) return refused;
    if (auto refused = wait_for_room(lock, submission)) return refused;
    const TimePoint expires = submission.expires;
    queue_.push_back(std::move(submission));
    queue_.back().drain_group = unfinished_.join();
    // The worker knows already of what was queued before, and when it may be sent.
    is_news = queue_.size() == 1 || expires < next_sweep_;
    next_sweep_ = std::min(next_sweep_, expires);
    if (queue_.back().cancelled()) {  // the worker may have looked before it was in the queue
      token_cancelled_ = true;
      is_news = true;
    }
  }
  if (is_news) wake_if_sleeping();
  return std::nullopt;
}

/// Holds the caller up as the options say; returns why the call cannot be accepted.
std::optional<Error> Worker::wait_for_room(std::unique_lock<std::mutex>& lock,
                                           const Submission& one) {
  const auto has_room = [this] { return stopping_ || queue_.size() < capacity_; };
  const bool may_wait = pipeline_->options().limits.when_full == WhenFull::wait;
  const bool goes_on =
      may_wait && is_own_thread()
          ? true  // it would wait for itself
          : room_.wait(lock, may_wait ? one.expires : TimePoint::min(), one.cancel, has_room);
  if (stopping_) {
    return not_sent_for_now(ErrorKind::shutdown, "the client ended before anything was sent");
  }
  if (goes_on) return std::nullopt;
  if (one.cancelled()) {
    return not_sent_for_now(ErrorKind::cancelled,
                            "the call was cancelled while it waited for room in the queue");
  }
  return not_sent_for_now(ErrorKind::overloaded,
                          may_wait ? "the queue stayed full until the deadline: allow more time, "
                                     "or raise limits.requests_per_second"
                                   : "the queue is full: send more slowly, or raise "
                                     "limits.queue_capacity");
}

/// A call that could not be sent in time, however well all goes, is better refused now.
std::optional<Error> Worker::refuse_late(const Submission& submission) const {
  if (submission.expires == TimePoint::max()) return std::nullopt;
  const TimePoint now = runtime_.now();
  if (submission.expires <= now) return std::nullopt;  // not the pace's fault: it ends as expired
  const std::size_t ahead = queue_.size() - (slot_is_for_front_ && !queue_.empty() ? 1 : 0);
  const auto held = pipeline_->context().admission.foresee(ahead, now, submission.expires);
  if (held == Admission::HeldBy::nothing) return std::nullopt;
  return not_sent_in_time(to_given_up(held));
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    room_.notify_all();
  }
  engine_->shut_down();
}

void Worker::cancel_pending() {
  {
    const std::lock_guard lock(mutex_);
    const DrainGroups::Id all_so_far = unfinished_.close();
    if (unfinished_.is_done(all_so_far)) return;  // what comes next may be in that group
    cancel_ = all_so_far;
  }
  engine_->wake();
}

bool Worker::drain(std::chrono::milliseconds timeout) {
  if (is_own_thread()) return false;
  const TimePoint until = later(runtime_.now(), timeout);
  std::unique_lock lock(mutex_);
  const DrainGroups::Id all_so_far = unfinished_.close();
  const auto is_done = [&] { return unfinished_.is_done(all_so_far); };
  for (;;) {
    try {
      return completed_.wait(lock, until, CancelToken::never(), is_done);
    } catch (const std::bad_alloc&) {  // no memory to wait with
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
    }
  }
}

std::size_t Worker::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Worker::wake_if_sleeping() {
  if (sleeping_.exchange(false)) engine_->wake();
}

}  // namespace dropcowboy::delivery
