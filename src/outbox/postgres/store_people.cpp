// What everybody but the runner does.

#include <array>
#include <unordered_map>

#include "outbox/postgres/store.hpp"

namespace dropcowboy::outbox::pg {

namespace {

constexpr int code_of(State state) noexcept { return static_cast<int>(state); }

/// So many numbers are locked one by one; more, and all of them are.
constexpr int most_number_locks = 64;

}  // namespace

std::optional<std::int64_t> Store::insert(const NewMessage& message) {
  const Rows added = connection_.run(
      "WITH added AS (INSERT INTO dropcowboy.message (foreign_id, content, phone, state, "
      "not_before, due, expires, resend_of, resent_by, keyed) VALUES "
      "($1, $2, $3, 0, $4, $5, $6, $7, $8, $10) "
      "ON CONFLICT (foreign_id) DO NOTHING RETURNING id) "
      "INSERT INTO dropcowboy.payload (message, request) SELECT id, $9::text FROM added "
      "RETURNING message",
      message.foreign_id, message.content, message.phone, message.not_before, message.due,
      message.expires, message.resend_of, message.resent_by, message.request,
      message.keyed ? 1 : 0);
  if (added.count() == 0) return std::nullopt;
  count_new(1);
  return added.integer(0, 0);
}

// In one statement for up to 1,000. Of those with the same foreign_id the first one.
std::vector<bool> Store::insert_all(const std::vector<NewMessage>& messages) {
  constexpr std::size_t per_statement = 1'000;
  std::unordered_map<std::string, std::size_t> left;  // what was inserted
  std::vector<bool> inserted;
  inserted.reserve(messages.size());
  for (std::size_t at = 0; at < messages.size(); at += per_statement) {
    const std::size_t end = std::min(messages.size(), at + per_statement);
    const Rows added = insert_some(&messages[at], end - at);
    for (int row = 0; row < added.count(); ++row) ++left[std::string(added.text(row, 0))];
    count_new(added.count());
  }
  for (const NewMessage& one : messages) {
    inserted.push_back(left.erase(std::string(one.foreign_id)) > 0);
  }
  return inserted;
}

Rows Store::insert_some(const NewMessage* first, std::size_t count) {
  std::array<std::vector<std::string_view>, 4> texts;
  std::array<std::vector<std::int64_t>, 4> numbers;
  for (const NewMessage* one = first; one != first + count; ++one) {
    texts[0].push_back(one->foreign_id);
    texts[1].push_back(one->content);
    texts[2].push_back(one->phone);
    texts[3].push_back(one->request);
    numbers[0].push_back(one->not_before);
    numbers[1].push_back(one->due);
    numbers[2].push_back(one->expires);
    numbers[3].push_back(one->keyed ? 1 : 0);
  }
  return connection_.run(
      "WITH given AS (SELECT DISTINCT ON (foreign_id) * FROM unnest($1::text[], $2::text[], "
      "$3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) "
      "WITH ORDINALITY AS g (foreign_id, content, phone, request, not_before, due, expires, keyed, "
      "n) "
      "ORDER BY foreign_id, n), "
      "added AS (INSERT INTO dropcowboy.message (foreign_id, content, phone, state, not_before, "
      "due, expires, keyed) "
      "SELECT foreign_id, content, phone, 0, not_before, due, expires, keyed FROM given "
      "ORDER BY n ON CONFLICT (foreign_id) DO NOTHING RETURNING id, foreign_id), "
      "texts AS (INSERT INTO dropcowboy.payload (message, request) "
      "SELECT a.id, g.request FROM added a JOIN given g USING (foreign_id)) "
      "SELECT foreign_id FROM added",
      array_of(texts[0]), array_of(texts[1]), array_of(texts[2]), array_of(texts[3]),
      array_of(numbers[0]), array_of(numbers[1]), array_of(numbers[2]), array_of(numbers[3]));
}

// Locked: what is found must still be true when it is acted upon.
std::optional<Found> Store::find(std::string_view foreign_id) {
  const Rows rows = connection_.run(
      "SELECT id, phone, content, state, why, not_before, expires, marked_at, settled_at, result, "
      "reason, note, keyed FROM dropcowboy.message WHERE foreign_id = $1 FOR UPDATE",
      foreign_id);
  if (rows.count() == 0) return std::nullopt;
  Found found;
  found.id = rows.integer(0, 0);
  found.phone = rows.text(0, 1);
  found.content = rows.text(0, 2);
  found.state = static_cast<State>(rows.integer(0, 3));
  found.why = static_cast<Refusal>(rows.integer(0, 4));
  found.not_before = rows.integer(0, 5);
  found.expires = rows.integer(0, 6);
  found.marked_at = rows.maybe_integer(0, 7);
  found.settled_at = rows.maybe_integer(0, 8);
  found.result = rows.maybe_integer(0, 9);
  found.reason = rows.integer(0, 10);
  found.note = rows.text(0, 11);
  found.keyed = rows.integer(0, 12) == 1;
  return found;
}

std::optional<std::string> Store::request_of(std::int64_t id) {
  const Rows rows =
      connection_.run("SELECT request FROM dropcowboy.payload WHERE message = $1", id);
  if (rows.count() == 0) return std::nullopt;
  return std::string(rows.text(0, 0));
}

bool Store::is_resent(std::int64_t id) {
  return connection_.run("SELECT 1 FROM dropcowboy.message WHERE resend_of = $1", id).count() > 0;
}

/// Once it is locked, no run is about to mark a message to it without knowing what is written now.
void Store::lock_number(std::string_view phone) {
  if (++locked_numbers_ <= most_number_locks) {
    connection_.queue(std::nullopt, "SELECT pg_advisory_xact_lock(1145261891, hashtext($1))",
                      phone);
  } else if (locked_numbers_ == most_number_locks + 1) {
    connection_.queue(std::nullopt, "SELECT pg_advisory_xact_lock(1145261890, 2)");  // all of them
  }
}

void Store::forbid(std::string_view phone, Stored now, std::string_view source,
                   std::string_view proof) {
  lock_number(phone);
  connection_.queue(
      std::nullopt,
      "INSERT INTO dropcowboy.permission (phone, at, allowed, source, proof) VALUES ($1, "
      "greatest($2::bigint, (SELECT max(at) FROM dropcowboy.permission WHERE phone = $1)), "
      "false, $3, $4) ON CONFLICT DO NOTHING",
      phone, now, source, proof);
}

void Store::permit(std::string_view phone, Stored at, bool allowed, std::string_view source,
                   std::string_view proof) {
  if (!allowed) lock_number(phone);
  connection_.queue(std::nullopt,
                    "INSERT INTO dropcowboy.permission (phone, at, allowed, source, proof) "
                    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                    phone, at, allowed, source, proof);
}

bool Store::resolve(const Found& found, State state, std::optional<std::int64_t> result,
                    std::int64_t reason, const std::optional<std::string>& drop_id, Stored now) {
  const Rows done = connection_.run(
      "UPDATE dropcowboy.message SET state = $3, why = 0, runner = NULL, result = $4, reason = $5, "
      "drop_id = coalesce(drop_id, $6), settled_at = $7, repeat_at = NULL, "
      "marked_at = coalesce(marked_at, $7) "
      "WHERE id = $1 AND state = $2",
      found.id, code_of(found.state), code_of(state), result, reason, drop_id, now);
  if (done.changed() == 0) return false;
  count(found.state, found.why, state, Refusal::none);
  return true;
}

void Store::annotate(std::int64_t id, std::string_view note) {
  connection_.queue(std::nullopt,
                    "UPDATE dropcowboy.message SET note = nullif($2, '') WHERE id = $1", id, note);
}

bool Store::cancel(const Found& found, Stored now) {
  const Rows done = connection_.run(
      "UPDATE dropcowboy.message SET state = 9, why = 0, settled_at = $2 "
      "WHERE id = $1 AND state IN (0, 7, 8)",
      found.id, now);
  if (done.changed() == 0) return false;
  count(found.state, found.why, State::cancelled, Refusal::none);
  return true;
}

bool Store::release(const Found& found, Stored now) {
  const Rows done = connection_.run(
      "UPDATE dropcowboy.message SET state = 0, why = 0, note = NULL, settled_at = NULL, "
      "due = greatest($2, not_before) WHERE id = $1 AND state IN (7, 8)",
      found.id, now);
  if (done.changed() == 0) return false;
  count(found.state, found.why, State::ready, Refusal::none);
  return true;
}

std::int64_t Store::hold_ready(std::string_view note, Stored now, int limit) {
  const std::int64_t held =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 8, note = $1, settled_at = $2 "
              "WHERE state = 0 AND id IN (SELECT id FROM dropcowboy.message WHERE state = 0 "
              "ORDER BY due, id LIMIT $3 FOR UPDATE)",
              note, now, limit)
          .changed();
  count(State::ready, Refusal::none, State::held, Refusal::none, held);
  return held;
}

