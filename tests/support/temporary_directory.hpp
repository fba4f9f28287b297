#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <system_error>

namespace dropcowboy::support {

/// A new, empty directory of this user's that goes with this object, with all that is in it by
/// then.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::random_device chance;
    do {
      path_ = std::filesystem::temp_directory_path() /
              ("dropcowboy-" + std::to_string(chance()) + std::to_string(chance()));
    } while (!std::filesystem::create_directory(path_));
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace dropcowboy::support
