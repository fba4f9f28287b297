#pragma once

#include <cstdint>
#include <string>

namespace dropcowboy::outbox::sqlite {

/// Makes an empty file that only its owner may read, if there is none. What is wrong with the place
/// is for whoever opens it to find.
void make_private_file(const std::string& path) noexcept;

/// Has what stands in a file written to the disk; false if that failed.
bool sync_file(const std::string& path) noexcept;
/// Gives a file a name, in place of what had that; false if that failed.
bool rename_file(const std::string& from, const std::string& to) noexcept;
/// Removes a file if it is there.
void remove_file(const std::string& path) noexcept;

/// What tells a file from a copy of it: its inode and when it was made or, where the system does
/// not know that, the device; empty if it cannot be found.
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

/// How many marks there have been, kept in a file of its own beside the database: one that has
/// fewer is a restored backup. It is written after the marks and not synced, so it is never ahead
/// of what is on disk, unless the database was put back.
class MarksFile {
 public:
  /// Without the file, or the right to write it, nothing is remembered.
  explicit MarksFile(const std::string& path) noexcept;
  MarksFile(const MarksFile&) = delete;
  MarksFile& operator=(const MarksFile&) = delete;
  ~MarksFile();

  /// 0 if nothing is remembered.
  std::int64_t read() const noexcept;
  void write(std::int64_t marks) const noexcept;

  /// How many marks the database's own file has at least, without its log: one that has fewer was
  /// put beside a log that is not its own. 0 if nothing is remembered.
  std::int64_t read_without_log() const noexcept;
  void write_without_log(std::int64_t marks) const noexcept;

 private:
  int descriptor_;
};

}  // namespace dropcowboy::outbox::sqlite
