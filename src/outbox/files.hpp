#pragma once

#include <cstdint>
#include <string>

namespace dropcowboy::outbox {

/// Makes an empty file that only its owner may read, if there is none. What is wrong with the place
/// is for whoever opens it to find.
void make_private_file(const std::string& path) noexcept;

/// What tells a file from a copy of it: device, inode and, where the system knows it, when it
/// was made; empty if it cannot be found.
std::string place_of(const std::string& path);

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

 private:
  int descriptor_;
};

}  // namespace dropcowboy::outbox
