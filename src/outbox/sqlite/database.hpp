#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/error.hpp"

namespace dropcowboy::outbox::sqlite {

/// What a result code of SQLite means for the file at `path`, with a remedy. `doing`: "write to".
Error storage_error(int code, const std::string& path, std::string_view doing);

/// How many marks there are in the database's own file, whatever stands in its log; 0 if it holds
/// no outbox. Another process may be writing to it: then it may be less than there are. Nothing if
/// the file cannot be read, as in the middle of somebody's checkpoint.
std::optional<std::int64_t> marks_without_log(const std::string& path) noexcept;

/// A connection. For one thread at a time. Its functions throw Exception (storage). In a child made
/// by fork() it is left alone, since closing it would break the parent's locks.
class Database {
 public:
  enum class Mode { read_and_write, read_only };

  /// Opens a file that is there, or makes it.
  Database(const std::string& path, Mode mode, std::chrono::milliseconds lock_timeout);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Any number of statements without parameters.
  void execute(const char* sql);
  /// The first column of the first row; 0 or empty if there is none.
  std::int64_t integer(const char* sql);
  std::string text(const char* sql);

  /// Whether no transaction is open: SQLite has rolled it back by itself.
  bool has_no_transaction() const noexcept { return sqlite3_get_autocommit(handle_) != 0; }
  void set_lock_timeout(std::chrono::milliseconds timeout) noexcept;

  sqlite3* handle() const noexcept { return handle_; }
  const std::string& path() const noexcept { return path_; }
  /// Throws what `code` means, unless that is success.
  void expect(int code, std::string_view doing) const;

 private:
  void close() noexcept;

  const std::string path_;
  const long owner_;
  sqlite3* handle_ = nullptr;
};

class Statement;

/// The rows of a statement under way; resets it when it goes.
class Rows {
 public:
  explicit Rows(Statement& statement) noexcept : statement_(statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  bool next();
  std::int64_t integer(int column) const noexcept;
  std::optional<std::int64_t> maybe_integer(int column) const noexcept;
  /// Valid until the next row.
  std::string_view text(int column) const noexcept;
  bool is_null(int column) const noexcept;

 private:
  Statement& statement_;
};

/// A prepared statement, to be used again and again.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Binds all parameters: integers, texts, optional ones of both; then hands out the rows.
  template <class... Values>
  Rows rows(const Values&... values) {
    bind_all(values...);
    return Rows(*this);
  }
  /// Binds one parameter, by its number from 1.
  template <class Value>
  void bind_at(int index, const Value& value) {
    bind(index, value);
  }
  /// Binds all parameters and runs to the end; how many rows were changed.
  template <class... Values>
  int run(const Values&... values) {
    bind_all(values...);
    Rows all(*this);
    while (all.next()) continue;
    return sqlite3_changes(database_.handle());
  }

 private:
  friend class Rows;

  template <class... Values>
  void bind_all(const Values&... values) {
    [[maybe_unused]] int index = 0;
    (bind(++index, values), ...);
  }
  void bind(int index, std::int64_t value);
  void bind(int index, int value) { bind(index, std::int64_t{value}); }
  void bind(int index, std::string_view value);
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
  void bind(int index, const std::optional<std::int64_t>& value);
  void bind(int index, const std::optional<std::string>& value);

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace dropcowboy::outbox::sqlite
