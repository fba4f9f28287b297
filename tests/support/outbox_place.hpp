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
  /// What an operator does with the sqlite3 program, in a session of its own: the first value of
  /// the first row, or what was said against it. A transaction that is left open is undone.
  std::string by_hand(const std::string& sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    std::string said;
    sqlite3_exec(
        database, sql.c_str(),
        [](void* into, int, char** values, char**) {
          auto& first = *static_cast<std::string*>(into);
          if (first.empty() && values[0] != nullptr) first = values[0];
          return 0;
        },
        &said, &message);
    if (message != nullptr) said = message;
    sqlite3_free(message);
    sqlite3_close(database);
    return said;
  }
  /// For an UPDATE by hand: the columns of a state.
  static std::string set_state(outbox::State to) {
    return "state = " + std::to_string(static_cast<int>(to));
  }
  static std::string without_rule(const std::string&, const std::string& rule) {
    return "DROP TRIGGER " + rule + ";";
  }
  /// How else the engine can write over a row.
  static constexpr const char* overwrite_prepared =
      "INSERT OR REPLACE INTO prepared VALUES (1, 'x')";

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
  /// In a session of this thread, which takes less time than a new one and is like one each time.
  static std::string by_hand(const std::string& sql) {
    static thread_local PsqlSession session(database());
    return session.run_as_new(sql);
  }
  /// What is sending is of a run, this one of a run that there is not.
  static std::string set_state(outbox::State to) {
    return "state = " + std::to_string(static_cast<int>(to)) +
           ", runner = " + (to == outbox::State::sending ? "77" : "NULL");
  }
  static std::string without_rule(const std::string& table, const std::string& rule) {
    return "ALTER TABLE " + table + " DISABLE TRIGGER " + rule + ";";
  }
  static constexpr const char* overwrite_prepared = "TRUNCATE prepared";
};

using Place = DatabasePlace;

#else

using Place = FilePlace;

#endif

}  // namespace dropcowboy::support
