#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace dropcowboy::support {

/// The commands, or the flags, that a help text lists: what stands first on a line, two spaces in.
inline std::vector<std::string> listed(const std::string& help, bool flags) {
  std::vector<std::string> words;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line) && line != "Example:";) {
    if (line.compare(0, 2, "  ") != 0 || line[2] == ' ') continue;
    std::istringstream parts(line);
    std::string word;
    parts >> word;
    if (word == "-h,") parts >> word;
    const bool is_flag = word[0] == '-';
    if (is_flag == flags) words.push_back(word);
  }
  return words;
}

/// What bash offers after the words typed so far, for one that begins so.
inline std::vector<std::string> completed(const std::string& words,
                                          const std::string& begun = "-") {
  Process bash("/bin/bash",
               {"-c",
                "source " DROPCOWBOY_COMPLETION "; COMP_WORDS=(" + words +
                    " \"$0\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _dropcowboy; "
                    "printf '%s\\n' \"${COMPREPLY[@]}\"",
                begun},
               Process::Variables{});
  std::istringstream lines(bash.read_all());
  EXPECT_EQ(bash.wait(), 0);
  std::vector<std::string> offered;
  for (std::string line; std::getline(lines, line);) offered.push_back(line);
  return offered;
}

}  // namespace dropcowboy::support
