#pragma once

#include <cstdlib>
#include <string>

namespace dropcowboy {

/// Empty if it is not set.
inline std::string environment_value(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

/// DROPCOWBOY_`name`, else DROP_COWBOY_`name`; empty if neither says anything.
inline std::string environment_variable(const std::string& name) {
  for (const char* prefix : {"DROPCOWBOY_", "DROP_COWBOY_"}) {
    std::string value = environment_value(prefix + name);
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace dropcowboy
