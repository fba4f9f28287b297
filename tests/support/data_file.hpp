#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace dropcowboy::support {

/// The content of a file below tests/data.
inline std::string data_file(const std::string& name) {
  std::ifstream file(DROPCOWBOY_TEST_DATA "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no test data " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace dropcowboy::support
