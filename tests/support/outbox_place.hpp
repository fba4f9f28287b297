#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "dropcowboy/outbox/outbox.hpp"
#include "support/temporary_directory.hpp"

#ifdef DROPCOWBOY_TEST_POSTGRES
#include "dropcowboy/outbox/postgres.hpp"
#include "support/postgres_server.hpp"
#endif

namespace dropcowboy::support {

/// A new outbox in a file, in a directory of its own.
class FilePlace {
 public:
  std::string path() const { return (directory_.path() / "outbox.db").string(); }
  void choose(outbox::Options& options) const {
    options.path = path();
    options.lock_timeout = std::chrono::milliseconds(50);
  }
  /// What an operator does with the sqlite3 program; the message of an error, empty if it went
  /// well.
  std::string by_hand(const std::string& sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message);
    std::string said = message == nullptr ? "" : message;
    sqlite3_free(message);
    sqlite3_close(database);
    return said;
  }
  /// What a run that died leaves behind.
  static constexpr const char* left_behind = "UPDATE message SET state = 1, marked_at = 5";

  const TemporaryDirectory directory_;
};

#ifdef DROPCOWBOY_TEST_POSTGRES

/// A new outbox in a database of one server for the whole program.
class DatabasePlace {
 public:
  DatabasePlace() {
    const std::string said = by_hand("DROP SCHEMA IF EXISTS dropcowboy CASCADE");
    EXPECT_EQ(said, "");
    const auto made = outbox::migrate({database()}, "team-1");
    if (!made) ADD_FAILURE() << made.error();
  }
  static PostgresServer& server() {
    static PostgresServer the_server;
    return the_server;
  }
  static std::string database() { return server().database(); }
  static void choose(outbox::Options& options) { options.engine = outbox::postgres({database()}); }
  static std::string by_hand(const std::string& sql) { return support::by_hand(database(), sql); }
  static constexpr const char* left_behind =
      "UPDATE message SET state = 1, marked_at = 5, runner = 77";
};

using Place = DatabasePlace;

#else

using Place = FilePlace;

#endif

}  // namespace dropcowboy::support
