#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace dropcowboy::tool {

/// An account, as far as one source knows it.
struct AccountSettings {
  std::optional<std::string> team_id{};
  std::optional<std::string> secret{};
  std::optional<std::string> base_url{};
};

/// ~/.dropcowboyrc, as the vendor's command-line tool has it; on Windows in the user's profile.
/// UsageError if there is no home.
std::filesystem::path config_file_path();

/// Reads {"teamId", "secret", "baseUrl"}; a file that is not there knows nothing. Warns if others
/// can read it. UsageError if it is something else, or if others can write it: they could send the
/// secret to a place of their own. The message quotes nothing of it.
AccountSettings read_config_file(const std::filesystem::path& path);

/// rename(2), or what a test puts in its place.
using Rename = int (*)(const char* from, const char* to);

/// Writes a text into a file that only its owner can read; one that is there is replaced in one
/// step where that is possible. UsageError if it cannot be written, and then nothing is lost.
void write_private_file(const std::filesystem::path& path, const std::string& text);

/// The same for a file that must not be there yet. UsageError with `why` if it is.
void create_private_file(const std::filesystem::path& path, const std::string& text,
                         const std::string& why);

/// UsageError if write_private_file() could not write it. What is in the file stays.
void require_writable(const std::filesystem::path& path);

/// Replaces the file, readable by its owner only, in one step: a crash leaves the old one or the
/// new one. Where that is not possible, as with a file that is mounted by itself into a container,
/// it is written in place. UsageError if it cannot be written.
void write_config_file(const std::filesystem::path& path, const AccountSettings& settings,
                       Rename rename);
void write_config_file(const std::filesystem::path& path, const AccountSettings& settings);

}  // namespace dropcowboy::tool
