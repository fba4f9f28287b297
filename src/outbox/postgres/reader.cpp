#include "outbox/postgres/reader.hpp"

#include <algorithm>
#include <utility>

#include "outbox/postgres/candidates.hpp"
#include "outbox/postgres/schema.hpp"

namespace dropcowboy::outbox::pg {

namespace {

// All conditions in one text, so that it is prepared once; an index serves the state and the number
// as long as PostgreSQL plans for the values that it is given.
constexpr const char* list_sql =
    "SELECT m.id, m.foreign_id, m.phone, m.state, m.why, m.due, m.expires, m.marked_at, "
    "m.settled_at, m.returned, m.result, m.reason, m.drop_id, m.note, m.resent_by, "
    "m.keyed, m.repeats, m.repeat_at, (SELECT foreign_id FROM dropcowboy.message WHERE id = "
    "m.resend_of) "
    "FROM dropcowboy.message m WHERE m.id > $1 AND ($3::smallint IS NULL OR m.state = $3) "
    "AND ($4::bigint IS NULL OR coalesce(m.settled_at, m.marked_at, m.due) < $4) "
    "AND ($5::text IS NULL OR m.phone = $5) AND ($6::text IS NULL OR m.foreign_id = $6) "
    "ORDER BY m.id LIMIT $2";

DropStatus result_of(std::optional<std::int64_t> stored) noexcept {
  return stored ? static_cast<DropStatus>(*stored) : DropStatus::other;
}

Message message_of(const Rows& rows, int row) {
  Message message;
  message.id = rows.integer(row, 0);
  message.foreign_id = rows.text(row, 1);
  message.phone_number = rows.text(row, 2);
  message.state = static_cast<State>(rows.integer(row, 3));
  message.refusal = static_cast<Refusal>(rows.integer(row, 4));
  message.due = from_stored(rows.integer(row, 5));
  message.expires = from_stored(rows.maybe_integer(row, 6));
  message.marked_at = from_stored(rows.maybe_integer(row, 7));
  message.settled_at = from_stored(rows.maybe_integer(row, 8));
  message.returned = static_cast<int>(rows.integer(row, 9));
  message.result = result_of(rows.maybe_integer(row, 10));
  message.reason = static_cast<Reason>(rows.integer(row, 11));
  message.drop_id = rows.text(row, 12);
  message.note = rows.text(row, 13);
  message.resent_by = rows.text(row, 14);
  message.keyed = rows.integer(row, 15) == 1;
  message.repeats = static_cast<int>(rows.integer(row, 16));
  message.repeat_at = from_stored(rows.maybe_integer(row, 17));
  message.resend_of = rows.text(row, 18);
  return message;
}

void add_counts(const Rows& rows, Status& status) {
  for (int row = 0; row < rows.count(); ++row) {
    const auto state = static_cast<std::size_t>(rows.integer(row, 0));
    const auto why = static_cast<std::size_t>(rows.integer(row, 1));
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, rows.integer(row, 2)));
    if (state >= status.messages.size() || why >= status.refusals.size()) continue;
    status.messages[state] += count;
    if (why > 0) status.refusals[why] += count;
  }
}

}  // namespace

Reader::Reader(std::string conninfo, std::chrono::milliseconds lock_timeout, Welcome welcome)
    : connection_(std::move(conninfo), lock_timeout, std::move(welcome)) {}

template <class Work>
auto Reader::with_connection(Work work) {
  const std::lock_guard lock(mutex_);
  const bool was_connected = !connection_.connect();
  try {
    return work();
  } catch (...) {
    if (!was_connected || !connection_.is_broken()) throw;
  }
  connection_.connect();
  return work();
}

std::vector<Candidate> Reader::due(Stored now, int limit) { return due_of(0, now, limit); }

std::vector<Candidate> Reader::due_of(int keyed, Stored now, int limit) {
  return with_connection([&] {
    return candidates_of(connection_.run(
        "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request FROM dropcowboy.message m "
        "LEFT JOIN dropcowboy.payload p ON p.message = m.id "
        "WHERE m.state = 0 AND m.keyed = $1 AND m.due <= $2 ORDER BY m.due, m.id LIMIT $3",
        keyed, now, limit));
  });
}

std::optional<Stored> Reader::next_due() {
  return with_connection([&]() -> std::optional<Stored> {
    const Rows rows = connection_.run(
        "SELECT due FROM dropcowboy.message WHERE state = 0 AND keyed = 0 ORDER BY due LIMIT 1");
    if (rows.count() == 0) return std::nullopt;
    return rows.integer(0, 0);
  });
}

std::vector<Candidate> Reader::Keyed::due(Stored now, int limit) {
  return reader_.due_of(1, now, limit);
}

std::vector<Doubtful> Reader::Keyed::doubtful(Stored now, int limit) {
  return reader_.with_connection([&] {
    return doubtful_of(reader_.connection_.run(
        "SELECT m.id, m.foreign_id, m.phone, m.expires, p.request, m.attempted_at, "
        "m.repeat_until, m.repeats, k.text FROM dropcowboy.message m "
        "LEFT JOIN dropcowboy.payload p ON p.message = m.id "
        "LEFT JOIN dropcowboy.prepared k ON k.message = m.id "
        "WHERE m.repeat_at IS NOT NULL AND m.repeat_at <= $1 ORDER BY m.repeat_at, m.id LIMIT $2",
        now, limit));
  });
}

std::optional<Stored> Reader::Keyed::next_due() {
  return reader_.with_connection([&] {
    return reader_.connection_
        .run(
            "SELECT least((SELECT due FROM dropcowboy.message WHERE state = 0 AND keyed = 1 "
            "ORDER BY due LIMIT 1), (SELECT repeat_at FROM dropcowboy.message "
            "WHERE repeat_at IS NOT NULL ORDER BY repeat_at LIMIT 1))")
        .maybe_integer(0, 0);
  });
}

