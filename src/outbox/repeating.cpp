#include <algorithm>

#include "outbox/runner.hpp"

// What Runner does to keyed messages.

namespace dropcowboy::outbox {

namespace {

const char* why_not_again(Refusal why) noexcept {
  switch (why) {
    case Refusal::forbidden: return "not sent again: the last word about its number is a no";
    case Refusal::no_consent: return "not sent again: nobody has recorded that this person agreed";
    case Refusal::by_hook: return "not sent again: Policy::earliest_keyed said never";
    default: return "not sent again: its time, or its key's, is over";
  }
}

}  // namespace

/// The first mark. The service sees its key after it: so the key's time counts from now, by the
/// clock that counts.
void Runner::mark_keyed(Store& store, Job& job, TimePoint now) {
  const TimePoint until = now + v2::Prepared::lifetime;
  const bool is_marked = store.keyed().mark(job.candidate.id, to_stored(now),
                                            to_json(*job.prepared), to_stored(until));
  if (is_marked) note_marked(job);
}

/// The client would not prepare it: nothing of it has left.
void Runner::refuse_unprepared(Store& store, Job& job, TimePoint now) {
  const Reaction reaction = react(&*job.refused);
  const std::int64_t id = job.candidate.id;
  bool is_written = false;
  if (reaction.stops_run) {
    if (!fault_) fault_ = job.refused;
  } else if (reaction.state == State::ready) {
    const auto pause = std::max(reaction.wait, backoff(1));
    if (store.postpone(id, to_stored_up(now + pause))) ++turn_.postponed;
  } else if (reaction.state == State::refused) {
    is_written = store.refuse(id, reaction.refusal, to_stored(now));
  } else {
    is_written = store.hold(id, reaction.note, to_stored(now));
  }
  if (is_written) {
    change(job.candidate.foreign_id, reaction.state, reaction.refusal, reaction.note);
  }
}

// Whatever keeps it from being sent again leaves it unknown: the attempt before may have arrived.
void Runner::judge_repeat(Store& store, Job& job, TimePoint now) {
  KeyedStore& keyed = store.keyed();
  const std::int64_t id = job.candidate.id;
  if (!job.problem.empty()) {
    keyed.give_up(id, "not sent again: " + job.problem);
    return;
  }
  RepeatFacts facts;
  facts.now = now;
  facts.key_until = from_stored(job.doubt->repeat_until);
  facts.last_attempt = from_stored(job.doubt->attempted_at);
  facts.expires = from_stored(std::optional(job.candidate.expires));
  facts.allowed = store.allowed(job.candidate.phone);
  facts.earliest = job.earliest;
  const Decision decision = decide_repeat(facts, core_.options().policy.require_consent);
  switch (decision.verdict) {
    case Decision::Verdict::send:
      if (!keyed.mark_again(id, to_stored(now))) break;
      note_marked(job);
      ++turn_.repeated;
      break;
    case Decision::Verdict::wait:
      // Rounded up to a millisecond, it may be over.
      if (keyed.postpone(id, to_stored_up(decision.until))) {
        ++turn_.postponed;
      } else {
        keyed.give_up(id, why_not_again(Refusal::expired));
      }
      break;
    case Decision::Verdict::refuse: keyed.give_up(id, why_not_again(decision.why)); break;
  }
}

}  // namespace dropcowboy::outbox
