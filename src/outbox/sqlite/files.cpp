#include "outbox/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <mutex>
#include <set>

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

constexpr mode_t for_owner_only = 0600;

struct OpenFiles {
  std::mutex mutex{};
  std::multiset<std::string> own{};
  std::set<std::string> inherited{};
  long process = platform::process_id();

  /// With the mutex held.
  void notice_fork() {
    if (process == platform::process_id()) return;
    inherited.insert(own.begin(), own.end());
    own.clear();
    process = platform::process_id();
  }
};

/// Never destroyed: an outbox in static storage may be the last to go.
OpenFiles& open_files() {
  static auto* const files = new OpenFiles;
  return *files;
}

}  // namespace

// Only if it is not there: closing a descriptor of a file that SQLite has open would drop its
// locks.
void make_private_file(const std::string& path) noexcept {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, for_owner_only);
  if (file >= 0) ::close(file);
}

bool sync_file(const std::string& path) noexcept {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_synced = ::fsync(file) == 0;
  return ::close(file) == 0 && is_synced;
}

bool rename_file(const std::string& from, const std::string& to) noexcept {
  return std::rename(from.c_str(), to.c_str()) == 0;
}

void remove_file(const std::string& path) noexcept { std::remove(path.c_str()); }

// A file that takes the place of a deleted one often gets its inode, too; only Linux tells when it
// was made. Where that is known the device is left out: its number can change with every start.
std::string identity_of(const std::string& path) {
#ifdef STATX_BTIME
  struct statx status {};
  const bool is_known = ::statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_BTIME, &status) == 0;
  if (is_known && (status.stx_mask & STATX_BTIME) != 0) {
    const auto& born = status.stx_btime;
    return std::to_string(status.stx_ino) + ":" + std::to_string(born.tv_sec) + "." +
           std::to_string(born.tv_nsec);
  }
#endif
  struct stat status_of_any {};
  if (::stat(path.c_str(), &status_of_any) != 0) return {};
  return std::to_string(status_of_any.st_dev) + ":" + std::to_string(status_of_any.st_ino);
}

OpenFile::OpenFile(const std::string& identity, const std::string& path) : identity_(identity) {
  OpenFiles& files = open_files();
  const std::lock_guard lock(files.mutex);
  files.notice_fork();
  if (files.inherited.count(identity) > 0) {
    throw Exception(not_sent(ErrorKind::configuration,
                             path + " was open when this process was forked: open it only after "
                                    "fork(), or in a program that is started with exec()"));
  }
  files.own.insert(identity);
}

OpenFile::~OpenFile() {
  OpenFiles& files = open_files();
  const std::lock_guard lock(files.mutex);
  const auto found = files.own.find(identity_);
  if (found != files.own.end()) files.own.erase(found);
}

MarksFile::MarksFile(const std::string& path) noexcept
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, for_owner_only)) {}

MarksFile::~MarksFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

namespace {

constexpr ::off_t second_line = 20;

std::int64_t read_number(int descriptor, ::off_t at) noexcept {
  std::array<char, 20> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), at);
  std::int64_t marks = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, marks);
  return marks < 0 ? 0 : marks;
}

void write_number(int descriptor, ::off_t at, std::int64_t marks) noexcept {
  std::array<char, 24> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%019lld\n", static_cast<long long>(marks));
  if (::pwrite(descriptor, text.data(), static_cast<std::size_t>(size), at) < 0) {
    return;  // then less is remembered: no false alarm comes of it
  }
}

}  // namespace

std::int64_t MarksFile::read() const noexcept { return read_number(descriptor_, 0); }

void MarksFile::write(std::int64_t marks) const noexcept { write_number(descriptor_, 0, marks); }

std::int64_t MarksFile::read_without_log() const noexcept {
  return read_number(descriptor_, second_line);
}

void MarksFile::write_without_log(std::int64_t marks) const noexcept {
  write_number(descriptor_, second_line, marks);
}

}  // namespace dropcowboy::outbox::sqlite
