#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "outbox/sqlite/files.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

constexpr mode_t for_owner_only = 0600;

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

std::string real_name_of(const std::string& path) {
  std::error_code failed;
  const auto real = std::filesystem::canonical(path, failed);
  return failed ? path : real.string();
}

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

RandomAccessFile::RandomAccessFile(const std::string& path) noexcept
    : handle_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, for_owner_only)) {}

RandomAccessFile::~RandomAccessFile() {
  if (handle_ >= 0) ::close(static_cast<int>(handle_));
}

std::size_t RandomAccessFile::read_at(std::uint32_t offset, char* to,
                                      std::size_t size) const noexcept {
  const auto count = ::pread(static_cast<int>(handle_), to, size, static_cast<::off_t>(offset));
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool RandomAccessFile::write_at(std::uint32_t offset, std::string_view bytes) const noexcept {
  return ::pwrite(static_cast<int>(handle_), bytes.data(), bytes.size(),
                  static_cast<::off_t>(offset)) == static_cast<::ssize_t>(bytes.size());
}

}  // namespace dropcowboy::outbox::sqlite
