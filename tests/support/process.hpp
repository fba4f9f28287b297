#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dropcowboy::support {

/// Where a program's streams go.
enum class Streams {
  joined,         ///< output and errors into one pipe
  separate,       ///< output into a pipe; errors are kept for errors()
  unread,         ///< output into a pipe whose reader is gone; errors are kept for errors()
  unread_errors,  ///< output into a pipe; errors into one whose reader is gone
  closed,         ///< neither input nor output nor errors: closed from the start
  terminal,       ///< input, output and errors to a terminal of its own (not on Windows)
};

#ifdef _WIN32
using SystemHandle = void*;
#else
using SystemHandle = int;
#endif

/// A program under test.
class Process {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  /// `environment` replaces the whole environment but for PATH; `input` is what the program reads,
  /// unless it has a terminal, for which see type(). Throws if it cannot start.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const Variables& environment, Streams streams = Streams::joined,
          const std::string& input = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Ends the program if it still runs.
  ~Process();

  /// Blocks until the program has written a line; without its line break. Empty at the end.
  std::string read_line();
  /// Blocks until the program has closed its streams; what it wrote since the last read.
  std::string read_all();
  /// Blocks until `text` has been written; everything up to and including it, or all there was if
  /// the program closed its streams first.
  std::string read_until(const std::string& text);
  /// What a program with separate streams has written to its error stream so far.
  std::string errors() const;

  /// On its terminal.
  void type(const std::string& text) const;
  void terminate() const;
  void interrupt() const;
  void kill() const;
#ifndef _WIN32
  void signal(int number) const;
  int id() const noexcept { return process_; }
#endif
  /// Blocks until the program has ended; its exit status, or -1 if a signal, or kill(), ended it.
  int wait();

 private:
  bool read_more();

  SystemHandle process_{};
  SystemHandle stream_{};
  SystemHandle errors_{};
  std::string buffer_;
};

}  // namespace dropcowboy::support
