#include "outbox/runner.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr auto after_storage_failure = std::chrono::seconds(1);
constexpr auto for_cancelled = std::chrono::seconds(10);
constexpr int most_failures = 3;
constexpr int most_rejected_in_a_row = 10;  // then it is hardly the messages' fault

}  // namespace

Runner::Runner(Core& core, RunRight& right, Lanes lanes, const RunOptions& options)
    : core_(core),
      right_(right),
      lanes_(std::move(lanes)),
      options_(options),
      runtime_(core.runtime()),
      look_back_(look_back(core.options().policy.limits)),
      inbox_(std::make_shared<Inbox>(static_cast<std::size_t>(options.max_unanswered), core.bell)),
      membership_(right, options, runtime_) {
  answers_.reserve(static_cast<std::size_t>(options.max_unanswered));
}

RunReport Runner::work() {
  if (core_.storage().needs_adoption()) throw Exception(adoption_error(core_.storage().name()));
  core_.write([this](Store& store) {
    report_.abandoned =
        static_cast<std::uint64_t>(store.settle_abandoned(left_behind, to_stored(store.now())));
  });
  for (;;) {
    if (membership_.is_due()) beat();
    inbox_->take(answers_);
    for (const Answer& answer : answers_) note_fault(answer);
    measure();
    read([&] { look(); });
    if (!answers_.empty() || !jobs_.empty() || is_any_due_) {
      if (take_turn() && !found_nothing_) continue;
      if (failures_ >= most_failures) {  // it cannot even write what it knows
        cancel_.cancel();
        break;
      }
    } else {
      failures_ = 0;  // nothing has to be written
      if (is_done() || gives_up_waiting()) break;
    }
    sleep();
  }
  if (core_.storage().is_shared()) beat();  // a commit whose answer was lost may be visible now
  report_.error = std::move(fault_);
  return std::move(report_);
}

std::vector<std::int64_t> Runner::ids_at_client() const {
  return {handed_over_.begin(), handed_over_.end()};
}

/// Whether another database has taken the place of the one that was adopted: it may lack what
/// happened last, so nothing is marked, nor taken for unsent.
bool Runner::is_elsewhere(Store& store) const {
  return store.identity() != core_.storage().identity();
}

void Runner::stop_until_adopted() {
  if (!fault_) fault_ = adoption_error(core_.storage().name());
}

/// A sign of life among other runs, and what dead ones have left behind. If it fails it is tried
/// again; nothing depends on it.
void Runner::beat() {
  Fellows fellows;
  std::int64_t given_back = 0;
  std::int64_t abandoned = 0;
  bool is_adopted = true;
  const auto result = core_.try_write([&](Store& store) {
    const Stored now = to_stored(store.now());
    fellows = store.beat(now, membership_.breaker_opened_at());
    is_adopted = !is_elsewhere(store);
    given_back = is_adopted ? store.give_back(ids_at_client(), now) : 0;
    abandoned = store.settle_abandoned(left_behind, now);
  });
  if (!result) return membership_.note_failure();
  if (!is_adopted) stop_until_adopted();
  membership_.note_beat(fellows);
  report_.abandoned += static_cast<std::uint64_t>(abandoned);
  report_.returned += static_cast<std::uint64_t>(given_back);
  if (membership_.rate() <= 0) return;
  for (const auto& lane : lanes_) {
    lane->set_rate(membership_.rate() / static_cast<double>(lanes_.size()));
  }
}

bool Runner::is_done() {
  if (!handed_over_.empty()) return false;
  if (is_stopping()) return true;
  if (membership_.is_commit_in_doubt()) return false;
  if (!options_.until_idle && !options_.until_empty) return false;
  std::optional<Stored> next;
  if (!read([&] { next = next_due(); })) return false;
  if (!next) return true;
  return options_.until_idle && *next > to_stored(core_.now());
}

/// A stopped run waits for what the client has; then it cancels that, and waits a little more.
bool Runner::gives_up_waiting() {
  if (!is_stopping()) return false;
  const auto now = runtime_.now();
  if (!drain_until_) {
    drain_until_ = now + std::clamp(options_.drain_for, std::chrono::milliseconds(0), longest_wait);
  }
  if (now < *drain_until_ && (cancel_.cancelled() || !is_stuck())) return false;
  if (cancel_.cancelled()) return true;
  cancel_.cancel();
  drain_until_ = now + for_cancelled;
  return false;
}

/// No client starts anything, and nothing is under way: waiting would change nothing.
bool Runner::is_stuck() const {
  return std::all_of(lanes_.begin(), lanes_.end(),
                     [](const auto& lane) { return lane->is_stuck(); });
}

/// How many messages may be marked now.
void Runner::measure() {
  const Stored now = to_stored(core_.now());
  bool is_open = false;
  for (const auto& lane : lanes_) {
    const int written =
        static_cast<int>(std::count_if(answers_.begin(), answers_.end(), [&](const Answer& answer) {
          return answer.lane == lane.get();
        }));
    const int most = membership_.most_unanswered() / static_cast<int>(lanes_.size());
    lane->take_back_if_needed(now);
    lane->measure(written, std::max(1, most));
    is_open = is_open || lane->breaker_open();
    if (is_stopping() || !membership_.may_send()) lane->allow_none();
  }
  core_.breaker_open = is_open;
  membership_.note_breaker(is_open, now);
}

