#include "outbox/sqlite/reader.hpp"

#include <algorithm>

#include "outbox/sqlite/schema.hpp"
#include "outbox/transitions.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

constexpr const char* columns =
    "SELECT m.id, m.foreign_id, m.phone, m.state, m.why, m.due, m.expires, m.marked_at, "
    "m.settled_at, m.returned, m.result, m.reason, m.drop_id, m.note, m.resent_by, "
    "m.keyed, m.repeats, m.repeat_at, (SELECT foreign_id FROM message WHERE id = m.resend_of) FROM "
    "message m WHERE m.id > ?1";

/// The conditions of a query. The state is written out, so that its index serves.
std::string sql_of(const Query& query) {
  std::string sql = columns;
  if (query.state) sql += " AND m.state = " + std::to_string(static_cast<int>(*query.state));
  if (query.older_than) sql += " AND coalesce(m.settled_at, m.marked_at, m.due) < ?3";
  if (query.phone_number) sql += " AND m.phone = ?4";
  if (query.foreign_id) sql += " AND m.foreign_id = ?5";
  return sql + " ORDER BY m.id LIMIT ?2";
}

DropStatus result_of(std::optional<std::int64_t> stored) noexcept {
  return stored ? static_cast<DropStatus>(*stored) : DropStatus::other;
}

}  // namespace

Reader::Reader(const std::string& path, std::chrono::milliseconds lock_timeout)
    : database_(path, Database::Mode::read_only, lock_timeout),
      keyed_(database_, mutex_),
      due_(database_,
           "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request FROM message m "
           "LEFT JOIN payload p ON p.message = m.id "
           "WHERE m.state = 0 AND m.keyed = 0 AND m.due <= ?1 ORDER BY m.due, m.id LIMIT ?2"),
      next_due_(database_,
                "SELECT due FROM message WHERE state = 0 AND keyed = ?1 ORDER BY due LIMIT 1"),
      next_due_after_(database_,
                      "SELECT due FROM message WHERE state = 0 AND keyed = ?1 AND due > ?2 "
                      "ORDER BY due LIMIT 1"),
      doubtful_(database_, "SELECT count(*) FROM message WHERE repeat_at IS NOT NULL"),
      request_(database_,
               "SELECT request FROM payload WHERE message = "
               "(SELECT id FROM message WHERE foreign_id = ?1 AND keyed = 0)"),
      permission_(database_,
                  "SELECT at, allowed, source, proof FROM permission WHERE phone = ?1 "
                  "ORDER BY at DESC, allowed LIMIT 1"),
      outbox_(database_, "SELECT place, marks FROM outbox"),
      tally_(database_, "SELECT state, why, count FROM tally"),
      unknown_(database_, "SELECT count(*) FROM message WHERE state = 3 AND marked_at <= ?1") {}

std::vector<Candidate> Reader::due(Stored now, int limit) {
  const std::lock_guard lock(mutex_);
  std::vector<Candidate> found;
  Rows rows = due_.rows(now, limit);
  while (rows.next()) found.push_back(candidate_of(rows));
  return found;
}

std::optional<Stored> Reader::next_due() {
  const std::lock_guard lock(mutex_);
  Rows rows = next_due_.rows(0);
  if (!rows.next()) return std::nullopt;
  return rows.integer(0);
}

Message Reader::message_of(const Rows& rows) {
  Message message;
  message.id = rows.integer(0);
  message.foreign_id = rows.text(1);
  message.phone_number = rows.text(2);
  message.state = static_cast<State>(rows.integer(3));
  message.refusal = static_cast<Refusal>(rows.integer(4));
  message.due = from_stored(rows.integer(5));
  message.expires = from_stored(rows.maybe_integer(6));
  message.marked_at = from_stored(rows.maybe_integer(7));
  message.settled_at = from_stored(rows.maybe_integer(8));
  message.returned = static_cast<int>(rows.integer(9));
  message.result = result_of(rows.maybe_integer(10));
  message.reason = static_cast<Reason>(rows.integer(11));
  message.drop_id = rows.text(12);
  message.note = rows.text(13);
  message.resent_by = rows.text(14);
  message.keyed = rows.integer(15) == 1;
  message.repeats = static_cast<int>(rows.integer(16));
  message.repeat_at = from_stored(rows.maybe_integer(17));
  message.resend_of = rows.text(18);
  return message;
}

