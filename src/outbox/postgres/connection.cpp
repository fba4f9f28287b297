#include "outbox/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::outbox::pg {

namespace {

// Of one piece the server's answers fit into the buffers between: then it never waits for us to
// read while we wait for it.
constexpr std::size_t per_piece = 64;

/// One line of what libpq or the server said about connecting; it holds no password.
std::string first_line(const char* text) {
  std::string line(text == nullptr ? "" : text);
  line.resize(std::min(line.find('\n'), std::min<std::size_t>(line.size(), 200)));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return line;
}

/// What a session needs, whatever the server's or the user's settings are.
std::string settings(std::chrono::milliseconds lock_timeout) {
  const auto patience = std::max<long long>(1, lock_timeout.count());  // 0 means for ever
  return "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; "
         "SET default_transaction_read_only = off; SET client_min_messages = 'warning'; "
         // A frozen process must not hold up the others.
         "SET idle_in_transaction_session_timeout = '10s'; "
         "SET lock_timeout = " +
         std::to_string(patience) +
         "; SELECT CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN '' "
         "ELSE set_config('synchronous_commit', 'on', false) END;";
}

}  // namespace

std::string array_of(const std::vector<std::int64_t>& numbers) {
  std::string text = "{";
  for (const std::int64_t number : numbers) text += std::to_string(number) + ",";
  if (text.size() > 1) text.pop_back();
  return text + "}";
}

std::string array_of(const std::vector<std::string_view>& texts) {
  std::string text = "{";
  for (const std::string_view one : texts) {
    text += '"';
    for (const char c : one) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += "\",";
  }
  if (text.size() > 1) text.pop_back();
  return text + "}";
}

std::vector<const char*> Parameters::pointers() const {
  std::vector<const char*> pointers;
  pointers.reserve(values_.size());
  for (const auto& value : values_) pointers.push_back(value ? value->c_str() : nullptr);
  return pointers;
}

