#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "delivery/worker.hpp"
#include "platform/platform.hpp"

// The worker's own thread.
namespace dropcowboy::delivery {

namespace {

// Looking for what expired takes time for each queued call: so it is told up to this much later.
constexpr auto sweep_interval = std::chrono::milliseconds(100);
constexpr auto longest_sleep = std::chrono::minutes(1);
// At a high pace the worker would wake for each message, or for each answer, and start one. Half of
// Pacer::batch, so that a late wake-up loses no slot.
constexpr auto time_between_batches = Pacer::batch / 2;

}  // namespace

Worker::Job::Job(Submission& accepted, const Context& context, TimePoint deadline)
    : call(context, accepted.prepared.operation, accepted.prepared.foreign_id, accepted.submitted,
           deadline, accepted.prepared.key),
      submission(std::move(accepted)) {}

void Worker::run() {
  platform::leave_signals_to_other_threads();
  thread_ = std::this_thread::get_id();
  for (;;) {
    const Commands commands = take_commands();
    carry_out(commands);
    if (commands.stop) return;

    start_ready();
    engine_->perform(finished_);
    for (Engine::Finished& one : finished_) {
      JobPtr job = std::move(in_flight_[one.ticket]);
      free_tickets_.push_back(one.ticket);
      end_attempt(std::move(job), std::move(one.result));
    }
    const bool made_room = !finished_.empty();
    finished_.clear();
    if (made_room) continue;  // there may be more to start: look before waiting

    // libcurl 8.21 swallows a wake-up that comes before perform() has returned (curl issue 22272).
    if (has_commands()) continue;

    sleeping_ = true;  // from here on news wakes the engine: none can slip past next_work()
    const TimePoint now = runtime_.now();
    try {
      engine_->wait(now, next_work(now));
    } catch (const std::bad_alloc&) {
      // Then it looks again at once.
    }
    sleeping_ = false;
  }
}

Worker::Commands Worker::take_commands() {
  Commands commands;
  commands.sweep = token_cancelled_.exchange(false);
  const std::lock_guard lock(mutex_);
  commands.stop = stopping_;
  commands.cancel = std::exchange(cancel_, std::nullopt);
  if (std::min(next_sweep_, retry_expiry_) <= runtime_.now()) commands.sweep = true;
  return commands;
}

bool Worker::has_commands() const {
  if (token_cancelled_) return true;
  const std::lock_guard lock(mutex_);
  return stopping_ || cancel_;
}

void Worker::carry_out(const Commands& commands) {
  if (commands.stop || commands.sweep) abort_in_flight(commands.stop);
  if (commands.stop || commands.cancel || commands.sweep) {
    cancel_waiting(commands);
    cancel_queued(commands);
  }
}

bool Worker::Commands::cancels(const Submission& submission) const noexcept {
  return stop || (cancel && submission.drain_group <= *cancel) || submission.cancelled();
}

void Worker::abort_in_flight(bool all) {
  for (Engine::Ticket ticket = 0; ticket < in_flight_.size(); ++ticket) {
    if (!in_flight_[ticket] || !(all || in_flight_[ticket]->submission.cancel.cancelled()))
      continue;
    JobPtr job = std::move(in_flight_[ticket]);
    free_tickets_.push_back(ticket);
    take_step(*job, [&] { job->call.end_attempt(engine_->abort(ticket), halt_of(*job)); });
    complete(*job);
  }
}

/// Also what has no time left, though it may be due: nothing has been free for it.
void Worker::cancel_waiting(const Commands& commands) {
  const TimePoint now = runtime_.now();
  retry_expiry_ = TimePoint::max();
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    const Job& one = *entry->second;
    const bool is_cancelled = commands.cancels(one.submission);
    if (!is_cancelled && one.call.deadline() > now) {
      note_retry_expiry(one.call.deadline(), now);
      ++entry;
      continue;
    }
    JobPtr job = std::move(entry->second);
    entry = waiting_.erase(entry);
    give_up(*job, is_cancelled ? why_cancelled(*job) : GivenUp::deadline);
  }
}

