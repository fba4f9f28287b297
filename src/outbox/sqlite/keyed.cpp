#include "outbox/sqlite/keyed.hpp"

namespace dropcowboy::outbox::sqlite {

// What a repeat must not outlive is asked of the row itself, as the triggers do.
KeyedMoves::KeyedMoves(Database& database, Tally& changes)
    : changes_(changes),
      prepare_(database,
               "INSERT INTO prepared (message, text) SELECT id, ?2 FROM message "
               "WHERE id = ?1 AND state = 0 AND keyed = 1 "
               "ON CONFLICT (message) DO UPDATE SET text = excluded.text"),
      mark_(database,
            "UPDATE message SET state = 1, marked_at = ?2, attempted_at = ?2, repeat_until = ?3 "
            "WHERE id = ?1 AND state = 0 AND keyed = 1"),
      mark_again_(database,
                  "UPDATE message SET state = 1, attempted_at = ?2, repeats = repeats + 1, "
                  "repeat_at = NULL WHERE id = ?1 AND state = 3 AND repeat_at IS NOT NULL "
                  "AND repeat_until > ?2"),
      to_unknown_(database,
                  "UPDATE message SET state = 3, note = ?2, settled_at = ?3, "
                  "repeat_at = CASE WHEN repeat_until > ?4 THEN ?4 END "
                  "WHERE id = ?1 AND state = 1"),
      postpone_(database,
                "UPDATE message SET repeat_at = ?2 WHERE id = ?1 AND state = 3 "
                "AND repeat_at IS NOT NULL AND repeat_until > ?2"),
      give_up_(database,
               "UPDATE message SET repeat_at = NULL, note = ?2 WHERE id = ?1 AND state = 3 "
               "AND repeat_at IS NOT NULL") {}

bool KeyedMoves::mark(std::int64_t id, Stored now, std::string_view prepared, Stored repeat_until) {
  if (prepare_.run(id, prepared) == 0 || mark_.run(id, now, repeat_until) == 0) return false;
  count(changes_, State::ready, Refusal::none, State::sending, Refusal::none);
  return true;
}

bool KeyedMoves::mark_again(std::int64_t id, Stored now) {
  if (mark_again_.run(id, now) == 0) return false;
  count(changes_, State::unknown, Refusal::none, State::sending, Refusal::none);
  return true;
}

bool KeyedMoves::end_unknown(std::int64_t id, std::string_view note, Stored now, Stored repeat_at) {
  if (to_unknown_.run(id, note, now, repeat_at) == 0) return false;
  count(changes_, State::sending, Refusal::none, State::unknown, Refusal::none);
  return true;
}

bool KeyedMoves::postpone(std::int64_t id, Stored repeat_at) {
  return postpone_.run(id, repeat_at) > 0;
}

bool KeyedMoves::give_up(std::int64_t id, std::string_view note) {
  return give_up_.run(id, note) > 0;
}

KeyedRows::KeyedRows(Database& database, std::mutex& mutex)
    : mutex_(mutex),
      due_(database,
           "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request FROM message m "
           "LEFT JOIN payload p ON p.message = m.id "
           "WHERE m.state = 0 AND m.keyed = 1 AND m.due <= ?1 ORDER BY m.due, m.id LIMIT ?2"),
      doubtful_(database,
                "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request, m.attempted_at, "
                "m.repeat_until, m.repeats, k.text FROM message m "
                "LEFT JOIN payload p ON p.message = m.id "
                "LEFT JOIN prepared k ON k.message = m.id "
                "WHERE m.repeat_at IS NOT NULL AND m.repeat_at <= ?1 "
                "ORDER BY m.repeat_at, m.id LIMIT ?2"),
      next_due_(database,
                "SELECT min(at) FROM (SELECT min(due) AS at FROM message "
                "WHERE state = 0 AND keyed = 1 UNION ALL "
                "SELECT min(repeat_at) FROM message WHERE repeat_at IS NOT NULL)"),
      request_(database,
               "SELECT request FROM payload WHERE message = "
               "(SELECT id FROM message WHERE foreign_id = ?1 AND keyed = 1)") {}

Candidate candidate_of(const Rows& rows) {
  Candidate one;
  one.id = rows.integer(0);
  one.foreign_id = rows.text(1);
  one.phone = rows.text(2);
  one.expires = rows.integer(3);
  if (!rows.is_null(4)) one.request = rows.text(4);
  return one;
}

std::vector<Candidate> KeyedRows::due(Stored now, int limit) {
  const std::lock_guard lock(mutex_);
  std::vector<Candidate> found;
  Rows rows = due_.rows(now, limit);
  while (rows.next()) found.push_back(candidate_of(rows));
  return found;
}

std::vector<Doubtful> KeyedRows::doubtful(Stored now, int limit) {
  const std::lock_guard lock(mutex_);
  std::vector<Doubtful> found;
  Rows rows = doubtful_.rows(now, limit);
  while (rows.next()) {
    Doubtful& one = found.emplace_back();
    one.candidate = candidate_of(rows);
    one.doubt.attempted_at = rows.integer(5);
    one.doubt.repeat_until = rows.integer(6);
    one.doubt.repeats = static_cast<int>(rows.integer(7));
    one.doubt.prepared = rows.text(8);
  }
  return found;
}

std::optional<Stored> KeyedRows::next_due() {
  const std::lock_guard lock(mutex_);
  Rows rows = next_due_.rows();
  return rows.next() ? rows.maybe_integer(0) : std::nullopt;
}

std::optional<std::string> KeyedRows::request_of(std::string_view foreign_id) {
  const std::lock_guard lock(mutex_);
  Rows rows = request_.rows(foreign_id);
  if (!rows.next()) return std::nullopt;
  return std::string(rows.text(0));
}

}  // namespace dropcowboy::outbox::sqlite
