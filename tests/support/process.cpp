// What is the same on every system; the rest is in process_posix.cpp and process_windows.cpp.
#include "support/process.hpp"

namespace dropcowboy::support {

std::string Process::read_until(const std::string& text) {
  for (;;) {
    const auto found = buffer_.find(text);
    if (found != std::string::npos) {
      std::string part = buffer_.substr(0, found + text.size());
      buffer_.erase(0, found + text.size());
      return part;
    }
    if (!read_more()) return std::exchange(buffer_, {});
  }
}

std::string Process::read_line() {
  std::string line = read_until("\n");
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

std::string Process::read_all() {
  while (read_more()) continue;
  return std::exchange(buffer_, {});
}

}  // namespace dropcowboy::support
