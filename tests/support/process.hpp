#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dropcowboy::support {

/// A program under test, started with its output and error streams joined into one pipe.
class Process {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  /// `environment` replaces the whole environment but for PATH. Throws if it cannot start.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const Variables& environment);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Ends the program if it still runs.
  ~Process();

  /// Blocks until the program has written a line; without its line break. Empty at the end.
  std::string read_line();
  /// Blocks until the program has closed its streams; what it wrote since the last read.
  std::string read_all();
  void terminate() const;
  /// Blocks until the program has ended; its exit status, or -1 if a signal ended it.
  int wait();

 private:
  int process_ = 0;
  int stream_ = -1;
  std::string buffer_;
};

}  // namespace dropcowboy::support
