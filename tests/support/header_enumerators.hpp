#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace dropcowboy::support {

struct Enumerator {
  std::string name;
  int value = 0;
};

/// The enumerators of `enum class <type>` as they stand in a public header ("error.hpp"): the one
/// list of them that a test can go through.
inline std::vector<Enumerator> enumerators_of(const std::string& header, const std::string& type) {
  std::ifstream file(DROPCOWBOY_TEST_DATA "/../../include/dropcowboy/" + header);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  text = std::regex_replace(text, std::regex("//[^\n]*"), "");
  std::smatch found;
  const std::regex definition("enum class " + type + R"((?: : int)? \{([^}]*)\})");
  if (!std::regex_search(text, found, definition)) {
    throw std::runtime_error(header + " has no " + type);
  }
  const std::string body = found[1];
  std::vector<Enumerator> enumerators;
  const std::regex enumerator(R"(([a-z_0-9]+)(?:\s*=\s*(-?\d+))?)");
  for (std::sregex_iterator one(body.begin(), body.end(), enumerator), end; one != end; ++one) {
    const int next = enumerators.empty() ? 0 : enumerators.back().value + 1;
    enumerators.push_back({(*one)[1], (*one)[2].matched ? std::stoi((*one)[2]) : next});
  }
  return enumerators;
}

/// That logs and metrics show of each enumerator its own name.
template <class Enum>
void expect_own_names(const std::string& header, const std::string& type) {
  const auto enumerators = enumerators_of(header, type);
  EXPECT_GE(enumerators.size(), 2U) << type;
  for (const Enumerator& one : enumerators) {
    EXPECT_EQ(to_string(static_cast<Enum>(one.value)), one.name) << type;
  }
}

}  // namespace dropcowboy::support