void Worker::note_retry_expiry(TimePoint deadline, TimePoint now) noexcept {
  retry_expiry_ = std::min(retry_expiry_, std::max(deadline, now + sweep_interval));
}

void Worker::cancel_queued(const Commands& commands) {
  take_queued(commands);
  for (Submission& submission : to_complete_) complete_unsent(submission);
  to_complete_.clear();
}

/// Moves what is over (cancelled or expired) from the queue to to_complete_.
void Worker::take_queued(const Commands& commands) {
  const TimePoint now = runtime_.now();
  const std::lock_guard lock(mutex_);
  next_sweep_ = TimePoint::max();
  for (auto next = queue_.begin(); next != queue_.end();) {
    const auto one = next++;
    if (commands.cancels(*one) || one->expires <= now) {
      to_complete_.splice(to_complete_.end(), queue_, one);
    } else {
      next_sweep_ = std::min(next_sweep_, std::max(one->expires, now + sweep_interval));
    }
  }
  room_.notify_all();
}

/// Starts all that may go now.
void Worker::start_ready() {
  bool started = false;
  while (!free_tickets_.empty()) {
    const TimePoint now = runtime_.now();
    if (!has_ready(now)) {
      if (turn_.slot) pipeline_->context().admission.leave(turn_, now);
      turn_ = Admission::Turn();
      break;
    }
    if (now < next_batch_) break;
    const auto held = advance_turn(now);
    if (held != Admission::HeldBy::nothing) {
      if (started && held == Admission::HeldBy::pace) next_batch_ = now + time_between_batches;
      give_up_late_retries(now, held);
      break;
    }
    Admission::Permit permit = turn_.take();
    JobPtr job = next_job(now);
    if (!job) break;
    if (free_tickets_.size() == 1) tell_of_room();  // the last one, which may block
    begin_attempt(std::move(job), std::move(permit));
    started = true;
  }
  tell_of_room();
}

/// Under the mutex, so that refuse_late() counts a place that is taken, and the call in the queue
/// that it is for, once.
Admission::HeldBy Worker::advance_turn(TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto held = pipeline_->context().admission.advance(turn_, now, TimePoint::max());
  const bool is_for_retry = !waiting_.empty() && waiting_.begin()->first <= now;
  slot_is_for_front_ = turn_.slot && !is_for_retry && !queue_.empty();
  return held;
}

/// Wakes those who wait for room: once for all that has been started, not once for each.
void Worker::tell_of_room() {
  if (!std::exchange(made_room_, false)) return;
  const std::lock_guard lock(mutex_);
  room_.notify_all();
}

/// Completes what waits to be tried again, but is held up beyond its deadline.
void Worker::give_up_late_retries(TimePoint now, Admission::HeldBy held) {
  const TimePoint next = turn_.next == TimePoint::max() ? now : turn_.next;
  for (auto entry = waiting_.begin(); entry != waiting_.end() && entry->first <= now;) {
    if (entry->second->call.deadline() > next) {
      ++entry;
      continue;
    }
    const JobPtr job = std::move(entry->second);
    entry = waiting_.erase(entry);
    give_up(*job, to_given_up(held));
  }
}

bool Worker::has_ready(TimePoint now) const {
  if (!waiting_.empty() && waiting_.begin()->first <= now) return true;
  const std::lock_guard lock(mutex_);
  return !queue_.empty();
}

/// Retries that are due go before new calls.
Worker::JobPtr Worker::next_job(TimePoint now) {
  if (!waiting_.empty() && waiting_.begin()->first <= now) {
    JobPtr job = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    return job;
  }
  std::unique_lock lock(mutex_);
  if (queue_.empty()) return nullptr;
  Submission submission = std::move(queue_.front());
  queue_.pop_front();
  slot_is_for_front_ = false;
  if (queue_.size() + 1 == capacity_) made_room_ = true;
  lock.unlock();
  return job_of(submission);
}

