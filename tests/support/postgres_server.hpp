#pragma once

#include <libpq-fe.h>

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
  /// A standby of another one, which follows it without being waited for.
  explicit PostgresServer(const PostgresServer& primary);
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  /// A connection string for a database of it.
  std::string database(const std::string& name = "postgres") const;
  int port() const noexcept { return port_; }

  /// As after a crash: nothing is written to an end.
  void stop_at_once();
  void start();
  /// A standby that runs takes over.
  void promote() const;

 private:
  void run(const std::string& program, std::vector<std::string> arguments) const;
  Process command(const std::string& program, std::vector<std::string> arguments) const;

  std::string data() const { return (directory_.path() / "data").string(); }

  const TemporaryDirectory directory_;
  int port_ = 0;
  std::unique_ptr<Process> server_{};
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

}  // namespace dropcowboy::support
