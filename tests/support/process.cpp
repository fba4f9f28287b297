#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace dropcowboy::support {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const Variables& environment) {
  std::vector<std::string> argument_texts = {program};
  argument_texts.insert(argument_texts.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variable_texts;
  if (const char* path = std::getenv("PATH")) variable_texts.push_back(std::string("PATH=") + path);
  for (const auto& [name, value] : environment) variable_texts.push_back(name + "=" + value);

  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
  const int error = ::posix_spawn(&process_, program.c_str(), &actions, nullptr,
                                  pointers(argument_texts).data(), pointers(variable_texts).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  stream_ = pipe[0];
  if (error != 0) {
    ::close(stream_);
    throw std::runtime_error("cannot start " + program);
  }
}

Process::~Process() {
  ::close(stream_);
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  wait();
}

std::string Process::read_line() {
  std::string line;
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> chunk{};
    const auto count = ::read(stream_, chunk.data(), chunk.size());
    if (count <= 0) return std::exchange(buffer_, {});
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

std::string Process::read_all() {
  std::array<char, 4096> chunk{};
  for (;;) {
    const auto count = ::read(stream_, chunk.data(), chunk.size());
    if (count <= 0) return std::exchange(buffer_, {});
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

void Process::terminate() const { ::kill(process_, SIGTERM); }

int Process::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace dropcowboy::support
