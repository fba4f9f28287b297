#pragma once

#include <string>
#include <vector>

#include "testing/answer.hpp"

namespace dropcowboy::testing {

using PathParts = std::vector<std::string>;

/// The parts of a request's path, decoded one by one, so that an encoded slash separates nothing.
PathParts parts_of(const std::string& target);

/// Whether a path is the one of an address, in which "*" stands for any one part.
bool matches(const PathParts& address, const PathParts& path);

/// 405, in v1's words.
Answer wrong_method(const std::string& allowed);

}  // namespace dropcowboy::testing
