#include "outbox/sqlite/storage.hpp"

#include <utility>

#include "core/make_error.hpp"
#include "outbox/sqlite/checkpointer.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/sqlite/files.hpp"
#include "outbox/sqlite/reader.hpp"
#include "outbox/sqlite/run_lock.hpp"
#include "outbox/sqlite/schema.hpp"
#include "outbox/sqlite/store.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

constexpr int oldest_sqlite = 3'037'000;  // STRICT tables

/// Makes the file if it is not there. Its own name, not that of a link to it: what stands beside
/// it, the lock above all, is there once.
std::string made(const std::string& path) {
  make_private_file(path);
  return real_name_of(path);
}

std::function<TimePoint()> calendar_of(const Options& options) {
  return options.now ? options.now : [] { return std::chrono::system_clock::now(); };
}

class FileRunRight final : public RunRight {
 public:
  FileRunRight(const std::string& lock_path, const std::string& marks_path)
      : lock_(lock_path), marks_file_(marks_path) {}
  void note_marks(std::int64_t marks) noexcept override { marks_file_.write(marks); }

 private:
  const RunLock lock_;
  const MarksFile marks_file_;
};

class FileStorage final : public Storage {
 public:
  explicit FileStorage(const Options& options)
      : path_(made(options.path)),
        marks_path_(path_ + ".marks"),
        calendar_(calendar_of(options)),
        opened_at_(identity_of(path_)),
        open_file_(opened_at_, path_),
        log_is_strange_(look_without_log()),
        database_(path_, Database::Mode::read_and_write, options.lock_timeout),
        checkpointer_(database_, options.lock_timeout) {
    prepare(database_, options.team_id, opened_at_, options.lock_timeout);
    store_.emplace(database_, calendar_);
    checkpointer_.after_checkpoint = [this](std::int64_t count) {
      MarksFile(marks_path_).write_without_log(count);
    };
    if (log_is_strange_) note_strange_log();
    reader_.emplace(path_, options.lock_timeout);
    quick_reader_.emplace(path_, options.lock_timeout);
  }

  const std::string& name() const noexcept override { return path_; }
  TimePoint now() const override { return calendar_(); }

  Store& store() noexcept override { return *store_; }
  void before_commit() override;
  void after_commit() noexcept override { checkpointer_.checkpoint_if_long(*store_); }

  Reader& reader() noexcept override { return *reader_; }
  Reader& quick_reader() noexcept override { return *quick_reader_; }
  void fill(Status& status) const override { checkpointer_.fill(status); }

  std::string identity() const override { return identity_of(path_); }
  bool needs_adoption() override {
    const std::int64_t remembered = MarksFile(marks_path_).read();  // first: both only grow
    return quick_reader_->identity() != identity() || remembered > quick_reader_->marks();
  }
  void note_adoption(std::int64_t marks) override {
    const MarksFile file(marks_path_);
    file.write(marks);
    file.write_without_log(0);
  }

  std::unique_ptr<RunRight> start_run() override {
    return std::make_unique<FileRunRight>(path_ + ".run", marks_path_);
  }
  std::unique_ptr<RunRight> start_adoption() override { return start_run(); }

 private:
  bool look_without_log() const;
  void note_strange_log();

  const std::string path_;
  const std::string marks_path_;
  const std::function<TimePoint()> calendar_;
  const std::string opened_at_;
  const OpenFile open_file_;
  const bool log_is_strange_;
  Database database_;
  Checkpointer checkpointer_;
  std::optional<sqlite::Store> store_{};
  std::optional<sqlite::Reader> reader_{};
  std::optional<sqlite::Reader> quick_reader_{};
};

// What is written to a file without a name is gone when it is closed.
void FileStorage::before_commit() {
  if (identity() == opened_at_) return;
  throw Exception(not_sent(
      ErrorKind::storage,
      path_ + " was moved, deleted or replaced while it was open: put it back, start again"));
}

/// Whether the file has fewer marks of its own than it had: then it was put back, and its log was
/// left there. SQLite takes that for its own, and what the file lost would look ready. Before
/// anything is opened, since closing it writes the log into the file. A file that cannot be read is
/// not judged: somebody may be in the middle of a checkpoint.
bool FileStorage::look_without_log() const {
  const MarksFile marks_file(marks_path_);
  const std::int64_t known = marks_file.read_without_log();  // first: it can only grow
  std::optional<std::int64_t> there;
  for (int tries = 0; tries < 3 && !there; ++tries) there = marks_without_log(path_);
  if (!there) return false;
  if (*there > known) marks_file.write_without_log(*there);
  return *there < known;
}

void FileStorage::note_strange_log() {
  store_->begin();
  try {
    store_->require_adoption("put back beside a log of another state");
    store_->commit();
  } catch (...) {
    store_->roll_back();
    throw;
  }
}

}  // namespace

std::unique_ptr<Storage> open_storage(const Options& options) {
  if (sqlite3_libversion_number() < oldest_sqlite) {
    throw Exception(not_sent(ErrorKind::configuration, "SQLite is too old: 3.37 is needed"));
  }
  return std::make_unique<FileStorage>(options);
}

}  // namespace dropcowboy::outbox::sqlite