/// False if it could not be read. That stops the run, unless waiting helps; what is known is
/// written all the same.
template <class Read>
bool Runner::read(Read work) {
  try {
    work();
    return true;
  } catch (const Exception& exception) {
    if (!exception.error().transient && !fault_) fault_ = exception.error();
  } catch (const std::bad_alloc&) {
    if (options_.stop.cancelled() && !fault_) fault_ = out_of_memory(Outcome::not_sent);
  }
  jobs_.clear();
  asked_.clear();
  is_any_due_ = false;
  return false;
}

/// One commit; false if it failed, and then nothing has happened.
bool Runner::take_turn() {
  const auto result = core_.try_write([&](Store& store) {
    const TimePoint now = store.now();
    turn_ = {};
    marked_.clear();
    changes_.clear();
    for (const auto& lane : lanes_) lane->marked = 0;
    write_answers(store, to_stored(now));
    if (is_any_due_) {
      jobs_.clear();
      claim(store, now);
    }
    if (!jobs_.empty()) write_marks(store, now);
    found_nothing_ = answers_.empty() && jobs_.empty();
  });
  if (!result) {
    after_failure(result.error());
    return false;
  }
  failures_ = 0;
  after_commit();
  hand_over();
  tell_changes();  // last: a slow listener keeps nothing that is marked from leaving
  return true;
}

/// Whether what went wrong would go wrong with every message.
void Runner::note_fault(const Answer& answer) {
  if (fault_ || !answer.error) return;
  if (answer.reaction.stops_run) fault_ = answer.error;
}

void Runner::after_commit() {
  if (!marked_.empty()) right_.note_marks(marks_);
  for (const Answer& answer : answers_) {
    const bool is_rejected = answer.reaction.state == State::held && answer.error &&
                             answer.error->outcome == Outcome::rejected;
    if (is_rejected) ++rejected_in_a_row_;
    if (answer.reaction.state == State::accepted) {
      rejected_in_a_row_ = 0;
      membership_.note_accepted();
    }
    if (rejected_in_a_row_ >= most_rejected_in_a_row && !fault_) fault_ = answer.error;
  }
  for (const Answer& answer : answers_) {
    handed_over_.erase(answer.id);
    answer.lane->answered(answer.id);
  }
  answers_.clear();
  const bool is_mostly_in_vain = marked_.size() * 2 < jobs_.size();
  scan_ = is_mostly_in_vain ? std::min(largest_scan, static_cast<int>(jobs_.size()) * 2) : 0;

  report_.handed_over += marked_.size();
  report_.accepted += turn_.accepted;
  report_.unknown += turn_.unknown;
  report_.returned += turn_.returned;
  report_.refused += turn_.refused;
  report_.held += turn_.held;
  report_.postponed += turn_.postponed;
  report_.repeated += turn_.repeated;
  core_.marks += marked_.size();
}

void Runner::tell_changes() {
  for (const Change& one : changes_) {
    try {
      options_.on_change(one);
    } catch (...) {
      continue;  // as promised
    }
  }
}

void Runner::hand_over() {
  CallOptions options;
  options.cancel = cancel_;
  for (Job* job : marked_) {
    handed_over_.insert(job->candidate.id);
    job->lane->handed_over(job->candidate);
    Answer answer;
    answer.id = job->candidate.id;
    answer.foreign_id = std::move(job->candidate.foreign_id);
    answer.lane = job->lane;
    answer.is_keyed = job->prepared.has_value();
    answer.repeats = job->doubt ? job->doubt->repeats + 1 : 0;
    Completion completion(inbox_, std::move(answer));
    try {
      job->lane->send(*job, std::move(completion), options);
    } catch (...) {
      continue;  // its completion has said so
    }
  }
  marked_.clear();
}

/// Nothing was written: the answers are kept for the next turn, and nothing is marked.
void Runner::after_failure(Error error) {
  if (!marked_.empty()) membership_.beat_soon();
  marked_.clear();
  ++failures_;
  const bool may_pass = error.transient && !options_.stop.cancelled();
  if (may_pass) {
    failures_ = 1;
  } else if (failures_ >= most_failures && !fault_) {
    fault_ = std::move(error);
  }
}

void Runner::sleep() {
  const auto now = runtime_.now();
  Clock::duration span = options_.poll_every;
  if (failures_ > 0) {
    span = after_storage_failure;
  } else if (drain_until_) {
    span = std::min<Clock::duration>(span, *drain_until_ - now);
  } else {
    Stored next = never;
    read([&] { next = next_due().value_or(never); });
    for (const auto& lane : lanes_) next = std::min(next, lane->next_expiry());
    const Stored now_stored = to_stored(core_.now());
    if (next != never && next > now_stored) {
      span = std::min<Clock::duration>(span, std::chrono::milliseconds(next - now_stored));
    }
  }
  span = std::min<Clock::duration>(
      span, std::max<Clock::duration>(membership_.next_beat() - now, Clock::duration::zero()));
  const CancelToken stop = is_stopping() ? CancelToken::never() : options_.stop;
  core_.bell->sleep(runtime_, now + span, stop);
}

}  // namespace dropcowboy::outbox
