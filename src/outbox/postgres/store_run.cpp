// What the runner does: claims, marks and answers.

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
int Store::beat(Stored now) {
  connection_.queue(1,
                    "INSERT INTO dropcowboy.runner AS r (id, name, started_at, seen_at) "
                    "OVERRIDING SYSTEM VALUE VALUES ($1, 'came back', $2, $2) "
                    "ON CONFLICT (id) DO UPDATE SET seen_at = greatest(r.seen_at, $2)",
                    runner(), now);
  const Rows living =
      connection_.run("SELECT count(*) FROM dropcowboy.runner WHERE seen_at > $1 AND id <> $2",
                      now - to_stored(lease_), runner());
  return static_cast<int>(living.integer(0, 0)) + 1;
}

// In the order of their ids, and without waiting: so that nobody waits for each other.
std::int64_t Store::rescue(std::string_view note, Stored now) {
  const std::int64_t rescued =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 3, runner = NULL, note = $1, settled_at = $2 "
              "WHERE state = 1 AND id IN (SELECT m.id FROM dropcowboy.message m WHERE m.state = 1 "
              "AND NOT EXISTS (SELECT 1 FROM dropcowboy.runner r WHERE r.id = m.runner "
              "AND (r.seen_at > $3 OR r.id = $4)) ORDER BY m.id LIMIT 10000 "
              "FOR UPDATE OF m SKIP LOCKED)",
              note, now, now - to_stored(lease_), runner())
          .changed();
  count(State::sending, Refusal::none, State::unknown, Refusal::none, rescued);
  return rescued;
}

// Proof that they never left: this run has marked them, and has handed them to nobody.
std::int64_t Store::give_back(const std::vector<std::int64_t>& handed_over, Stored now) {
  const std::int64_t given =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 0, marked_at = NULL, runner = NULL, "
              "due = greatest(due, $3) WHERE state = 1 AND runner = $1 "
              "AND id <> ALL ($2::bigint[])",
              runner(), array_of(handed_over), now)
          .changed();
  count(State::sending, Refusal::none, State::ready, Refusal::none, given);
  return given;
}

void Store::pause_all(Stored until) {
  connection_.queue(std::nullopt,
                    "UPDATE dropcowboy.outbox SET paused_until = greatest(paused_until, $1)",
                    until);
}

// ---- Claims ----

std::vector<Candidate> Store::claim(Stored now, int limit, const LookBack& back) {
  if (now < paused_until_) return {};
  // Not while somebody forbids more numbers than can be locked one by one.
  const Rows open = connection_.run("SELECT pg_try_advisory_xact_lock_shared(1145261890, 2)");
  if (!open.boolean(0, 0)) return {};
  std::vector<Candidate> candidates = take_candidates(now, limit);
  if (candidates.empty()) return candidates;
  lock_numbers(candidates);
  if (!numbers_.empty()) read_numbers(back, now);
  return candidates;
}

/// Locks what is due and locked by nobody else.
std::vector<Candidate> Store::take_candidates(Stored now, int limit) {
  const Rows due = connection_.run(
      "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request FROM dropcowboy.message m "
      "LEFT JOIN dropcowboy.payload p ON p.message = m.id WHERE m.state = 0 AND m.due <= $1 "
      "ORDER BY m.due, m.id LIMIT $2 FOR UPDATE OF m SKIP LOCKED",
      now, limit);
  std::vector<Candidate> candidates;
  candidates.reserve(static_cast<std::size_t>(due.count()));
  for (int row = 0; row < due.count(); ++row) {
    Candidate& one = candidates.emplace_back();
    one.id = due.integer(row, 0);
    one.foreign_id = due.text(row, 1);
    one.phone = due.text(row, 2);
    one.expires = due.integer(row, 3);
    if (!due.is_null(row, 4)) one.request = due.text(row, 4);
  }
  return candidates;
}

/// Leaves out those whose number another run decides about at this moment: their turn comes.
void Store::lock_numbers(std::vector<Candidate>& candidates) {
  std::vector<std::string_view> wanted;
  for (const Candidate& one : candidates) wanted.push_back(one.phone);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const Rows got = connection_.run(
      "SELECT phone FROM unnest($1::text[]) AS wanted (phone) "
      "WHERE pg_try_advisory_xact_lock(1145261891, hashtext(phone))",
      array_of(wanted));
  for (int row = 0; row < got.count(); ++row) {
    number_of_.emplace(got.text(row, 0), phones_.size());
    phones_.emplace_back(got.text(row, 0));
  }
  numbers_.resize(phones_.size());
  const auto is_left = [this](const Candidate& one) { return number_of_.count(one.phone) == 0; };
  candidates.erase(std::remove_if(candidates.begin(), candidates.end(), is_left), candidates.end());
  for (const Candidate& one : candidates) {
    locked_[one.id] = {State::ready, false, 0, number_of_.find(one.phone)->second};
  }
}

