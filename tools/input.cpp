#include "input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "console.hpp"
#include "exit_code.hpp"
#include "system.hpp"

namespace dropcowboy::tool {

namespace {

void claim_stdin() {
  static bool claimed = false;
  if (claimed) {
    throw UsageError(
        "stdin can be read only once: give one of the two from a file, or the secret "
        "by DROPCOWBOY_SECRET or 'dropcowboy config'");
  }
  claimed = true;
}

std::string read_all(std::istream& stream, const std::string& name) {
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw UsageError("cannot read " + name);
  return text;
}

}  // namespace

std::string read_text(const std::string& file) {
  if (file == "-") {
    claim_stdin();
    if (is_terminal(StandardStream::in)) {
      say("Type or paste it, and end it with " + std::string(end_of_typing()) + ':');
    }
    return read_all(std::cin, "stdin");
  }
  std::ifstream stream(file_named(file), std::ios::binary);
  if (!stream) throw UsageError("cannot open " + file + ": " + std::strerror(errno));
  std::string text = read_all(stream, file);
  if (text.empty() && stream.fail() && !stream.eof()) throw UsageError("cannot read " + file);
  return text;
}

std::string read_secret() {
  claim_stdin();
  std::string line;
  {
    const HiddenInput hidden;
    if (hidden) std::cerr << "Secret: " << std::flush;
    std::getline(std::cin, line);
    if (hidden) std::cerr << '\n';
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) throw UsageError("--secret - expects the secret on the first line of stdin");
  return line;
}

std::vector<std::string> split_at_commas(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    parts.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace dropcowboy::tool