std::optional<std::string> Reader::Keyed::request_of(std::string_view foreign_id) {
  return reader_.request_of(1, foreign_id);
}

Page Reader::list(const Query& query, Stored now) {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, 10'000);
  constexpr std::chrono::seconds longest = std::chrono::hours(24 * 366 * 100);
  std::optional<std::int64_t> before;
  if (query.older_than) {
    const auto age = std::clamp(*query.older_than, std::chrono::seconds(0), longest);
    before = now - to_stored(std::chrono::milliseconds(age));
  }
  std::optional<std::int64_t> state;
  if (query.state) state = static_cast<std::int64_t>(*query.state);
  return with_connection([&] {
    const Rows rows = connection_.run(list_sql, query.after, static_cast<std::int64_t>(limit),
                                      state, before, query.phone_number, query.foreign_id);
    Page page;
    for (int row = 0; row < rows.count(); ++row) page.messages.push_back(message_of(rows, row));
    if (page.messages.size() == limit) page.next = page.messages.back().id;
    return page;
  });
}

std::optional<std::string> Reader::request_of(std::string_view foreign_id) {
  return request_of(0, foreign_id);
}

std::optional<std::string> Reader::request_of(int keyed, std::string_view foreign_id) {
  return with_connection([&]() -> std::optional<std::string> {
    const Rows rows = connection_.run(
        "SELECT p.request FROM dropcowboy.payload p JOIN dropcowboy.message m ON m.id = p.message "
        "WHERE m.foreign_id = $1 AND m.keyed = $2",
        foreign_id, keyed);
    if (rows.count() == 0) return std::nullopt;
    return std::string(rows.text(0, 0));
  });
}

std::optional<Permission> Reader::permission_of(std::string_view phone) {
  return with_connection([&]() -> std::optional<Permission> {
    const Rows rows = connection_.run(
        "SELECT at, allowed, source, proof FROM dropcowboy.permission WHERE phone = $1 "
        "ORDER BY at DESC, allowed LIMIT 1",
        phone);
    if (rows.count() == 0) return std::nullopt;
    Permission word;
    word.phone_number = phone;
    word.at = from_stored(rows.integer(0, 0));
    word.allowed = rows.boolean(0, 1);
    word.source = rows.text(0, 2);
    word.proof = rows.text(0, 3);
    return word;
  });
}

void Reader::fill(Status& status, Stored now) {
  with_connection([&] {
    Status found = status;
    add_counts(connection_.run("SELECT state, why, sum(count)::bigint FROM dropcowboy.tally "
                               "GROUP BY state, why"),
               found);
    const Rows first = connection_.run(
        "SELECT least((SELECT due FROM dropcowboy.message WHERE state = 0 AND keyed = 0 "
        "ORDER BY due LIMIT 1), (SELECT due FROM dropcowboy.message WHERE state = 0 AND keyed = 1 "
        "ORDER BY due LIMIT 1)), "
        "least((SELECT due FROM dropcowboy.message WHERE state = 0 AND keyed = 0 AND due > $1 "
        "ORDER BY due LIMIT 1), (SELECT due FROM dropcowboy.message WHERE state = 0 AND keyed = 1 "
        "AND due > $1 ORDER BY due LIMIT 1)), "
        "(SELECT count(*) FROM dropcowboy.message WHERE state = 3 AND marked_at <= $2), "
        "(SELECT count(*) FROM dropcowboy.message WHERE repeat_at IS NOT NULL), "
        "current_setting('synchronous_standby_names')",
        now, now - to_stored(callback_wait));
    const auto oldest = first.maybe_integer(0, 0);
    if (oldest && *oldest <= now) {
      found.oldest_due_age = std::chrono::milliseconds(now - *oldest);
    }
    found.next_due = from_stored(first.maybe_integer(0, 1));
    found.unknown_past_72_hours = static_cast<std::uint64_t>(first.integer(0, 2));
    found.to_be_repeated = static_cast<std::uint64_t>(first.integer(0, 3));
    found.synchronous_standby = !first.text(0, 4).empty();
    status = found;
  });
}

std::vector<std::string> Reader::problems() {
  return with_connection([&] {
    std::vector<std::string> problems = schema_problems(connection_);
    const Rows differing = connection_.run(
        "SELECT count(*) FROM (SELECT state::int, why::int, count(*) AS n FROM dropcowboy.message "
        "GROUP BY 1, 2) AS m FULL JOIN (SELECT state, why, sum(count) AS n FROM dropcowboy.tally "
        "GROUP BY 1, 2) AS t USING (state, why) WHERE coalesce(m.n, 0) <> coalesce(t.n, 0)");
    if (differing.integer(0, 0) > 0) {
      problems.emplace_back(
          "the counts of messages do not fit the messages: somebody has changed the database; "
          "status is wrong, sending is not");
    }
    return problems;
  });
}

bool Reader::has_identity() {
  return with_connection([&] {
    const std::string identity(connection_.run(sql_of_identity).text(0, 0));
    return connection_.run("SELECT place FROM dropcowboy.outbox").text(0, 0) == identity;
  });
}

TimePoint Reader::now() {
  return with_connection([&] {
    return from_stored(
        connection_.run("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            .integer(0, 0));
  });
}

std::int64_t Reader::runs_since(Stored moment) {
  return with_connection([&] {
    return connection_.run("SELECT count(*) FROM dropcowboy.runner WHERE seen_at > $1", moment)
        .integer(0, 0);
  });
}

}  // namespace dropcowboy::outbox::pg