/// Completes the submission and returns null if there is no memory for it.
Worker::JobPtr Worker::job_of(Submission& submission) {
  try {
    const TimePoint limit = pipeline_->deadline_of({}, runtime_.now());
    return std::make_unique<Job>(
        submission, pipeline_->context(),
        submission.expires == TimePoint::max() ? limit : submission.expires);
  } catch (const std::bad_alloc&) {
    const PreparedRequest& prepared = submission.prepared;
    const Outcome before = prepared.key.may_exist ? Outcome::unknown : Outcome::not_sent;
    complete(submission, pipeline_->report_refused(prepared.operation, prepared.foreign_id,
                                                   submission.submitted, out_of_memory(before)));
    return nullptr;
  }
}

void Worker::begin_attempt(JobPtr job, Admission::Permit permit) {
  std::optional<CallState::AttemptSettings> limits;
  take_step(*job, [&] { limits = job->call.begin_attempt(std::move(permit), halt_of(*job)); });
  if (!limits) return complete(*job);
  // From here on nothing throws: the job has one place.
  const HttpRequest request = pipeline_->http_request(job->submission.prepared, *limits);
  const Engine::Ticket ticket = free_tickets_.back();
  free_tickets_.pop_back();
  const CancelToken& cancel = job->submission.cancel;
  in_flight_[ticket] = std::move(job);
  engine_->start(ticket, request, cancel);
}

void Worker::end_attempt(JobPtr job, HttpResult result) {
  std::optional<std::chrono::milliseconds> wait;
  take_step(*job, [&] { wait = job->call.end_attempt(std::move(result), halt_of(*job)); });
  if (wait) {
    try {
      const TimePoint now = runtime_.now();
      const TimePoint deadline = job->call.deadline();
      waiting_.emplace(now + *wait, std::move(job));
      note_retry_expiry(deadline, now);
      return;
    } catch (const std::bad_alloc&) {
      // No memory to wait with, but the job is still here: it ends with what is known.
    }
  }
  complete(*job);
}

void Worker::complete_unsent(Submission& submission) {
  const JobPtr job = job_of(submission);
  if (!job) return;
  const bool expired = job->submission.expires <= runtime_.now();
  give_up(*job, expired ? GivenUp::deadline : why_cancelled(*job));
}

Halt Worker::halt_of(const Job& job) const noexcept {
  if (job.submission.cancel.cancelled()) return Halt::cancelled;
  return stopping_ ? Halt::shutdown : Halt::none;
}

/// Of one that ends by its token, by cancel_pending(), or with the client.
GivenUp Worker::why_cancelled(const Job& job) const noexcept {
  return halt_of(job) == Halt::shutdown ? GivenUp::shutdown : GivenUp::cancelled;
}

void Worker::give_up(Job& job, GivenUp why) noexcept {
  take_step(job, [&] { job.call.give_up(why); });
  complete(job);
}

/// A step of a call; if there is no memory for it the call is given up.
template <class Step>
void Worker::take_step(Job& job, Step step) noexcept {
  try {
    step();
  } catch (const std::bad_alloc&) {
    job.call.give_up_without_memory();
  }
}

void Worker::complete(Job& job) noexcept { complete(job.submission, std::move(job.call).result()); }

void Worker::complete(Submission& submission, Result<Response> result) noexcept {
  try {
    submission.complete(std::move(result));
  } catch (...) {
    pipeline_->report_throwing_completion(submission.prepared.operation,
                                          submission.prepared.foreign_id);
  }
  const std::lock_guard lock(mutex_);
  if (unfinished_.leave(submission.drain_group)) completed_.notify_all();
}

/// Until when there is nothing to do unless the engine, or another thread, has news.
Worker::TimePoint Worker::next_work(TimePoint now) {
  TimePoint wake = now + longest_sleep;
  bool has_work = false;
  {
    const std::lock_guard lock(mutex_);
    wake = std::min({wake, next_sweep_, retry_expiry_});
    has_work = !queue_.empty();
  }
  const auto not_due = waiting_.upper_bound(now);
  if (not_due != waiting_.begin()) has_work = true;
  if (not_due != waiting_.end()) wake = std::min(wake, not_due->first);
  if (has_work && !free_tickets_.empty()) {
    advance_turn(now);
    wake = std::min(wake, std::max(turn_.next, next_batch_));
  }
  return std::max(wake, now);
}

}  // namespace dropcowboy::delivery
