#pragma once

#include <string>

#include "dropcowboy/version.hpp"

namespace dropcowboy {

/// The User-Agent of a client of such an application, which may be empty.
inline std::string user_agent(const std::string& application) {
  const std::string own = "dropcowboy-cpp/" DROPCOWBOY_VERSION;
  return application.empty() ? own : application + " " + own;
}

}  // namespace dropcowboy
