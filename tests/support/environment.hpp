#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace dropcowboy::support {

/// Sets a variable of this process, or takes it away.
inline void set_variable(const std::string& name, const std::optional<std::string>& value) {
#ifdef _WIN32
  ::_putenv_s(name.c_str(), value ? value->c_str() : "");  // an empty one is none
#else
  value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
#endif
}

/// Sets or takes away a variable of the environment while it lives.
class Variable {
 public:
  Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    set_variable(name_, value);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { set_variable(name_, before_); }

 private:
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace dropcowboy::support
