// What the runner does: signs of life, marks and answers.

#include <algorithm>
#include <utility>

#include "outbox/decide.hpp"
#include "outbox/postgres/store.hpp"

namespace dropcowboy::outbox::pg {

namespace {

constexpr int code_of(Refusal why) noexcept { return static_cast<int>(why); }

}  // namespace

// ---- The run itself ----

// Who was frozen for so long that its row is gone comes back.
Fellows Store::beat(Stored now, std::optional<Stored> breaker_opened_at) {
  connection_.queue(1,
                    "INSERT INTO dropcowboy.runner AS r "
                    "(id, name, started_at, seen_at, breaker_opened_at) "
                    "OVERRIDING SYSTEM VALUE VALUES ($1, 'came back', $2, $2, $3) "
                    "ON CONFLICT (id) DO UPDATE SET seen_at = greatest(r.seen_at, $2), "
                    "breaker_opened_at = $3",
                    runner(), now, breaker_opened_at);
  const Rows living = connection_.run(
      "SELECT count(*), max(breaker_opened_at) FROM dropcowboy.runner "
      "WHERE seen_at > $1 AND id <> $2",
      now - to_stored(lease_), runner());
  Fellows fellows;
  fellows.runs = static_cast<int>(living.integer(0, 0)) + 1;
  fellows.breaker_opened_at = living.maybe_integer(0, 1);
  return fellows;
}

// In the order of their ids, and without waiting: so that nobody waits for each other.
std::int64_t Store::settle_abandoned(std::string_view note, Stored now) {
  constexpr Stored pause = 1'000;  // the service may still be at work on the attempt
  const std::int64_t abandoned =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 3, runner = NULL, note = $1, settled_at = $2, "
              "repeat_at = CASE WHEN repeat_until > $5 THEN $5 END "
              "WHERE state = 1 AND id IN (SELECT m.id FROM dropcowboy.message m WHERE m.state = 1 "
              "AND NOT EXISTS (SELECT 1 FROM dropcowboy.runner r WHERE r.id = m.runner "
              "AND (r.seen_at > $3 OR r.id = $4)) ORDER BY m.id LIMIT 10000 "
              "FOR UPDATE OF m SKIP LOCKED)",
              note, now, now - to_stored(lease_), runner(), now + pause)
          .changed();
  count(State::sending, Refusal::none, State::unknown, Refusal::none, abandoned);
  return abandoned;
}

// Proof that this mark never led to anything: this run has made it, and has handed nothing to
// anybody. If it was that of a repeat, the attempt before is in doubt as it was.
std::int64_t Store::give_back(const std::vector<std::int64_t>& handed_over, Stored now) {
  const std::string except = array_of(handed_over);
  const std::int64_t in_doubt =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 3, runner = NULL, settled_at = $3, "
              "repeat_at = CASE WHEN repeat_until > $3 THEN $3 END WHERE state = 1 "
              "AND runner = $1 AND repeats > 0 AND id <> ALL ($2::bigint[])",
              runner(), except, now)
          .changed();
  count(State::sending, Refusal::none, State::unknown, Refusal::none, in_doubt);
  const std::int64_t given =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 0, marked_at = NULL, attempted_at = NULL, "
              "repeat_until = NULL, runner = NULL, due = greatest(due, $3) WHERE state = 1 "
              "AND runner = $1 AND repeats = 0 AND id <> ALL ($2::bigint[])",
              runner(), except, now)
          .changed();
  count(State::sending, Refusal::none, State::ready, Refusal::none, given);
  return given;
}

void Store::pause_all(Stored until) {
  connection_.queue(std::nullopt,
                    "UPDATE dropcowboy.outbox SET paused_until = greatest(paused_until, $1)",
                    until);
}

// ---- Marks ----

bool Store::mark(std::int64_t id, Stored now) {
  if (!is_locked_as(id, State::ready)) return false;
  note_attempt(id, now);
  marks_.ids.push_back(id);
  marks_.at = now;
  move_locked(id, State::sending);
  return true;
}

bool Store::refuse(std::int64_t id, Refusal why, Stored now) {
  if (!is_locked_as(id, State::ready)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 7, why = $2, settled_at = $3 "
                    "WHERE id = $1 AND state = 0",
                    id, code_of(why), now);
  move_locked(id, State::refused, why);
  return true;
}

