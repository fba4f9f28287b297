#include <fcntl.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "system.hpp"

namespace dropcowboy::tool {

std::vector<std::string> arguments_of(int argc, char** argv) { return {argv + 1, argv + argc}; }
const char* variable_of(const std::string& name) { return std::getenv(name.c_str()); }
std::filesystem::path file_named(const std::string& name) { return name; }
std::string name_of(const std::filesystem::path& file) { return file.string(); }

std::tm in_utc(std::time_t seconds) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

bool is_terminal(StandardStream stream) {
  constexpr std::array<int, 3> numbers{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  return ::isatty(numbers.at(static_cast<std::size_t>(stream))) == 1;
}

bool stderr_takes_escapes() {
  static const bool takes = [] {
    const char* terminal = std::getenv("TERM");
    return is_terminal(StandardStream::error) && terminal != nullptr && *terminal != '\0' &&
           std::string_view(terminal) != "dumb";
  }();
  return takes;
}

std::size_t terminal_width() {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

std::string_view end_of_typing() { return "Ctrl-D"; }

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  int lowest = 0;
  do {
    lowest = ::open("/dev/null", O_RDWR);  // where it is 0, 1 or 2, that stream was closed
  } while (lowest >= 0 && lowest <= STDERR_FILENO);
  if (lowest >= 0) ::close(lowest);
}

namespace {

termios& shown_input() {
  static termios modes{};
  return modes;
}

}  // namespace

HiddenInput::HiddenInput() : is_terminal_(::tcgetattr(STDIN_FILENO, &shown_input()) == 0) {
  if (!is_terminal_) return;
  termios silent = shown_input();
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
}

HiddenInput::~HiddenInput() {
  if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_input());
}

std::filesystem::path home_directory() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    const passwd* user = ::getpwuid(::getuid());
    home = user == nullptr ? nullptr : user->pw_dir;
  }
  return home == nullptr ? "" : home;
}

std::string_view how_to_set_home() { return "set HOME"; }

OthersMay others_may(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return OthersMay::nothing;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return OthersMay::write;
  return (status.st_mode & (S_IRGRP | S_IROTH)) != 0 ? OthersMay::read : OthersMay::nothing;
}

std::string command_for_privacy(const std::filesystem::path& file) {
  return "chmod 600 " + file.string();
}

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

/// False with errno set.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

std::FILE* make_private_file(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  return made < 0 ? nullptr : ::fdopen(made, "wb");
}

std::filesystem::path write_beside(const std::filesystem::path& target, std::string_view text) {
  std::string beside = target.string() + ".XXXXXX";
  const Descriptor file(::mkstemp(beside.data()));  // with mode 0600
  if (file.number() < 0) return {};
  if (write_all(file.number(), text)) return beside;
  const int cause = errno;
  ::unlink(beside.c_str());
  errno = cause;
  return {};
}

bool write_into(const std::filesystem::path& target, std::string_view text) {
  const Descriptor file(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
  return file.number() >= 0 && ::fchmod(file.number(), S_IRUSR | S_IWUSR) == 0 &&
         ::ftruncate(file.number(), 0) == 0 && write_all(file.number(), text);
}

bool sync_name_of(const std::filesystem::path& file) {
  const auto parent = file.parent_path();
  const Descriptor directory(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.number() >= 0 && (::fsync(directory.number()) == 0 || errno == EINVAL);
}

int move_over(const char* from, const char* to) { return ::rename(from, to); }

}  // namespace dropcowboy::tool