/// After the numbers are locked, by a statement of its own: so it sees whatever was committed by
/// who had them locked before.
void Store::read_numbers(const LookBack& back, Stored now) {
  const std::vector<std::string_view> phones(phones_.begin(), phones_.end());
  const Rows rows = connection_.run(
      "SELECT n.phone, (SELECT p.allowed FROM dropcowboy.permission p WHERE p.phone = n.phone "
      "ORDER BY p.at DESC, p.allowed LIMIT 1), a.marked_at FROM unnest($1::text[]) AS n (phone) "
      "LEFT JOIN LATERAL (SELECT m.marked_at FROM dropcowboy.message m WHERE m.phone = n.phone "
      "AND m.marked_at > $2 ORDER BY m.marked_at DESC LIMIT $3) AS a ON true "
      "ORDER BY n.phone, a.marked_at DESC",
      array_of(phones), now - to_stored(back.within), back.attempts);
  for (int row = 0; row < rows.count(); ++row) {
    Number& number = numbers_[number_of_.find(rows.text(row, 0))->second];
    if (!rows.is_null(row, 1)) number.allowed = rows.boolean(row, 1);
    if (!rows.is_null(row, 2)) number.attempts.push_back(from_stored(rows.integer(row, 2)));
  }
}

std::optional<bool> Store::allowed(std::string_view phone) {
  return numbers_.at(number_of_.at(std::string(phone))).allowed;
}

void Store::attempts(std::string_view phone, Stored, int limit, std::vector<TimePoint>& into) {
  const std::vector<TimePoint>& known = numbers_.at(number_of_.at(std::string(phone))).attempts;
  const auto count = std::min(known.size(), static_cast<std::size_t>(limit));
  into.assign(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(count));
}

bool Store::is_locked_as(std::int64_t id, State state) const {
  const auto found = locked_.find(id);
  if (found == locked_.end() || found->second.state != state) return false;
  return state != State::sending || found->second.is_mine;
}

void Store::move_locked(std::int64_t id, State to, Refusal why) {
  Locked& one = locked_.at(id);
  count(one.state, Refusal::none, to, why);
  one.state = to;
  one.is_mine = false;
}

bool Store::mark(std::int64_t id, Stored now) {
  if (!is_locked_as(id, State::ready)) return false;
  auto& attempts = numbers_[locked_.at(id).number].attempts;
  const TimePoint at = from_stored(now);
  // For what follows in this transaction. Another run's clock is the same, but it may be later.
  attempts.insert(std::upper_bound(attempts.begin(), attempts.end(), at, std::greater<>()), at);
  marked_.push_back(id);
  marked_at_ = now;
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

// There are no marks to count: a copy of the database is known by its place.
std::int64_t Store::count_marks(std::int64_t) { return 0; }

// ---- Answers ----

void Store::expect_answers(const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return;
  const Rows rows = connection_.run(
      "SELECT id, state, coalesce(runner = $2, false), returned FROM dropcowboy.message "
      "WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE",
      array_of(ids), runner());
  for (int row = 0; row < rows.count(); ++row) {
    Locked& one = locked_[rows.integer(row, 0)];
    one.state = static_cast<State>(rows.integer(row, 1));
    one.is_mine = rows.boolean(row, 2);
    one.returned = static_cast<int>(rows.integer(row, 3));
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
                      "UPDATE dropcowboy.message SET state = 2, note = NULL, "
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

// Only what this run has marked: if this is written a second time, because nobody knows whether the
// first one took effect, another run may be sending it by now.
bool Store::end_ready(std::int64_t id, std::string_view note, Stored due) {
  if (!is_locked_as(id, State::sending)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 0, marked_at = NULL, runner = NULL, "
                    "note = $2, due = $3, returned = returned + 1 "
                    "WHERE id = $1 AND state = 1 AND runner = $4",
                    id, note, due, runner());
  move_locked(id, State::ready);
  return true;
}

bool Store::end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now) {
  if (!is_locked_as(id, State::sending)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 7, marked_at = NULL, runner = NULL, "
                    "why = $2, note = $3, settled_at = $4 "
                    "WHERE id = $1 AND state = 1 AND runner = $5",
                    id, code_of(why), note, now, runner());
  move_locked(id, State::refused, why);
  return true;
}

bool Store::end_held(std::int64_t id, std::string_view note, Stored now) {
  if (!is_locked_as(id, State::sending)) return false;
  connection_.queue(1,
                    "UPDATE dropcowboy.message SET state = 8, marked_at = NULL, runner = NULL, "
                    "note = $2, settled_at = $3 WHERE id = $1 AND state = 1 AND runner = $4",
                    id, note, now, runner());
  move_locked(id, State::held);
  return true;
}

}  // namespace dropcowboy::outbox::pg
