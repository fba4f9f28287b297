#include "outbox/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>

namespace dropcowboy::outbox {

namespace {

constexpr mode_t for_owner_only = 0600;

}  // namespace

// Only if it is not there: closing a descriptor of a file that SQLite has open would drop its
// locks.
void make_private_file(const std::string& path) noexcept {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, for_owner_only);
  if (file >= 0) ::close(file);
}

// A file that takes the place of a deleted one often gets its inode, too; only Linux tells when it
// was made.
std::string place_of(const std::string& path) {
#ifdef STATX_BTIME
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_BTIME, &status) == 0) {
    const auto& born = status.stx_btime;
    return std::to_string(status.stx_dev_major) + "." + std::to_string(status.stx_dev_minor) + ":" +
           std::to_string(status.stx_ino) + ":" + std::to_string(born.tv_sec) + "." +
           std::to_string(born.tv_nsec);
  }
#endif
  struct stat status_of_any {};
  if (::stat(path.c_str(), &status_of_any) != 0) return {};
  return std::to_string(status_of_any.st_dev) + ":" + std::to_string(status_of_any.st_ino);
}

MarksFile::MarksFile(const std::string& path) noexcept
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, for_owner_only)) {}

MarksFile::~MarksFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::int64_t MarksFile::read() const noexcept {
  std::array<char, 20> text{};
  const auto size = ::pread(descriptor_, text.data(), text.size(), 0);
  std::int64_t marks = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, marks);
  return marks < 0 ? 0 : marks;
}

void MarksFile::write(std::int64_t marks) const noexcept {
  std::array<char, 24> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%019lld\n", static_cast<long long>(marks));
  if (::pwrite(descriptor_, text.data(), static_cast<std::size_t>(size), 0) < 0) {
    return;  // then less is remembered: no false alarm comes of it
  }
}

}  // namespace dropcowboy::outbox
