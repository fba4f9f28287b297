#include "outbox/postgres/runner_row.hpp"

#include <unistd.h>

#include <array>
#include <utility>

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::outbox::pg {

namespace {

/// For people who look into the table.
std::string name_of_this_process() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return std::string(host.data()) + ", process " + std::to_string(platform::process_id());
}

}  // namespace

RunnerRow::RunnerRow(std::string conninfo, std::chrono::milliseconds lock_timeout,
                     std::chrono::milliseconds lease, const ServerClock& clock, Store& store)
    : conninfo_(std::move(conninfo)), lock_timeout_(lock_timeout), lease_(lease), store_(store) {
  Connection connection(conninfo_, lock_timeout_);
  connection.connect();
  const Stored now = to_stored(clock.now());
  // Rows of runs that died long ago, and of which nothing is left.
  connection.run(
      "DELETE FROM dropcowboy.runner r WHERE r.seen_at < $1 AND NOT EXISTS "
      "(SELECT 1 FROM dropcowboy.message m WHERE m.state = 1 AND m.runner = r.id)",
      now - 100 * to_stored(lease_));
  const Rows made = connection.run(
      "INSERT INTO dropcowboy.runner (name, started_at, seen_at) VALUES ($1, $2, $2) RETURNING id",
      name_of_this_process(), now);
  id_ = made.integer(0, 0);
  if (store_.take_runner(id_)) return;
  connection.run("DELETE FROM dropcowboy.runner WHERE id = $1", id_);
  throw Exception(not_sent_for_now(ErrorKind::storage,
                                   "this outbox has a run at work: stop that one first, or open "
                                   "the database once more for another one"));
}

RunnerRow::~RunnerRow() {
  store_.leave_runner();
  try {
    Connection connection(conninfo_, lock_timeout_);
    connection.connect();
    connection.run("DELETE FROM dropcowboy.runner WHERE id = $1", id_);
  } catch (...) {
    return;  // its lease ends by itself
  }
}

}  // namespace dropcowboy::outbox::pg
