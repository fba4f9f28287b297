// The command-line tool. Every command, its flags and its help: command_line.cpp.
#include <exception>

#include "command_line.hpp"
#include "console.hpp"
#include "system.hpp"

int main(int argc, char** argv) {
  using namespace dropcowboy::tool;
  prepare_streams();
  try {
    const auto command = parse_command_line(arguments_of(argc, argv));
    return static_cast<int>(command());
  } catch (const std::exception& error) {
    say_error(error.what());
    return static_cast<int>(ExitCode::usage);
  }
}
