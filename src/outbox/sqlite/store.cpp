#include "outbox/sqlite/store.hpp"

#include <algorithm>
#include <utility>

#include "outbox/transitions.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

constexpr int code_of(State state) noexcept { return static_cast<int>(state); }
constexpr int code_of(Refusal why) noexcept { return static_cast<int>(why); }

}  // namespace

Store::Store(Database& database, std::function<TimePoint()> calendar)
    : database_(database),
      calendar_(std::move(calendar)),
      keyed_(database, changes_),
      begin_(database, "BEGIN IMMEDIATE"),
      commit_(database, "COMMIT"),
      begin_part_(database, "SAVEPOINT part"),
      end_part_(database, "RELEASE part"),
      mark_(database, "UPDATE message SET state = 1, marked_at = ?2 WHERE id = ?1 AND state = 0"),
      refuse_(
          database,
          "UPDATE message SET state = 7, why = ?2, settled_at = ?3 WHERE id = ?1 AND state = 0"),
      postpone_(database, "UPDATE message SET due = ?2 WHERE id = ?1 AND state = 0"),
      hold_(database,
            "UPDATE message SET state = 8, note = ?2, settled_at = ?3 WHERE id = ?1 AND state = 0"),
      accept_(database,
              "UPDATE message SET state = 2, drop_id = coalesce(drop_id, ?2), note = NULL, "
              "repeat_at = NULL, settled_at = ?3 WHERE id = ?1 AND state = ?4 AND state IN (1, 3)"),
      to_unknown_(database,
                  "UPDATE message SET state = 3, note = ?2, settled_at = ?3 "
                  "WHERE id = ?1 AND state = 1"),
      to_ready_(database,
                "UPDATE message SET state = 0, marked_at = NULL, attempted_at = NULL, "
                "repeat_until = NULL, note = ?2, due = ?3, returned = returned + 1 WHERE id = ?1 "
                "AND state = 1"),
      to_refused_(
          database,
          "UPDATE message SET state = 7, marked_at = NULL, attempted_at = NULL, "
          "repeat_until = NULL, why = ?2, note = ?3, settled_at = ?4 WHERE id = ?1 AND state = 1"),
      to_held_(database,
               "UPDATE message SET state = 8, marked_at = NULL, attempted_at = NULL, "
               "repeat_until = NULL, note = ?2, settled_at = ?3 "
               "WHERE id = ?1 AND state = 1"),
      settle_abandoned_(database,
                        "UPDATE message SET state = 3, note = ?1, settled_at = ?2, "
                        "repeat_at = CASE WHEN repeat_until > ?3 THEN ?3 END WHERE state = 1"),
      returned_(database, "SELECT returned FROM message WHERE id = ?1"),
      allowed_(database,
               "SELECT min(allowed) FROM permission WHERE phone = ?1 AND "
               "at = (SELECT max(at) FROM permission WHERE phone = ?1)"),
      attempts_(database,
                "SELECT marked_at FROM message WHERE phone = ?1 AND marked_at > ?2 "
                "ORDER BY marked_at DESC LIMIT ?3"),
      count_marks_(database, "UPDATE outbox SET marks = marks + ?1"),
      marks_(database, "SELECT marks FROM outbox"),
      insert_(database,
              "INSERT INTO message (foreign_id, content, phone, state, not_before, due, expires, "
              "resend_of, resent_by, keyed) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9) "
              "ON CONFLICT (foreign_id) DO NOTHING"),
      insert_payload_(database, "INSERT INTO payload (message, request) VALUES (?1, ?2)"),
      find_(database,
            "SELECT id, phone, content, state, why, not_before, expires, marked_at, settled_at, "
            "result, reason, note, keyed FROM message WHERE foreign_id = ?1"),
      request_(database, "SELECT request FROM payload WHERE message = ?1"),
      is_resent_(database, "SELECT 1 FROM message WHERE resend_of = ?1"),
      permit_(database,
              "INSERT INTO permission (phone, at, allowed, source, proof) "
              "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"),
      forbid_(database,
              "INSERT INTO permission (phone, at, allowed, source, proof) VALUES (?1, "
              "max(?2, coalesce((SELECT max(at) FROM permission WHERE phone = ?1), ?2)), "
              "0, ?3, ?4) ON CONFLICT DO NOTHING"),
      resolve_(database,
               "UPDATE message SET state = ?3, why = 0, result = ?4, reason = ?5, "
               "drop_id = coalesce(drop_id, ?6), settled_at = ?7, repeat_at = NULL "
               "WHERE id = ?1 AND state = ?2"),
      resolve_unsent_(
          database,
          "UPDATE message SET state = ?3, why = 0, result = ?4, reason = ?5, "
          "drop_id = coalesce(drop_id, ?6), settled_at = ?7, repeat_at = NULL, marked_at = ?7 "
          "WHERE id = ?1 AND state = ?2"),
      annotate_(database, "UPDATE message SET note = nullif(?2, '') WHERE id = ?1"),
      warn_held_(database,
                 "UPDATE message SET note = coalesce(note || '; ', '') || ?3 WHERE id > ?1 AND "
                 "id <= ?2 AND state IN (7, 8) AND coalesce(note, '') <> ?4 "
                 "AND instr(coalesce(note, ''), ?3) = 0"),
      last_id_(database, "SELECT max(id) FROM message"),
      cancel_(database,
              "UPDATE message SET state = 9, why = 0, settled_at = ?2 "
              "WHERE id = ?1 AND state IN (0, 7, 8)"),
      release_(database,
               "UPDATE message SET state = 0, why = 0, note = NULL, settled_at = NULL, "
               "due = max(?2, not_before) WHERE id = ?1 AND state IN (7, 8)"),
      hold_ready_(database,
                  "UPDATE message SET state = 8, note = ?1, settled_at = ?2 WHERE id IN "
                  "(SELECT id FROM message WHERE state = 0 ORDER BY keyed, due, id LIMIT ?3)"),
      release_held_(database,
                    "UPDATE message SET state = 0, note = NULL, settled_at = NULL, "
                    "due = max(?2, not_before) WHERE id IN "
                    "(SELECT id FROM message WHERE state = 8 AND note = ?1 LIMIT ?3)"),
      purge_(database,
             "DELETE FROM payload WHERE message > ?1 AND message <= ?2 AND EXISTS "
             "(SELECT 1 FROM message WHERE id = payload.message AND state IN (2, 4, 5, 6, 7, 9) "
             "AND settled_at < ?3)"),
      purge_keys_(database,
                  "DELETE FROM prepared WHERE message > ?1 AND message <= ?2 AND NOT EXISTS "
                  "(SELECT 1 FROM payload WHERE message = prepared.message)"),
      purge_end_(database,
                 "SELECT max(message) FROM (SELECT message FROM payload WHERE message > ?1 "
                 "ORDER BY message LIMIT ?2)"),
      identity_(database, "SELECT place FROM outbox"),
      set_identity_(database, "UPDATE outbox SET place = ?1"),
      tally_(database,
             "INSERT INTO tally (state, why, count) VALUES (?1, ?2, ?3) "
             "ON CONFLICT (state, why) DO UPDATE SET count = count + excluded.count") {}

