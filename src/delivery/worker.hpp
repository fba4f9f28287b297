#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "delivery/drain_groups.hpp"
#include "delivery/engine.hpp"
#include "delivery/pipeline.hpp"
#include "dropcowboy/move_only_function.hpp"

namespace dropcowboy::delivery {

/// A call that has been handed over and was not attempted yet.
struct Submission {
  PreparedRequest prepared;
  CallState::TimePoint submitted{};
  /// Without a time limit of its own it has the client's, which counts from its first attempt.
  CallState::TimePoint expires = CallState::TimePoint::max();
  CancelToken cancel = CancelToken::never();
  /// Called exactly once, on the worker's thread, without a lock held, if submit() accepted.
  MoveOnlyFunction<Result<Response>> complete = nullptr;
  CancelToken::Registration on_cancel{};
  DrainGroups::Id drain_group = 0;  // the worker's: who waits for it

  bool cancelled() const noexcept { return cancel.cancelled(); }
};

/// Drives the calls of send_async on one thread: the queue, the pace, attempts in flight and
/// retries that wait. Whatever it accepted completes exactly once, also when the client goes away,
/// or when there is no memory left.
class Worker {
 public:
  using TimePoint = CallState::TimePoint;

  /// `max_in_flight` is what the engine can carry.
  Worker(std::shared_ptr<const Pipeline> pipeline, std::unique_ptr<Engine> engine,
         int max_in_flight);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  /// The body of the thread: runs until stop() has been called and everything is completed.
  void run();

  // The rest is for other threads, and for completions.

  /// Takes `submission` over, or returns why not and leaves it as it is. If the queue is full and
  /// the options say so, waits for room, but never on the worker's own thread: there the queue
  /// grows beyond its capacity. Throws std::bad_alloc, and has not accepted it then.
  std::optional<Error> submit(Submission& submission);
  /// Accepts nothing more and completes everything now, as shutdown.
  void stop();
  /// Completes what was accepted before and is queued or waits to be tried again; what is in flight
  /// goes on.
  void cancel_pending();
  /// Blocks until nothing is left of what was accepted before, completions included; false if
  /// `timeout` passed first, and at once on the worker's own thread, which cannot wait for itself.
  bool drain(std::chrono::milliseconds timeout);
  bool is_own_thread() const noexcept { return std::this_thread::get_id() == thread_.load(); }

  std::size_t queued() const;

 private:
  /// A call of which at least one attempt was begun.
  struct Job {
    /// Takes `accepted` over, or leaves it as it is and throws std::bad_alloc.
    Job(Submission& accepted, const Context& context, TimePoint deadline);

    CallState call;
    Submission submission;  // last, so that what throws before it has not taken anything
  };
  using JobPtr = std::unique_ptr<Job>;

  /// What the other threads asked for since the last look.
  struct Commands {
    bool stop = false;
    /// What is queued or waits, of this group and those before it.
    std::optional<DrainGroups::Id> cancel{};
    bool sweep = false;  ///< a token was cancelled, or something that waits has expired

    bool cancels(const Submission& submission) const noexcept;
  };

  std::optional<Error> wait_for_room(std::unique_lock<std::mutex>& lock, const Submission& one);
  std::optional<Error> refuse_late(const Submission& submission) const;
  Halt halt_of(const Job& job) const noexcept;
  GivenUp why_cancelled(const Job& job) const noexcept;

  Commands take_commands();
  bool has_commands() const;
  void carry_out(const Commands& commands);
  template <class Step>
  static void take_step(Job& job, Step step) noexcept;
  void abort_in_flight(bool all);
  void cancel_waiting(const Commands& commands);
  void cancel_queued(const Commands& commands);
  void take_queued(const Commands& commands);
  void note_retry_expiry(TimePoint deadline, TimePoint now) noexcept;
  void give_up(Job& job, GivenUp why) noexcept;
  void give_up_late_retries(TimePoint now, Admission::HeldBy held);
  void start_ready();
  Admission::HeldBy advance_turn(TimePoint now);
  void tell_of_room();
  bool has_ready(TimePoint now) const;
  JobPtr next_job(TimePoint now);
  JobPtr job_of(Submission& submission);
  void begin_attempt(JobPtr job, Admission::Permit permit);
  void end_attempt(JobPtr job, HttpResult result);
  void complete_unsent(Submission& submission);
  void complete(Job& job) noexcept;
  void complete(Submission& submission, Result<Response> result) noexcept;
  TimePoint next_work(TimePoint now);
  void wake_if_sleeping();

  std::shared_ptr<const Pipeline> pipeline_;
  Runtime& runtime_;
  std::unique_ptr<Engine> engine_;
  const std::size_t max_in_flight_;
  const std::size_t capacity_;

  // Shared, under mutex_.
  mutable std::mutex mutex_;
  ClockCondition room_;
  ClockCondition completed_;
  std::list<Submission> queue_;
  bool slot_is_for_front_ = false;           // of queue_, among the waiting senders
  TimePoint next_sweep_ = TimePoint::max();  // when something queued may have expired
  DrainGroups unfinished_;
  std::optional<DrainGroups::Id> cancel_{};  // everything pending of this group and those before

  std::atomic<bool> stopping_{false};  // set under mutex_, too
  std::atomic<bool> token_cancelled_{false};
  std::atomic<bool> sleeping_{false};
  std::atomic<std::thread::id> thread_{};

  // The worker thread's own.
  Admission::Turn turn_;           // to start the next attempt
  TimePoint next_batch_{};         // nothing is started before: the next batch of a paced client
  std::vector<JobPtr> in_flight_;  // by ticket
  std::vector<Engine::Ticket> free_tickets_;
  std::multimap<TimePoint, JobPtr> waiting_;   // to be tried again
  TimePoint retry_expiry_ = TimePoint::max();  // when one of them may have expired
  // Kept, so that nothing is allocated while calls are brought to their end.
  std::list<Submission> to_complete_;
  std::vector<Engine::Finished> finished_;
  bool made_room_ = false;
};

}  // namespace dropcowboy::delivery
