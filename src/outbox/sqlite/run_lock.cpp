#include "outbox/sqlite/run_lock.hpp"

#include "core/make_error.hpp"
#include "outbox/sqlite/files.hpp"

namespace dropcowboy::outbox::sqlite {

// A transaction that never writes: SQLite's lock on a file is the same on every system.
RunLock::RunLock(const std::string& path, std::chrono::milliseconds patience) {
  make_private_file(path);
  try {
    lock_ =
        std::make_unique<sqlite::Database>(path, sqlite::Database::Mode::read_and_write, patience);
    lock_->execute("BEGIN EXCLUSIVE");
  } catch (const Exception& exception) {
    if (!exception.error().transient) throw;
    throw Exception(not_sent_for_now(
        ErrorKind::storage,
        "another run, or an adoption, is at work: " + path + " is locked; stop that one first"));
  }
}

}  // namespace dropcowboy::outbox::sqlite
