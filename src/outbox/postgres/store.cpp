#include "outbox/postgres/store.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/postgres/schema.hpp"

namespace dropcowboy::outbox::pg {

namespace {

constexpr std::size_t index_of(State state) noexcept { return static_cast<std::size_t>(state); }
constexpr std::size_t index_of(Refusal why) noexcept { return static_cast<std::size_t>(why); }

constexpr int tally_slots = 64;

// Each statement sees what was committed before it, whatever the database's default is: the word
// of a person that was there before a number was locked must be seen after it.
constexpr const char* begin_sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
constexpr const char* look_sql =
    "SELECT floor(extract(epoch FROM now()) * 1000)::bigint, "
    "current_setting('synchronous_commit'), "
    "schema_version, place, paused_until FROM dropcowboy.outbox";

}  // namespace

Store::Store(Connection& connection, ServerClock& clock, std::chrono::milliseconds lease)
    : connection_(connection), clock_(clock), lease_(lease) {}

// ---- The transaction ----

void Store::begin() {
  forget();
  if (connection_.connect()) return look();
  try {
    look();
  } catch (const Exception&) {
    if (!connection_.is_broken()) throw;
    connection_.connect();  // it had broken while it stood still, and nothing has happened yet
    look();
  }
}

void Store::look() {
  connection_.queue(std::nullopt, begin_sql);
  const Rows look = connection_.run(look_sql);
  const std::string_view commit = look.count() == 1 ? look.text(0, 1) : std::string_view();
  if ((commit != "on" && commit != "remote_apply") || look.integer(0, 2) != schema_version) {
    connection_.disconnect();
    throw Exception(
        not_sent_for_now(ErrorKind::storage,
                         connection_.name() + ": its tables or settings were changed meanwhile"));
  }
  now_ = clock_.note(from_stored(look.integer(0, 0)));
  identity_ = look.text(0, 3);
  paused_until_ = look.integer(0, 4);
}

void Store::flush() {
  queue_marks();
  connection_.flush();
}

void Store::commit() {
  queue_marks();
  queue_tally();
  const Rows end = connection_.run("COMMIT");
  // A transaction that has failed is rolled back by COMMIT, without an error.
  if (PQcmdStatus(const_cast<PGresult*>(end.get())) != std::string_view("COMMIT")) {
    throw Exception(not_sent_for_now(ErrorKind::storage,
                                     connection_.name() + ": the transaction was rolled back"));
  }
  if (connection_.is_on_one_server_only()) {
    throw Exception(not_sent_for_now(
        ErrorKind::storage, connection_.name() +
                                ": it is written, but the synchronous standby has not said so: "
                                "bring that back, or name another one"));
  }
  forget();
}

void Store::roll_back() noexcept {
  forget();
  try {
    if (connection_.is_broken()) return connection_.disconnect();
    if (connection_.transaction() != PQTRANS_IDLE) connection_.execute("ROLLBACK");
  } catch (...) {
    connection_.disconnect();
  }
}

void Store::begin_part() {
  flush();
  changes_before_part_ = changes_;
  identity_before_part_ = identity_;
  connection_.queue(std::nullopt, "SAVEPOINT part");
  sent_before_part_ = connection_.sent();
}

void Store::end_part() {
  queue_marks();
  connection_.queue(std::nullopt, "RELEASE SAVEPOINT part");
  connection_.flush();
}

bool Store::undo_part() noexcept {
  const bool is_sent = connection_.sent() != sent_before_part_;
  forget();
  changes_ = changes_before_part_;
  identity_.swap(identity_before_part_);
  if (!is_sent) return true;
  try {
    if (connection_.is_broken()) return false;
    connection_.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
    return true;
  } catch (...) {
    return false;
  }
}

/// What was not sent, and what is known of locked messages.
void Store::forget() noexcept {
  connection_.forget_queue();
  locked_.clear();
  phones_.clear();
  numbers_.clear();
  number_of_.clear();
  marks_ = {};
  keyed_marks_ = {};
  repeats_ = {};
  locked_numbers_ = 0;
  changes_ = {};
}

void Store::count(State from, Refusal from_why, State to, Refusal to_why, std::int64_t times) {
  changes_[index_of(from)][index_of(from_why)] -= times;
  changes_[index_of(to)][index_of(to_why)] += times;
}

void Store::count_new(std::int64_t times) {
  changes_[index_of(State::ready)][index_of(Refusal::none)] += times;
}

void Store::queue_marks() {
  queue_keyed_marks();
  if (marks_.ids.empty()) return;
  connection_.queue(static_cast<std::int64_t>(marks_.ids.size()),
                    "UPDATE dropcowboy.message SET state = 1, marked_at = $2, runner = $3 "
                    "WHERE state = 0 AND id = ANY ($1::bigint[])",
                    array_of(marks_.ids), marks_.at, runner());
  marks_ = {};
}

void Store::queue_tally() {
  const int slot = connection_.backend() % tally_slots;
  for (std::size_t state = 0; state < changes_.size(); ++state) {
    for (std::size_t why = 0; why < changes_[state].size(); ++why) {
      const std::int64_t change = changes_[state][why];
      if (change == 0) continue;
      connection_.queue(
          1,
          "INSERT INTO dropcowboy.tally AS t (slot, state, why, count) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (slot, state, why) DO UPDATE SET count = t.count + excluded.count",
          slot, static_cast<int>(state), static_cast<int>(why), change);
    }
  }
  changes_ = {};
}

}  // namespace dropcowboy::outbox::pg
