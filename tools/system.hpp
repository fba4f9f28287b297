#pragma once

#include <cstddef>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// What the tool needs of an operating system; system_posix.cpp and system_windows.cpp implement it.
// Texts are UTF-8, whatever the system calls its own.
namespace dropcowboy::tool {

/// The program's arguments after its name.
std::vector<std::string> arguments_of(int argc, char** argv);

/// A variable of the environment; null if it is not set. Valid until the next call in this thread.
const char* variable_of(const std::string& name);

/// The file of that name, for streams to open.
std::filesystem::path file_named(const std::string& name);
/// The name of a file, for people.
std::string name_of(const std::filesystem::path& file);

std::tm in_utc(std::time_t seconds);

enum class StandardStream { in, out, error };
bool is_terminal(StandardStream stream);
/// Whether stderr is a terminal that understands ANSI escapes.
bool stderr_takes_escapes();
/// Columns of stderr; 80 if that is no terminal.
std::size_t terminal_width();
/// What ends typed input, for people: "Ctrl-D".
std::string_view end_of_typing();

/// Before anything else: from then on a stream that its reader has closed ends nothing, nothing
/// that is opened later can take the place of a stream that was closed before, and what is written
/// is written as it stands.
void prepare_streams();

/// Keeps a terminal from showing what is typed, for as long as it lives.
class HiddenInput {
 public:
  HiddenInput();
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;
  ~HiddenInput();

  /// False if stdin is no terminal.
  explicit operator bool() const noexcept { return is_terminal_; }

 private:
  bool is_terminal_;
};

/// The user's home directory; empty if there is none. `how_to_set_home`: the remedy.
std::filesystem::path home_directory();
std::string_view how_to_set_home();

/// Who else may do what with a file.
enum class OthersMay { nothing, read, write };
/// Of a file that is not there: nothing.
OthersMay others_may(const std::filesystem::path& file);
/// The command that makes a file its owner's alone.
std::string command_for_privacy(const std::filesystem::path& file);

/// @{
/// False, null or an empty path, with errno set if it fails.
/// A file that is not there yet and that only its owner can read, open for writing.
std::FILE* make_private_file(const std::filesystem::path& file);
/// A new file beside `target` that only its owner can read and that holds `text`, on the disk.
std::filesystem::path write_beside(const std::filesystem::path& target, std::string_view text);
/// Writes into a file that is there, and takes it away from others.
bool write_into(const std::filesystem::path& target, std::string_view text);
/// Puts the name of a new file on the disk, too.
bool sync_name_of(const std::filesystem::path& file);
/// @}
/// rename(2): 0, or -1 with errno set. The names are UTF-8.
int move_over(const char* from, const char* to);

}  // namespace dropcowboy::tool