std::int64_t Rows::changed() const noexcept {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string_view Rows::text(int row, int column) const noexcept {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::integer(int row, int column) const noexcept {
  const std::string_view digits = text(row, column);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::optional<std::int64_t> Rows::maybe_integer(int row, int column) const noexcept {
  if (is_null(row, column)) return std::nullopt;
  return integer(row, column);
}

Connection::Connection(std::string conninfo, std::chrono::milliseconds lock_timeout,
                       Welcome welcome)
    : conninfo_(std::move(conninfo)), lock_timeout_(lock_timeout), welcome_(std::move(welcome)) {
  char* problem = nullptr;
  PQconninfoOption* const parsed = PQconninfoParse(conninfo_.c_str(), &problem);
  PQconninfoFree(parsed);
  PQfreemem(problem);  // not quoted: it can hold a piece of the password
  if (parsed == nullptr) {
    throw Exception(not_sent(ErrorKind::configuration,
                             "the connection string cannot be read: write it as "
                             "postgresql://user@host/database or as host=... dbname=..."));
  }
}

bool Connection::is_broken() const noexcept {
  return !handle_ || PQstatus(handle_.get()) != CONNECTION_OK;
}

void Connection::disconnect() noexcept {
  queue_.clear();
  prepared_.clear();
  handle_.reset();
}

void Connection::note_name() {
  const auto known = [](const char* text) { return std::string(text == nullptr ? "" : text); };
  name_ = "PostgreSQL database " + known(PQdb(handle_.get())) + " at " +
          known(PQhost(handle_.get())) + ":" + known(PQport(handle_.get()));
}

/// The warning has no SQLSTATE of its own, and its text is of the server's language; where it comes
/// from is the same in all versions.
void Connection::take_notice(void* connection, const PGresult* notice) noexcept {
  const char* from = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
  if (from == nullptr || std::string_view(from) != "SyncRepWaitForLSN") return;
  static_cast<Connection*>(connection)->is_on_one_server_only_ = true;
}

bool Connection::connect() {
  if (!is_broken()) return false;
  disconnect();
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(lock_timeout_).count();
  const std::string timeout = std::to_string(std::clamp<long long>(seconds, 2, 60));
  // The first ones are for who does not say otherwise.
  const std::array keywords{"connect_timeout",
                            "keepalives_idle",
                            "keepalives_interval",
                            "keepalives_count",
                            "tcp_user_timeout",
                            "fallback_application_name",
                            "dbname",
                            static_cast<const char*>(nullptr)};
  const std::array values{timeout.c_str(),
                          "10",
                          "5",
                          "3",
                          "30000",
                          "dropcowboy-outbox",
                          conninfo_.c_str(),
                          static_cast<const char*>(nullptr)};
  handle_.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (!handle_) throw std::bad_alloc();
  note_name();
  if (PQstatus(handle_.get()) != CONNECTION_OK) {
    std::string said = first_line(PQerrorMessage(handle_.get()));
    disconnect();
    throw Exception(
        not_sent_for_now(ErrorKind::storage, name_ +
                                                 " cannot be reached: check that it runs, the "
                                                 "connection string and the network: " +
                                                 said));
  }
  PQsetNoticeReceiver(handle_.get(), take_notice, this);
  ++generation_;
  try {
    execute(settings(lock_timeout_).c_str());
    if (welcome_) welcome_(*this);
  } catch (...) {
    disconnect();
    throw;
  }
  return true;
}

Error Connection::error_of(const PGresult* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view sqlstate = state == nullptr ? std::string_view() : state;
  is_repeatable_ = sqlstate == "40001" || sqlstate == "40P01";
  return storage_error(sqlstate, name_);
}

void Connection::execute(const char* sql) {
  flush();
  ++sent_;
  const Rows rows(PQexec(handle_.get(), sql));
  const auto status = PQresultStatus(rows.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
    return;
  }
  throw Exception(error_of(rows.get()));
}

void Connection::expect_sent(int is_sent) {
  if (is_sent == 1) return;
  throw Exception(broken());
}

/// Its name for this connection.
const char* Connection::prepare(const char* sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second.c_str();
  std::string name = "s" + std::to_string(prepared_.size());
  ++sent_;
  const Rows done(PQprepare(handle_.get(), name.c_str(), sql, 0, nullptr));
  if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) throw Exception(error_of(done.get()));
  return prepared_.emplace(sql, std::move(name)).first->second.c_str();
}

/// What is wrong with an answer; nothing if all is well.
std::optional<Error> Connection::problem_in(const Rows& rows, const Queued& one) {
  const auto status = PQresultStatus(rows.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return error_of(rows.get());
  if (!one.changes || rows.changed() == *one.changes) return std::nullopt;
  return not_sent(ErrorKind::storage,
                  name_ + ": somebody changed messages by hand while they were locked");
}

Rows Connection::send_all() {
  is_repeatable_ = false;
  is_on_one_server_only_ = false;
  const std::vector<Queued> all = std::exchange(queue_, {});
  if (is_broken()) throw Exception(error_of(nullptr));
  for (const Queued& one : all) prepare(one.sql);
  Rows last(nullptr);
  if (all.size() == 1) {
    const auto pointers = all[0].parameters.pointers();
    ++sent_;
    last =
        Rows(PQexecPrepared(handle_.get(), prepare(all[0].sql), static_cast<int>(pointers.size()),
                            pointers.data(), nullptr, nullptr, 0));
    if (auto problem = problem_in(last, all[0])) throw Exception(*std::move(problem));
    return last;
  }
  for (std::size_t at = 0; at < all.size(); at += per_piece) {
    last = send_piece(&all[at], std::min(per_piece, all.size() - at));
  }
  return last;
}

/// In one round trip; the answer to the last one.
Rows Connection::send_piece(const Queued* first, std::size_t count) {
  PGconn* const handle = handle_.get();
  ++sent_;
  expect_sent(PQenterPipelineMode(handle));
  for (std::size_t i = 0; i < count; ++i) {
    const auto pointers = first[i].parameters.pointers();
    expect_sent(PQsendQueryPrepared(handle, prepare(first[i].sql),
                                    static_cast<int>(pointers.size()), pointers.data(), nullptr,
                                    nullptr, 0));
  }
  expect_sent(PQpipelineSync(handle));
  Rows last(nullptr);
  std::optional<Error> error;
  for (std::size_t i = 0; i < count; ++i) {
    last = Rows(PQgetResult(handle));
    if (!error) error = problem_in(last, first[i]);
    if (last.get() == nullptr) break;  // the connection broke
    PQclear(PQgetResult(handle));      // the end of this statement's answer
    if (PQstatus(handle) != CONNECTION_OK) break;
  }
  if (error && PQstatus(handle) != CONNECTION_OK) throw Exception(*std::move(error));
  const Rows end(PQgetResult(handle));
  if (PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) throw Exception(broken());
  expect_sent(PQexitPipelineMode(handle));
  if (error) throw Exception(*std::move(error));
  return last;
}

/// The pipeline is out of step: nothing that comes now can be trusted.
Error Connection::broken() {
  disconnect();
  return error_of(nullptr);
}

}  // namespace dropcowboy::outbox::pg
