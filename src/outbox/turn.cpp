#include <algorithm>
#include <utility>

#include "outbox/runner.hpp"

// What one commit of a run writes: answers, and what becomes of each message that is due.
namespace dropcowboy::outbox {

namespace {

constexpr std::chrono::milliseconds after_rate_limit = std::chrono::seconds(1);

}  // namespace

void Runner::write_answers(Store& store, Stored now) {
  std::vector<std::int64_t> ids;
  ids.reserve(answers_.size());
  for (const Answer& answer : answers_) ids.push_back(answer.id);
  store.expect_answers(ids);
  for (const Answer& answer : answers_) {
    if (answer.error && answer.error->http_status == 429) {
      store.pause_all(now + to_stored(std::max(answer.reaction.wait, after_rate_limit)));
    }
    // If a callback came first, that was the last word.
    if (!write_answer(store, answer, now)) continue;
    const Reaction& reaction = answer.reaction;
    change(answer.foreign_id, reaction.state, reaction.refusal, reaction.note);
  }
}

bool Runner::write_answer(Store& store, const Answer& answer, Stored now) {
  const Reaction& reaction = answer.reaction;
  switch (reaction.state) {
    case State::accepted: return store.end_accepted(answer.id, answer.drop_id, now);
    case State::ready: {
      const auto pause = std::max(reaction.wait, backoff(store.returned(answer.id) + 1));
      return store.end_ready(answer.id, reaction.note, now + to_stored(pause));
    }
    case State::refused: return store.end_refused(answer.id, reaction.refusal, reaction.note, now);
    case State::held: return store.end_held(answer.id, reaction.note, now);
    default: break;
  }
  if (!answer.is_keyed) return store.end_unknown(answer.id, reaction.note, now);
  const auto pause = std::max(reaction.wait, backoff(answer.repeats + 1));
  return store.keyed().end_unknown(answer.id, reaction.note, now, now + to_stored(pause));
}

void Runner::write_marks(Store& store, TimePoint now) {
  if (is_elsewhere(store)) return stop_until_adopted();  // the answers are written all the same
  for (Job& job : jobs_) {
    if (job.lane->marked == job.lane->room()) continue;
    if (job.doubt) {
      judge_repeat(store, job, now);
    } else {
      judge(store, job, now);
    }
  }
  if (!marked_.empty()) marks_ = store.count_marks(static_cast<std::int64_t>(marked_.size()));
}

void Runner::judge(Store& store, Job& job, TimePoint now) {
  const std::int64_t id = job.candidate.id;
  const Stored stored_now = to_stored(now);
  if (!job.problem.empty()) {
    if (store.hold(id, job.problem, stored_now)) {
      change(job.candidate.foreign_id, State::held, Refusal::none, job.problem);
    }
    return;
  }
  const Policy& policy = core_.options().policy;
  Facts facts;
  facts.now = now;
  facts.expires = from_stored(std::optional(job.candidate.expires));
  facts.earliest = job.earliest;
  facts.allowed = store.allowed(job.candidate.phone);
  facts.attempts.swap(attempts_);
  store.attempts(job.candidate.phone, stored_now - to_stored(look_back_.within),
                 look_back_.attempts, facts.attempts);
  const Decision decision = decide(facts, policy.require_consent, policy.limits);
  attempts_.swap(facts.attempts);
  switch (decision.verdict) {
    case Decision::Verdict::send: mark(store, job, now); break;
    case Decision::Verdict::wait:
      // A moment is stored in milliseconds, and must not be asked about before it has come.
      if (store.postpone(id, to_stored_up(decision.until))) ++turn_.postponed;
      break;
    case Decision::Verdict::refuse:
      if (store.refuse(id, decision.why, stored_now)) {
        change(job.candidate.foreign_id, State::refused, decision.why, {});
      }
      break;
  }
}

void Runner::mark(Store& store, Job& job, TimePoint now) {
  if (job.refused) return refuse_unprepared(store, job, now);
  if (job.prepared) return mark_keyed(store, job, now);
  // A keyed one may be neither: its moment has come since it was read.
  if (job.request && store.mark(job.candidate.id, to_stored(now))) note_marked(job);
}

void Runner::note_marked(Job& job) {
  marked_.push_back(&job);
  ++job.lane->marked;
}

void Runner::change(std::string foreign_id, State state, Refusal refusal, std::string note) {
  switch (state) {
    case State::accepted: ++turn_.accepted; break;
    case State::ready: ++turn_.returned; break;
    case State::refused: ++turn_.refused; break;
    case State::held: ++turn_.held; break;
    default: ++turn_.unknown; break;
  }
  if (options_.on_change) {
    changes_.push_back({std::move(foreign_id), state, refusal, std::move(note)});
  }
}

}  // namespace dropcowboy::outbox
