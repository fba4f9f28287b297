// The command-line tool. Every command, its flags and its help: command_line.cpp.
#include <exception>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "console.hpp"

int main(int argc, char** argv) {
  using namespace dropcowboy::tool;
  keep_streams_apart();
  try {
    const auto command = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    return static_cast<int>(command());
  } catch (const std::exception& error) {
    say_error(error.what());
    return static_cast<int>(ExitCode::usage);
  }
}
