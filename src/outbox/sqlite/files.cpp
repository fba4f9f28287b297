#include "outbox/sqlite/files.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <mutex>
#include <set>

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

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

namespace {

constexpr std::uint32_t second_line = 20;

std::int64_t read_number(const RandomAccessFile& file, std::uint32_t at) noexcept {
  std::array<char, 20> text{};
  const auto size = file.read_at(at, text.data(), text.size());
  std::int64_t marks = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, marks);
  return marks < 0 ? 0 : marks;
}

void write_number(const RandomAccessFile& file, std::uint32_t at, std::int64_t marks) noexcept {
  std::array<char, 24> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%019lld\n", static_cast<long long>(marks));
  // If that fails, less is remembered: no false alarm comes of it.
  static_cast<void>(file.write_at(at, {text.data(), static_cast<std::size_t>(size)}));
}

}  // namespace

std::int64_t MarksFile::read() const noexcept { return read_number(file_, 0); }

void MarksFile::write(std::int64_t marks) const noexcept { write_number(file_, 0, marks); }

std::int64_t MarksFile::read_without_log() const noexcept {
  return read_number(file_, second_line);
}

void MarksFile::write_without_log(std::int64_t marks) const noexcept {
  write_number(file_, second_line, marks);
}

}  // namespace dropcowboy::outbox::sqlite
