#pragma once

#include <libpq-fe.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temporary_directory.hpp"

namespace dropcowboy::support {

/// A PostgreSQL server of its own, on a free loopback port, in a new directory, with fsync on. It
/// runs as an ordinary user, and goes with this object or with the process, however that ends.
class PostgresServer {
 public:
  PostgresServer();
  /// A standby of another one, which follows it without being waited for; see
  /// wait_for_standby().
  explicit PostgresServer(const PostgresServer& primary);
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  /// A connection string for a database of it.
  std::string database(const std::string& name = "postgres") const;
  int port() const noexcept { return port_; }

  /// As after a crash: nothing is written to an end.
  void stop_at_once();
  /// As if the machine were gone: SIGKILL to all its processes.
  void kill();
  void start();

  /// From now on every commit waits for the standby, which follows already.
  void wait_for_standby() const;
  /// A standby that runs hears nothing of the primary any more, and can be read as before.
  void stop_following() const;
  /// A standby that runs takes over.
  void promote() const;

 private:
  void set(const std::string& setting, const std::string& value) const;
  void read_log();
  void await_end();
  void remove_shared_memory() const;
  void run(const std::string& program, std::vector<std::string> arguments) const;
  Process command(const std::string& program, std::vector<std::string> arguments) const;

  std::string data() const { return (directory_.path() / "data").string(); }

  const TemporaryDirectory directory_;
  int port_ = 0;
  std::unique_ptr<Process> server_{};
  std::future<std::string> log_{};  // read as it comes, or a full pipe would stop the server
};

/// What an operator does with psql.
class PsqlSession {
 public:
  explicit PsqlSession(const std::string& database);
  PsqlSession(const PsqlSession&) = delete;
  PsqlSession& operator=(const PsqlSession&) = delete;
  ~PsqlSession();

  /// One statement, or several. The first value of the first row, or what the server said against
  /// it; a transaction that failed is rolled back.
  std::string run(const std::string& sql);
  /// The same, and nothing of it is left: neither a transaction nor a setting. Connects again if it
  /// was cut off.
  std::string run_as_new(const std::string& sql);

 private:
  PGconn* const connection_;
};

/// The same in a session of its own.
inline std::string by_hand(const std::string& database, const std::string& sql) {
  return PsqlSession(database).run(sql);
}

/// Asks until that is the answer.
void wait_until(const std::string& database, const std::string& sql, const std::string& answer);

}  // namespace dropcowboy::support
