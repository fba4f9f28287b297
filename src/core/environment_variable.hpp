#pragma once

#include <cstdlib>
#include <string>

namespace dropcowboy {

/// DROPCOWBOY_`name`, else DROP_COWBOY_`name`; empty if neither says anything.
inline std::string environment_variable(const std::string& name) {
  for (const char* prefix : {"DROPCOWBOY_", "DROP_COWBOY_"}) {
    const char* value = std::getenv((prefix + name).c_str());
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace dropcowboy
