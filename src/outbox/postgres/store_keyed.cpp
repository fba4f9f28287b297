// What the runner does to keyed messages.

#include "outbox/postgres/candidates.hpp"
#include "outbox/postgres/store.hpp"

namespace dropcowboy::outbox::pg {

std::vector<Candidate> Store::Keyed::claim(Stored now, int limit, const LookBack& back) {
  return store_.claim(1, now, limit, back);
}

std::vector<Doubtful> Store::Keyed::claim_doubtful(Stored now, int limit, const LookBack& back) {
  if (!store_.may_claim(now)) return {};
  auto claimed = doubtful_of(store_.connection_.run(
      "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request, m.attempted_at, "
      "m.repeat_until, m.repeats, k.text FROM dropcowboy.message m "
      "LEFT JOIN dropcowboy.payload p ON p.message = m.id "
      "LEFT JOIN dropcowboy.prepared k ON k.message = m.id "
      "WHERE m.repeat_at IS NOT NULL AND m.repeat_at <= $1 "
      "ORDER BY m.repeat_at, m.id LIMIT $2 FOR UPDATE OF m SKIP LOCKED",
      now, limit));
  store_.keep_numbers(claimed, now, back);
  for (const Doubtful& one : claimed) {
    Locked& locked = store_.locked_.at(one.candidate.id);
    locked.state = State::unknown;
    locked.repeats = one.doubt.repeats;
    locked.repeat_until = one.doubt.repeat_until;
  }
  return claimed;
}

bool Store::Keyed::mark(std::int64_t id, Stored now, std::string_view prepared,
                        Stored repeat_until) {
  if (!store_.is_locked_as(id, State::ready)) return false;
  store_.note_attempt(id, now);
  Marks& marks = store_.keyed_marks_;
  marks.ids.push_back(id);
  marks.prepared.emplace_back(prepared);
  marks.until.push_back(repeat_until);
  marks.at = now;
  store_.move_locked(id, State::sending);
  return true;
}

bool Store::Keyed::mark_again(std::int64_t id, Stored now) {
  if (!store_.is_locked_as(id, State::unknown)) return false;
  if (store_.locked_.at(id).repeat_until <= now) return false;
  store_.repeats_.ids.push_back(id);
  store_.repeats_.at = now;
  store_.move_locked(id, State::sending);
  return true;
}

/// Key and bytes first: without them the rules let no keyed message be marked.
void Store::queue_keyed_marks() {
  if (const Marks& marks = keyed_marks_; !marks.ids.empty()) {
    const auto count = static_cast<std::int64_t>(marks.ids.size());
    const std::string ids = array_of(marks.ids);
    const std::vector<std::string_view> texts(marks.prepared.begin(), marks.prepared.end());
    connection_.queue(count,
                      "INSERT INTO dropcowboy.prepared (message, text) "
                      "SELECT * FROM unnest($1::bigint[], $2::text[]) "
                      "ON CONFLICT (message) DO UPDATE SET text = excluded.text",
                      ids, array_of(texts));
    connection_.queue(count,
                      "UPDATE dropcowboy.message m SET state = 1, marked_at = $3, "
                      "attempted_at = $3, repeat_until = g.until, runner = $4 "
                      "FROM unnest($1::bigint[], $2::bigint[]) AS g (id, until) "
                      "WHERE m.id = g.id AND m.state = 0 AND m.keyed = 1",
                      ids, array_of(marks.until), marks.at, runner());
  }
  if (!repeats_.ids.empty()) {
    connection_.queue(static_cast<std::int64_t>(repeats_.ids.size()),
                      "UPDATE dropcowboy.message SET state = 1, attempted_at = $2, runner = $3, "
                      "repeats = repeats + 1, repeat_at = NULL WHERE state = 3 "
                      "AND repeat_at IS NOT NULL AND repeat_until > $2 "
                      "AND id = ANY ($1::bigint[])",
                      array_of(repeats_.ids), repeats_.at, runner());
  }
  keyed_marks_ = {};
  repeats_ = {};
}

bool Store::Keyed::end_unknown(std::int64_t id, std::string_view note, Stored now,
                               Stored repeat_at) {
  if (!store_.is_locked_as(id, State::sending)) return false;
  store_.connection_.queue(
      1,
      "UPDATE dropcowboy.message SET state = 3, runner = NULL, note = $2, settled_at = $3, "
      "repeat_at = CASE WHEN repeat_until > $4 THEN $4 END "
      "WHERE id = $1 AND state = 1 AND runner = $5",
      id, note, now, repeat_at, store_.runner());
  store_.move_locked(id, State::unknown);
  return true;
}

bool Store::Keyed::postpone(std::int64_t id, Stored repeat_at) {
  if (!store_.is_locked_as(id, State::unknown)) return false;
  if (store_.locked_.at(id).repeat_until <= repeat_at) return false;
  store_.connection_.queue(1,
                           "UPDATE dropcowboy.message SET repeat_at = $2 WHERE id = $1 "
                           "AND state = 3 AND repeat_at IS NOT NULL",
                           id, repeat_at);
  return true;
}

bool Store::Keyed::give_up(std::int64_t id, std::string_view note) {
  if (!store_.is_locked_as(id, State::unknown)) return false;
  store_.connection_.queue(1,
                           "UPDATE dropcowboy.message SET repeat_at = NULL, note = $2 "
                           "WHERE id = $1 AND state = 3 AND repeat_at IS NOT NULL",
                           id, note);
  return true;
}

}  // namespace dropcowboy::outbox::pg
