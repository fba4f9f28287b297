#include "outbox/sqlite/database.hpp"

#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

struct Meaning {
  bool passes;  ///< waiting, or making room, helps
  const char* words;
};

Meaning meaning_of(int code) noexcept {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {true, "another process has locked it: let it finish, or raise lock_timeout"};
    case SQLITE_FULL: return {true, "there is no room: make room on its disk"};
    case SQLITE_NOMEM: return {true, "out of memory"};
    case SQLITE_READONLY:
    case SQLITE_PERM: return {false, "it cannot be written: check its rights and its directory's"};
    case SQLITE_CANTOPEN:
      return {false,
              "it cannot be opened: check that its directory is there, on a local disk, and "
              "its rights"};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {false, "it is damaged: keep it, restore a backup, then adopt that"};
    case SQLITE_IOERR: return {false, "the disk failed: look after it, then start again"};
    case SQLITE_CONSTRAINT: return {false, "a rule of the outbox forbids this change"};
    default: return {false, "SQLite refused"};
  }
}

constexpr int open_flags =
    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

// FULL: with less, a power cut takes the last marks with it, and what they stood for is sent twice.
// No automatic checkpoints: see Checkpointer.
constexpr const char* settings =
    "PRAGMA synchronous = FULL;"
    "PRAGMA fullfsync = 1;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA secure_delete = FAST;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -32768;";

}  // namespace

Error storage_error(int code, const std::string& path, std::string_view doing) {
  const Meaning meaning = meaning_of(code);
  std::string text = "cannot ";
  text.append(doing).append(" ").append(path).append(": ").append(meaning.words);
  text.append(" (SQLite code ").append(std::to_string(code)).append(")");
  Error error = not_sent(ErrorKind::storage, std::move(text));
  error.transient = meaning.passes;
  return error;
}

namespace {

/// The path as a URI of SQLite's, which reads '%', '?' and '#' in a way of its own.
std::string uri_of(const std::string& path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != '%' && c != '?' && c != '#') {
      uri += c;
      continue;
    }
    uri += '%';
    uri += digits[byte >> 4U];
    uri += digits[byte & 0x0FU];
  }
  return uri;
}

std::optional<std::int64_t> marks_in(sqlite3* database) noexcept {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database, "SELECT marks FROM outbox", -1, &statement, nullptr);
  std::optional<std::int64_t> marks;
  if (code == SQLITE_ERROR) marks = 0;  // there is no such table
  const int step = code == SQLITE_OK ? sqlite3_step(statement) : SQLITE_ERROR;
  if (step == SQLITE_ROW) marks = sqlite3_column_int64(statement, 0);
  if (step == SQLITE_DONE) marks = 0;
  sqlite3_finalize(statement);
  return marks;
}

}  // namespace

// "immutable" is what makes SQLite leave the log alone.
std::optional<std::int64_t> marks_without_log(const std::string& path) noexcept {
  sqlite3* database = nullptr;
  std::optional<std::int64_t> marks;
  try {
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    const std::string uri = uri_of(path) + "?immutable=1";
    if (sqlite3_open_v2(uri.c_str(), &database, flags, nullptr) == SQLITE_OK) {
      marks = marks_in(database);
    }
  } catch (const std::bad_alloc&) {
    marks.reset();
  }
  sqlite3_close_v2(database);
  return marks;
}

Database::Database(const std::string& path, Mode mode, std::chrono::milliseconds lock_timeout)
    : path_(path), owner_(platform::process_id()) {
  try {
    expect(sqlite3_open_v2(path.c_str(), &handle_, open_flags, nullptr), "open");
    set_lock_timeout(lock_timeout);
    execute(settings);
    if (mode == Mode::read_only) execute("PRAGMA query_only = 1;");
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::close() noexcept {
  if (owner_ == platform::process_id()) sqlite3_close_v2(handle_);
}

void Database::execute(const char* sql) {
  expect(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), "write to");
}

std::int64_t Database::integer(const char* sql) {
  Statement statement(*this, sql);
  Rows rows = statement.rows();
  return rows.next() ? rows.integer(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  Rows rows = statement.rows();
  return rows.next() ? std::string(rows.text(0)) : std::string();
}

void Database::set_lock_timeout(std::chrono::milliseconds timeout) noexcept {
  sqlite3_busy_timeout(handle_, static_cast<int>(timeout.count()));
}

void Database::expect(int code, std::string_view doing) const {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw Exception(storage_error(code, path_, doing));
}

Rows::~Rows() { sqlite3_reset(statement_.statement_); }

bool Rows::next() {
  const int code = sqlite3_step(statement_.statement_);
  statement_.database_.expect(code, "use");
  return code == SQLITE_ROW;
}

std::int64_t Rows::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.statement_, column);
}

std::optional<std::int64_t> Rows::maybe_integer(int column) const noexcept {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Rows::text(int column) const noexcept {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.statement_, column));
  if (bytes == nullptr) return {};
  const int size = sqlite3_column_bytes(statement_.statement_, column);
  return {bytes, static_cast<std::size_t>(size)};
}

bool Rows::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}

Statement::Statement(Database& database, const char* sql) : database_(database) {
  database.expect(sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                     &statement_, nullptr),
                  "use");
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int index, std::int64_t value) {
  database_.expect(sqlite3_bind_int64(statement_, index, value), "use");
}

// The caller's text outlives the run of the statement.
void Statement::bind(int index, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();
  database_.expect(
      sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8),
      "use");
}

void Statement::bind(int index, const std::optional<std::int64_t>& value) {
  if (value) return bind(index, *value);
  database_.expect(sqlite3_bind_null(statement_, index), "use");
}

void Statement::bind(int index, const std::optional<std::string>& value) {
  if (value) return bind(index, std::string_view(*value));
  database_.expect(sqlite3_bind_null(statement_, index), "use");
}

}  // namespace dropcowboy::outbox::sqlite