std::int64_t Store::release_held(std::string_view note, Stored now, int limit) {
  const std::int64_t released =
      connection_
          .run(
              "UPDATE dropcowboy.message SET state = 0, note = NULL, settled_at = NULL, "
              "due = greatest($2, not_before) WHERE state = 8 AND id IN "
              "(SELECT id FROM dropcowboy.message WHERE state = 8 AND note = $1 ORDER BY id "
              "LIMIT $3 FOR UPDATE)",
              note, now, limit)
          .changed();
  count(State::held, Refusal::none, State::ready, Refusal::none, released);
  return released;
}

bool Store::warn_held(std::int64_t& after, std::string_view note, std::string_view but, int limit) {
  const std::int64_t last =
      connection_.run("SELECT coalesce(max(id), 0) FROM dropcowboy.message").integer(0, 0);
  if (after >= last) return false;
  const std::int64_t end = after + limit;
  connection_.run(
      "UPDATE dropcowboy.message SET note = coalesce(note || '; ', '') || $3 WHERE id > $1 "
      "AND id <= $2 AND state IN (7, 8) AND coalesce(note, '') <> $4 "
      "AND strpos(coalesce(note, ''), $3) = 0",
      after, end, note, but);
  after = end;
  return true;
}

std::optional<std::int64_t> Store::purge(std::int64_t& after, Stored settled_before, int limit) {
  const auto end = connection_
                       .run(
                           "SELECT max(message) FROM (SELECT message FROM dropcowboy.payload "
                           "WHERE message > $1 ORDER BY message LIMIT $2) AS next",
                           after, limit)
                       .maybe_integer(0, 0);
  if (!end) return std::nullopt;
  const std::int64_t deleted =
      connection_
          .run(
              "DELETE FROM dropcowboy.payload p USING dropcowboy.message m "
              "WHERE p.message > $1 AND p.message <= $2 AND m.id = p.message "
              "AND m.state IN (2, 4, 5, 6, 7, 9) AND m.settled_at < $3",
              after, *end, settled_before)
          .changed();
  if (deleted > 0) {
    connection_.queue(std::nullopt,
                      "DELETE FROM dropcowboy.prepared k WHERE k.message > $1 AND k.message <= $2 "
                      "AND NOT EXISTS (SELECT 1 FROM dropcowboy.payload p "
                      "WHERE p.message = k.message)",
                      after, *end);
  }
  after = *end;
  return deleted;
}

void Store::set_identity(const std::string& identity) {
  connection_.run("UPDATE dropcowboy.outbox SET place = $1", identity);
  identity_ = identity;
}

}  // namespace dropcowboy::outbox::pg
