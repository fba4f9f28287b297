#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Files, as the outbox needs them besides SQLite. What differs between systems is in
// files_posix.cpp and files_windows.cpp. Paths are UTF-8 on Windows, as SQLite takes them.

namespace dropcowboy::outbox::sqlite {

/// Makes an empty file that only its owner may read, if there is none; on Windows whoever may read
/// the files of its directory. What is wrong with the place is for whoever opens it to find.
void make_private_file(const std::string& path) noexcept;

/// Has what stands in a file written to the disk; false if that failed.
bool sync_file(const std::string& path) noexcept;
/// Gives a file a name, in place of what had that; false if that failed.
bool rename_file(const std::string& from, const std::string& to) noexcept;
/// Removes a file if it is there.
void remove_file(const std::string& path) noexcept;

/// The one name of a file that is there, whatever links lead to it; `path` if it cannot be found.
std::string real_name_of(const std::string& path);

/// What tells a file from a copy of it: its inode and when it was made or, where the system does
/// not know that, the device; on Windows its number and that of the volume. Empty if it cannot be
/// found.
std::string identity_of(const std::string& path);

/// Says for as long as it lives that this process has the file open. A child made by fork() has the
/// entries of its parent, and SQLite's memory of the parent's locks, which the child does not hold:
/// what it wrote could be lost. Thread-safe.
class OpenFile {
 public:
  /// Throws Exception (configuration) if the process that this one was forked from had it open.
  OpenFile(const std::string& identity, const std::string& path);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

 private:
  const std::string identity_;
};

/// A file that is read and written at places. Made, as by make_private_file(), if it is not there;
/// if that fails, or the right to write is missing, so does all that is done with it.
class RandomAccessFile {
 public:
  explicit RandomAccessFile(const std::string& path) noexcept;
  RandomAccessFile(const RandomAccessFile&) = delete;
  RandomAccessFile& operator=(const RandomAccessFile&) = delete;
  ~RandomAccessFile();

  /// How many bytes there were, 0 if it failed.
  std::size_t read_at(std::uint32_t offset, char* to, std::size_t size) const noexcept;
  bool write_at(std::uint32_t offset, std::string_view bytes) const noexcept;

 private:
  std::intptr_t handle_;
};

/// How many marks there have been, kept in a file of its own beside the database: one that has
/// fewer is a restored backup. It is written after the marks and not synced, so it is never ahead
/// of what is on disk, unless the database was put back.
class MarksFile {
 public:
  /// Without the file, or the right to write it, nothing is remembered.
  explicit MarksFile(const std::string& path) noexcept : file_(path) {}

  /// 0 if nothing is remembered.
  std::int64_t read() const noexcept;
  void write(std::int64_t marks) const noexcept;

  /// How many marks the database's own file has at least, without its log: one that has fewer was
  /// put beside a log that is not its own. 0 if nothing is remembered.
  std::int64_t read_without_log() const noexcept;
  void write_without_log(std::int64_t marks) const noexcept;

 private:
  RandomAccessFile file_;
};

}  // namespace dropcowboy::outbox::sqlite
