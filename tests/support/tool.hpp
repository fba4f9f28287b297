#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dropcowboy/testing/simulator.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

namespace dropcowboy::support {

inline const std::string tool_program = DROPCOWBOY_PROGRAMS "/dropcowboy";

/// A home directory of its own, gone at the end.
class Home {
 public:
  std::string path() const { return directory_.path().string(); }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string config() const { return path(".dropcowboyrc"); }

  /// The new file's path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  TemporaryDirectory directory_;
};

/// What the tool did.
struct Ended {
  int status = 0;
  std::string output;
  std::string errors;

  /// The document on stdout; discarded if there is none.
  nlohmann::json document() const { return nlohmann::json::parse(output, nullptr, false); }
};

using Arguments = std::vector<std::string>;

inline Ended run_tool(const Arguments& arguments, const Process::Variables& environment,
                      const std::string& input = {}) {
  Process process(tool_program, arguments, environment, Streams::separate, input);
  Ended result;
  result.output = process.read_all();
  result.status = process.wait();
  result.errors = process.errors();
  return result;
}

/// What makes the tool talk to a simulator.
inline Process::Variables account_of(const testing::Simulator& simulator) {
  return {{"HOME", "/nonexistent"},
          {"DROPCOWBOY_TEAM_ID", simulator.credentials().team_id},
          {"DROPCOWBOY_SECRET", simulator.credentials().secret},
          {"DROPCOWBOY_BASE_URL", simulator.url()}};
}

inline Ended run_against(const testing::Simulator& simulator, const Arguments& arguments,
                         const std::string& input = {}) {
  return run_tool(arguments, account_of(simulator), input);
}

}  // namespace dropcowboy::support
