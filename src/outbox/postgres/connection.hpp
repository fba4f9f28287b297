#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dropcowboy/error.hpp"

namespace dropcowboy::outbox::pg {

/// The numbers as an array, as PostgreSQL reads it.
std::string array_of(const std::vector<std::int64_t>& numbers);
/// The same of texts; they hold no NUL.
std::string array_of(const std::vector<std::string_view>& texts);

/// The parameters of a statement, as texts.
class Parameters {
 public:
  template <class... Values>
  explicit Parameters(const Values&... values) {
    values_.reserve(sizeof...(values));
    (add(values), ...);
  }
  std::vector<const char*> pointers() const;

 private:
  void add(std::int64_t value) { values_.emplace_back(std::to_string(value)); }
  void add(int value) { add(std::int64_t{value}); }
  void add(bool value) { values_.emplace_back(value ? "t" : "f"); }
  void add(std::string_view value) { values_.emplace_back(std::string(value)); }
  void add(const std::string& value) { values_.emplace_back(value); }
  void add(const char* value) { values_.emplace_back(value); }
  void add(const std::optional<std::int64_t>& value) {
    values_.emplace_back(value ? std::optional(std::to_string(*value)) : std::nullopt);
  }
  void add(const std::optional<std::string>& value) { values_.push_back(value); }
  void add(const std::optional<std::string_view>& value) {
    values_.emplace_back(value ? std::optional(std::string(*value)) : std::nullopt);
  }

  std::vector<std::optional<std::string>> values_;
};

/// The answer to a statement.
class Rows {
 public:
  explicit Rows(PGresult* result) noexcept : result_(result) {}

  int count() const noexcept { return PQntuples(result_.get()); }
  /// How many rows the statement changed or read.
  std::int64_t changed() const noexcept;
  bool is_null(int row, int column) const noexcept {
    return PQgetisnull(result_.get(), row, column) != 0;
  }
  /// Empty if there is none. Valid as long as these rows.
  std::string_view text(int row, int column) const noexcept;
  /// 0 if there is none.
  std::int64_t integer(int row, int column) const noexcept;
  std::optional<std::int64_t> maybe_integer(int row, int column) const noexcept;
  bool boolean(int row, int column) const noexcept { return text(row, column) == "t"; }
  const PGresult* get() const noexcept { return result_.get(); }

 private:
  struct Deleter {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
  };
  std::unique_ptr<PGresult, Deleter> result_;
};

class Connection;

/// What is asked of a new connection before it is used. Throws Exception if it is not fit.
using Welcome = std::function<void(Connection&)>;

/// A connection that is made when it is needed, and made again after it broke. For one thread at a
/// time. Its functions throw Exception: storage; configuration if it cannot work as it is. Texts
/// of the server are not quoted: they can hold numbers of people.
class Connection {
 public:
  /// `lock_timeout`: how long to wait for another one's lock, and for the server to answer at
  /// first.
  Connection(std::string conninfo, std::chrono::milliseconds lock_timeout, Welcome welcome = {});

  /// Connects unless it is. True if it is a new connection: all that hung on the old one is gone.
  /// One that is not welcome is closed, and asked again at the next try: a standby that has been
  /// refused may have become the primary, and be another server.
  bool connect();
  void disconnect() noexcept;
  bool is_broken() const noexcept;
  /// Counts connections, from 1; 0 before the first.
  std::uint64_t generation() const noexcept { return generation_; }
  /// For people; without secrets.
  const std::string& name() const noexcept { return name_; }
  int backend() const noexcept { return PQbackendPID(handle_.get()); }

  /// Any number of statements without parameters.
  void execute(const char* sql);
  /// What is queued, and then this statement, in one round trip. `sql` is prepared once for each
  /// connection, and known by its address.
  template <class... Values>
  Rows run(const char* sql, const Values&... values) {
    queue_.push_back({sql, Parameters(values...), std::nullopt});
    return send_all();
  }
  /// Sent with the next run() or flush(). `changes`: so many rows, or else it failed.
  template <class... Values>
  void queue(std::optional<std::int64_t> changes, const char* sql, const Values&... values) {
    queue_.push_back({sql, Parameters(values...), changes});
  }
  void flush() {
    if (!queue_.empty()) send_all();
  }
  void forget_queue() noexcept { queue_.clear(); }
  /// Counts what was sent, so that a caller can tell whether something was.
  std::uint64_t sent() const noexcept { return sent_; }

  /// Whether the last failure was a conflict with another transaction: the same may go well if it
  /// is done again from the start.
  bool is_repeatable() const noexcept { return is_repeatable_; }
  /// Whether the server gave up waiting for its synchronous standby in the last run(), because
  /// somebody, or a time limit, cancelled that: it says "committed", and a failover can lose it.
  bool is_on_one_server_only() const noexcept { return is_on_one_server_only_; }
  PGTransactionStatusType transaction() const noexcept {
    return PQtransactionStatus(handle_.get());
  }

 private:
  struct Deleter {
    void operator()(PGconn* handle) const noexcept { PQfinish(handle); }
  };
  struct Queued {
    const char* sql;
    Parameters parameters;
    std::optional<std::int64_t> changes;
  };

  const char* prepare(const char* sql);
  Rows send_all();
  Rows send_piece(const Queued* first, std::size_t count);
  std::optional<Error> problem_in(const Rows& rows, const Queued& one);
  Error broken();
  void expect_sent(int is_sent);
  Error error_of(const PGresult* result);
  void note_name();
  static void take_notice(void* connection, const PGresult* notice) noexcept;

  const std::string conninfo_;
  const std::chrono::milliseconds lock_timeout_;
  const Welcome welcome_;
  std::unique_ptr<PGconn, Deleter> handle_{};
  std::unordered_map<const char*, std::string> prepared_{};
  std::vector<Queued> queue_{};
  std::string name_ = "PostgreSQL";
  std::uint64_t generation_ = 0;
  std::uint64_t sent_ = 0;
  bool is_repeatable_ = false;
  bool is_on_one_server_only_ = false;
};

/// What an SQLSTATE means for the database of this name, with a remedy; empty: the connection
/// broke.
Error storage_error(std::string_view sqlstate, const std::string& name);

}  // namespace dropcowboy::outbox::pg