// ---- The transaction ----

void Store::begin() {
  changes_ = {};
  begin_.run();
}

void Store::commit() {
  flush_tally();
  commit_.run();
}

void Store::roll_back() noexcept {
  if (!database_.has_no_transaction()) {
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Store::begin_part() {
  changes_before_part_ = changes_;
  begin_part_.run();
}

void Store::end_part() { end_part_.run(); }

bool Store::undo_part() noexcept {
  changes_ = changes_before_part_;
  if (database_.has_no_transaction()) return false;
  return sqlite3_exec(database_.handle(), "ROLLBACK TO part; RELEASE part", nullptr, nullptr,
                      nullptr) == SQLITE_OK;
}

void Store::flush_tally() {
  for (std::size_t state = 0; state < changes_.size(); ++state) {
    for (std::size_t why = 0; why < changes_[state].size(); ++why) {
      const std::int64_t change = changes_[state][why];
      if (change != 0) tally_.run(static_cast<int>(state), static_cast<int>(why), change);
    }
  }
  changes_ = {};
}

// ---- The runner ----

bool Store::mark(std::int64_t id, Stored now) {
  if (mark_.run(id, now) == 0) return false;
  count(State::ready, State::sending);
  return true;
}

bool Store::refuse(std::int64_t id, Refusal why, Stored now) {
  if (refuse_.run(id, code_of(why), now) == 0) return false;
  count(State::ready, Refusal::none, State::refused, why);
  return true;
}

bool Store::postpone(std::int64_t id, Stored due) { return postpone_.run(id, due) > 0; }

bool Store::hold(std::int64_t id, std::string_view note, Stored now) {
  if (hold_.run(id, note, now) == 0) return false;
  count(State::ready, State::held);
  return true;
}

bool Store::end_accepted(std::int64_t id, const std::optional<std::string>& drop_id, Stored now) {
  for (const State from : {State::sending, State::unknown}) {
    if (accept_.run(id, drop_id, now, code_of(from)) == 0) continue;
    count(from, State::accepted);
    return true;
  }
  return false;
}

bool Store::end_unknown(std::int64_t id, std::string_view note, Stored now) {
  if (to_unknown_.run(id, note, now) == 0) return false;
  count(State::sending, State::unknown);
  return true;
}

bool Store::end_ready(std::int64_t id, std::string_view note, Stored due) {
  if (to_ready_.run(id, note, due) == 0) return false;
  count(State::sending, State::ready);
  return true;
}

bool Store::end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now) {
  if (to_refused_.run(id, code_of(why), note, now) == 0) return false;
  count(State::sending, Refusal::none, State::refused, why);
  return true;
}

bool Store::end_held(std::int64_t id, std::string_view note, Stored now) {
  if (to_held_.run(id, note, now) == 0) return false;
  count(State::sending, State::held);
  return true;
}

std::int64_t Store::settle_abandoned(std::string_view note, Stored now) {
  constexpr Stored pause = 1'000;  // the service may still be at work on the attempt
  const std::int64_t abandoned = settle_abandoned_.run(note, now, now + pause);
  count(State::sending, Refusal::none, State::unknown, Refusal::none, abandoned);
  return abandoned;
}

int Store::returned(std::int64_t id) {
  Rows rows = returned_.rows(id);
  return rows.next() ? static_cast<int>(rows.integer(0)) : 0;
}

std::optional<bool> Store::allowed(std::string_view phone) {
  Rows rows = allowed_.rows(phone);
  if (!rows.next() || rows.is_null(0)) return std::nullopt;
  return rows.integer(0) == 1;
}

void Store::attempts(std::string_view phone, Stored after, int limit,
                     std::vector<TimePoint>& into) {
  into.clear();
  Rows rows = attempts_.rows(phone, after, limit);
  while (rows.next()) into.push_back(from_stored(rows.integer(0)));
}

std::int64_t Store::count_marks(std::int64_t more) {
  count_marks_.run(more);
  return marks();
}

std::int64_t Store::marks() {
  Rows rows = marks_.rows();
  return rows.next() ? rows.integer(0) : 0;
}

// ---- Everybody else ----

std::optional<std::int64_t> Store::insert(const NewMessage& message) {
  const int added = insert_.run(message.foreign_id, message.content, message.phone,
                                message.not_before, message.due, message.expires, message.resend_of,
                                message.resent_by, message.keyed ? 1 : 0);
  if (added == 0) return std::nullopt;
  const std::int64_t id = sqlite3_last_insert_rowid(database_.handle());
  insert_payload_.run(id, message.request);
  ++changes_[index_of(State::ready)][index_of(Refusal::none)];
  return id;
}

std::optional<Found> Store::find(std::string_view foreign_id) {
  Rows rows = find_.rows(foreign_id);
  if (!rows.next()) return std::nullopt;
  Found found;
  found.id = rows.integer(0);
  found.phone = rows.text(1);
  found.content = rows.text(2);
  found.state = static_cast<State>(rows.integer(3));
  found.why = static_cast<Refusal>(rows.integer(4));
  found.not_before = rows.integer(5);
  found.expires = rows.integer(6);
  found.marked_at = rows.maybe_integer(7);
  found.settled_at = rows.maybe_integer(8);
  found.result = rows.maybe_integer(9);
  found.reason = rows.integer(10);
  found.note = rows.text(11);
  found.keyed = rows.integer(12) == 1;
  return found;
}

std::optional<std::string> Store::request_of(std::int64_t id) {
  Rows rows = request_.rows(id);
  if (!rows.next()) return std::nullopt;
  return std::string(rows.text(0));
}

bool Store::is_resent(std::int64_t id) { return is_resent_.rows(id).next(); }

void Store::permit(std::string_view phone, Stored at, bool allowed, std::string_view source,
                   std::string_view proof) {
  permit_.run(phone, at, allowed ? 1 : 0, source, proof);
}

void Store::forbid(std::string_view phone, Stored now, std::string_view source,
                   std::string_view proof) {
  forbid_.run(phone, now, source, proof);
}

bool Store::resolve(const Found& found, State state, std::optional<std::int64_t> result,
                    std::int64_t reason, const std::optional<std::string>& drop_id, Stored now) {
  Statement& resolve = may_have_left(found.state) ? resolve_ : resolve_unsent_;
  if (resolve.run(found.id, code_of(found.state), code_of(state), result, reason, drop_id, now) ==
      0) {
    return false;
  }
  count(found.state, found.why, state, Refusal::none);
  return true;
}

void Store::annotate(std::int64_t id, std::string_view note) { annotate_.run(id, note); }

bool Store::cancel(const Found& found, Stored now) {
  if (cancel_.run(found.id, now) == 0) return false;
  count(found.state, found.why, State::cancelled, Refusal::none);
  return true;
}

bool Store::release(const Found& found, Stored now) {
  if (release_.run(found.id, now) == 0) return false;
  count(found.state, found.why, State::ready, Refusal::none);
  return true;
}

std::int64_t Store::hold_ready(std::string_view note, Stored now, int limit) {
  const std::int64_t held = hold_ready_.run(note, now, limit);
  count(State::ready, Refusal::none, State::held, Refusal::none, held);
  return held;
}

std::int64_t Store::release_held(std::string_view note, Stored now, int limit) {
  const std::int64_t released = release_held_.run(note, now, limit);
  count(State::held, Refusal::none, State::ready, Refusal::none, released);
  return released;
}

bool Store::warn_held(std::int64_t& after, std::string_view note, std::string_view but, int limit) {
  std::int64_t last = 0;
  {
    Rows rows = last_id_.rows();
    if (rows.next()) last = rows.integer(0);
  }
  if (after >= last) return false;
  const std::int64_t end = after + limit;
  warn_held_.run(after, end, note, but);
  after = end;
  return true;
}

std::optional<std::int64_t> Store::purge(std::int64_t& after, Stored settled_before, int limit) {
  std::optional<std::int64_t> end;
  {
    Rows rows = purge_end_.rows(after, limit);
    if (rows.next()) end = rows.maybe_integer(0);
  }
  if (!end) return std::nullopt;
  const std::int64_t deleted = purge_.run(after, *end, settled_before);
  if (deleted > 0) purge_keys_.run(after, *end);
  after = *end;
  return deleted;
}

std::string Store::identity() {
  Rows rows = identity_.rows();
  return rows.next() ? std::string(rows.text(0)) : std::string();
}

void Store::set_identity(const std::string& identity) { set_identity_.run(identity); }

}  // namespace dropcowboy::outbox::sqlite
