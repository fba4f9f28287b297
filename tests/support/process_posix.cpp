#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace dropcowboy::support {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// DROPCOWBOY_EMULATOR runs what this processor cannot: a program and its arguments, between
/// spaces.
std::vector<std::string> emulator() {
  const char* words = std::getenv("DROPCOWBOY_EMULATOR");
  std::istringstream in(words != nullptr ? words : "");
  return {std::istream_iterator<std::string>(in), {}};
}

int check(int descriptor, const char* what) {
  if (descriptor < 0) throw std::runtime_error(std::string("no ") + what);
  return descriptor;
}

/// A file without a name, closed on exec.
int nameless_file(const std::string& text) {
  char name[] = "/tmp/dropcowboy-test.XXXXXX";
  const int file = check(::mkostemp(name, O_CLOEXEC), "temporary file");
  ::unlink(name);
  check(static_cast<int>(::pwrite(file, text.data(), text.size(), 0)), "room");
  return file;
}

/// The end for writing of a pipe whose other end is closed.
int broken_pipe() {
  std::array<int, 2> pipe{};
  check(::pipe2(pipe.data(), O_CLOEXEC), "pipe");
  ::close(pipe[0]);
  return pipe[1];
}

/// The streams of a program that is about to start: what it gets, and what the test keeps.
class Wiring {
 public:
  Wiring() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  Wiring(const Wiring&) = delete;
  Wiring& operator=(const Wiring&) = delete;
  ~Wiring() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    for (const int descriptor : given_away_) ::close(descriptor);
  }

  void lay_pipes(Streams streams, const std::string& input) {
    give(nameless_file(input), STDIN_FILENO);
    if (streams == Streams::unread) {
      stream = check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "nothing");
      give(broken_pipe(), STDOUT_FILENO);
    } else {
      std::array<int, 2> pipe{};
      check(::pipe2(pipe.data(), O_CLOEXEC), "pipe");
      stream = pipe[0];
      give(pipe[1], STDOUT_FILENO);
    }
    if (streams == Streams::separate || streams == Streams::unread) {
      errors = nameless_file("");
      ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    } else if (streams == Streams::unread_errors) {
      give(broken_pipe(), STDERR_FILENO);
    } else {
      ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    }
  }

  void lay_nothing() {
    stream = check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "nothing");
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addclose(&actions, standard);
    }
  }

  /// A session leader's first terminal becomes the one that Ctrl-C is typed on.
  void lay_terminal() {
    stream = check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "terminal");
    std::array<char, 128> name{};
    if (::grantpt(stream) != 0 || ::unlockpt(stream) != 0 ||
        ::ptsname_r(stream, name.data(), name.size()) != 0) {
      throw std::runtime_error("no terminal");
    }
    // Ctrl-C must not throw away what the program says to it.
    termios modes{};
    if (::tcgetattr(stream, &modes) != 0) throw std::runtime_error("no terminal");
    modes.c_lflag |= NOFLSH;
    ::tcsetattr(stream, TCSANOW, &modes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name.data(), O_RDWR, 0);
    ::posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  int stream = -1;
  int errors = -1;

 private:
  void give(int descriptor, int as) {
    given_away_.push_back(descriptor);
    ::posix_spawn_file_actions_adddup2(&actions, descriptor, as);
  }

  std::vector<int> given_away_;
};

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const Variables& environment, Streams streams, const std::string& input) {
  std::vector<std::string> argument_texts = emulator();
  argument_texts.push_back(program);
  const std::string started = argument_texts.front();
  argument_texts.insert(argument_texts.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variable_texts;
  if (const char* path = std::getenv("PATH")) variable_texts.push_back(std::string("PATH=") + path);
  for (const auto& [name, value] : environment) variable_texts.push_back(name + "=" + value);

  Wiring wiring;
  switch (streams) {
    case Streams::terminal: wiring.lay_terminal(); break;
    case Streams::closed: wiring.lay_nothing(); break;
    default: wiring.lay_pipes(streams, input);
  }
  stream_ = wiring.stream;
  errors_ = wiring.errors;
  const int error =
      ::posix_spawnp(&process_, started.c_str(), &wiring.actions, &wiring.attributes,
                     pointers(argument_texts).data(), pointers(variable_texts).data());
  if (error != 0) {
    ::close(stream_);
    if (errors_ >= 0) ::close(errors_);
    throw std::runtime_error("cannot start " + program);
  }
}

Process::~Process() {
  ::close(stream_);
  if (errors_ >= 0) ::close(errors_);
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  wait();
}

bool Process::read_more() {
  std::array<char, 4096> chunk{};
  const auto count = ::read(stream_, chunk.data(), chunk.size());
  if (count <= 0) return false;  // a terminal whose program is gone fails with EIO
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::string Process::errors() const {
  struct stat status {};
  ::fstat(errors_, &status);
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  const auto count = ::pread(errors_, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

void Process::type(const std::string& text) const {
  check(static_cast<int>(::write(stream_, text.data(), text.size())), "terminal to type on");
}

void Process::terminate() const { ::kill(process_, SIGTERM); }

void Process::interrupt() const { ::kill(process_, SIGINT); }

void Process::kill() const { ::kill(process_, SIGKILL); }

void Process::signal(int number) const { ::kill(process_, number); }

int Process::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace dropcowboy::support
