#pragma once

#include <gmock/gmock.h>

#include <regex>
#include <string>

namespace dropcowboy::support {

/// The whole text fits a regular expression of ECMAScript's. (MatchesRegex() knows each system's
/// own, which on Windows has no brackets.)
MATCHER_P(Fits, pattern, "fits " + std::string(pattern)) {
  return std::regex_match(arg, std::regex(pattern));
}

}  // namespace dropcowboy::support
