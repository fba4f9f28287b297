#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dropcowboy::tool {

/// What a doctor has looked at, told to people as it is found, and to programs at the end.
class Findings {
 public:
  void good(const char* what, const std::string& text);
  /// Nothing is wrong, but a second look is worth it.
  void doubtful(const char* what, const std::string& text);
  void bad(const char* what, const std::string& text);

  bool is_ok() const { return is_ok_; }
  /// {"ok", "checks": [{"check", "ok", "detail"}]}
  nlohmann::ordered_json document() const { return {{"ok", is_ok_}, {"checks", checks_}}; }

 private:
  void enter(const char* what, bool is_ok, const std::string& text);

  bool is_ok_ = true;
  nlohmann::ordered_json checks_ = nlohmann::ordered_json::array();
};

}  // namespace dropcowboy::tool