bool Store::postpone(std::int64_t id, Stored due) {
  if (!is_locked_as(id, State::ready)) return false;
  connection_.queue(1, "UPDATE dropcowboy.message SET due = $2 WHERE id = $1 AND state = 0", id,
                    due);
  return true;
}

bool Store::hold(std::int64_t id, std::string_view note, Stored now) {
  const Rows done = connection_.run(
      "UPDATE dropcowboy.message SET state = 8, note = $2, settled_at = $3 "
      "WHERE id = $1 AND state = 0",
      id, note, now);
  if (done.changed() == 0) return false;
  count(State::ready, Refusal::none, State::held, Refusal::none);
  const auto found = locked_.find(id);
  if (found != locked_.end()) found->second.state = State::held;
  return true;
}

// There are no marks to count: a copy of the database is known by its identity.
std::int64_t Store::count_marks(std::int64_t) { return 0; }

// ---- Answers ----

void Store::expect_answers(const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return;
  const Rows rows = connection_.run(
      "SELECT id, state, coalesce(runner = $2, false), returned, repeats FROM dropcowboy.message "
      "WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE",
      array_of(ids), runner());
  for (int row = 0; row < rows.count(); ++row) {
    Locked& one = locked_[rows.integer(row, 0)];
    one.state = static_cast<State>(rows.integer(row, 1));
    one.is_mine = rows.boolean(row, 2);
    one.returned = static_cast<int>(rows.integer(row, 3));
    one.repeats = static_cast<int>(rows.integer(row, 4));
  }
}

int Store::returned(std::int64_t id) {
  const auto found = locked_.find(id);
  return found == locked_.end() ? 0 : found->second.returned;
}

bool Store::end_accepted(std::int64_t id, const std::optional<std::string>& drop_id, Stored now) {
  if (is_locked_as(id, State::sending)) {
    connection_.queue(1,
                      "UPDATE dropcowboy.message SET state = 2, runner = NULL, note = NULL, "
                      "drop_id = coalesce(drop_id, $2), settled_at = $3 "
                      "WHERE id = $1 AND state = 1 AND runner = $4",
                      id, drop_id, now, runner());
  } else if (is_locked_as(id, State::unknown)) {
    connection_.queue(1,
                      "UPDATE dropcowboy.message SET state = 2, note = NULL, repeat_at = NULL, "
                      "drop_id = coalesce(drop_id, $2), settled_at = $3 "
                      "WHERE id = $1 AND state = 3",
                      id, drop_id, now);
  } else {
    return false;
  }
  move_locked(id, State::accepted);
  return true;
}

bool Store::end_unknown(std::int64_t id, std::string_view note, Stored now) {
  if (!is_locked_as(id, State::sending)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 3, runner = NULL, note = $2, "
                    "settled_at = $3 WHERE id = $1 AND state = 1 AND runner = $4",
                    id, note, now, runner());
  move_locked(id, State::unknown);
  return true;
}

// Only what this run has marked, and whose first attempt this was: if this is written a second
// time, because nobody knows whether the first one took effect, another run may be sending it by
// now.
bool Store::end_ready(std::int64_t id, std::string_view note, Stored due) {
  if (!is_first_attempt(id)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 0, marked_at = NULL, "
                    "attempted_at = NULL, repeat_until = NULL, runner = NULL, "
                    "note = $2, due = $3, returned = returned + 1 "
                    "WHERE id = $1 AND state = 1 AND runner = $4",
                    id, note, due, runner());
  move_locked(id, State::ready);
  return true;
}

bool Store::end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now) {
  if (!is_first_attempt(id)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 7, marked_at = NULL, "
                    "attempted_at = NULL, repeat_until = NULL, runner = NULL, "
                    "why = $2, note = $3, settled_at = $4 "
                    "WHERE id = $1 AND state = 1 AND runner = $5",
                    id, code_of(why), note, now, runner());
  move_locked(id, State::refused, why);
  return true;
}

bool Store::end_held(std::int64_t id, std::string_view note, Stored now) {
  if (!is_first_attempt(id)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 8, marked_at = NULL, "
                    "attempted_at = NULL, repeat_until = NULL, runner = NULL, "
                    "note = $2, settled_at = $3 WHERE id = $1 AND state = 1 AND runner = $4",
                    id, note, now, runner());
  move_locked(id, State::held);
  return true;
}

}  // namespace dropcowboy::outbox::pg