Page Reader::list(const Query& query, Stored now) {
  const std::lock_guard lock(mutex_);
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, 10'000);
  constexpr std::chrono::seconds longest = std::chrono::hours(24 * 366 * 100);
  const auto age = std::clamp(query.older_than.value_or(longest), std::chrono::seconds(0), longest);
  const std::int64_t before = now - to_stored(std::chrono::milliseconds(age));
  Statement statement(database_, sql_of(query).c_str());
  statement.bind_at(1, query.after);
  statement.bind_at(2, static_cast<std::int64_t>(limit));
  if (query.older_than) statement.bind_at(3, before);
  if (query.phone_number) statement.bind_at(4, *query.phone_number);
  if (query.foreign_id) statement.bind_at(5, *query.foreign_id);
  Page page;
  Rows rows(statement);
  while (rows.next()) page.messages.push_back(message_of(rows));
  if (page.messages.size() == limit) page.next = page.messages.back().id;
  return page;
}

std::optional<std::string> Reader::request_of(std::string_view foreign_id) {
  const std::lock_guard lock(mutex_);
  Rows rows = request_.rows(foreign_id);
  if (!rows.next()) return std::nullopt;
  return std::string(rows.text(0));
}

std::optional<Permission> Reader::permission_of(std::string_view phone) {
  const std::lock_guard lock(mutex_);
  Rows rows = permission_.rows(phone);
  if (!rows.next()) return std::nullopt;
  Permission word;
  word.phone_number = phone;
  word.at = from_stored(rows.integer(0));
  word.allowed = rows.integer(1) == 1;
  word.source = rows.text(2);
  word.proof = rows.text(3);
  return word;
}

std::string Reader::identity() {
  const std::lock_guard lock(mutex_);
  Rows rows = outbox_.rows();
  return rows.next() ? std::string(rows.text(0)) : std::string();
}

std::int64_t Reader::marks() {
  const std::lock_guard lock(mutex_);
  Rows rows = outbox_.rows();
  return rows.next() ? rows.integer(1) : 0;
}

/// What waits of one kind, beside what waits of the other.
void Reader::fill_due(Status& status, Stored now, int keyed) {
  {
    Rows rows = next_due_.rows(keyed);
    if (rows.next() && rows.integer(0) <= now) {
      const std::chrono::milliseconds age(now - rows.integer(0));
      status.oldest_due_age = std::max(age, status.oldest_due_age.value_or(age));
    }
  }
  Rows rows = next_due_after_.rows(keyed, now);
  if (!rows.next()) return;
  const TimePoint next = from_stored(rows.integer(0));
  status.next_due = std::min(next, status.next_due.value_or(next));
}

void Reader::fill(Status& status, Stored now) {
  const std::lock_guard lock(mutex_);
  {
    Rows rows = tally_.rows();
    while (rows.next()) {
      const auto state = static_cast<std::size_t>(rows.integer(0));
      const auto why = static_cast<std::size_t>(rows.integer(1));
      const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, rows.integer(2)));
      if (state >= status.messages.size() || why >= status.refusals.size()) continue;
      status.messages[state] += count;
      if (why > 0) status.refusals[why] += count;
    }
  }
  for (const int keyed : {0, 1}) fill_due(status, now, keyed);
  {
    Rows rows = doubtful_.rows();
    if (rows.next()) status.to_be_repeated = static_cast<std::uint64_t>(rows.integer(0));
  }
  Rows rows = unknown_.rows(now - to_stored(callback_wait));
  if (rows.next()) status.unknown_past_72_hours = static_cast<std::uint64_t>(rows.integer(0));
}

std::vector<std::string> Reader::problems() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> problems = schema_problems(database_);
  {
    Statement look(database_, "PRAGMA integrity_check(10)");
    Rows rows = look.rows();
    while (rows.next()) {
      if (rows.text(0) == "ok") continue;
      problems.push_back("the file is damaged: " + std::string(rows.text(0)) +
                         "; keep it, restore a backup, then adopt that");
    }
  }
  Statement differing(
      database_,
      "WITH m AS MATERIALIZED (SELECT state, why, count(*) FROM message "
      "GROUP BY state, why), "
      "t AS (SELECT state, why, count FROM tally WHERE count <> 0) "
      "SELECT count(*) FROM (SELECT * FROM (SELECT * FROM m EXCEPT SELECT * FROM t) "
      "UNION ALL SELECT * FROM (SELECT * FROM t EXCEPT SELECT * FROM m))");
  Rows rows = differing.rows();
  if (rows.next() && rows.integer(0) > 0) {
    problems.emplace_back(
        "the counts of messages do not fit the messages: somebody has changed the file; status is "
        "wrong, sending is not");
  }
  return problems;
}

}  // namespace dropcowboy::outbox::sqlite
