#include "findings.hpp"

#include "console.hpp"

namespace dropcowboy::tool {

void Findings::good(const char* what, const std::string& text) {
  say_success(std::string("ok       ") + what + ": " + text);
  enter(what, true, text);
}

void Findings::doubtful(const char* what, const std::string& text) {
  say_warning(std::string(what) + ": " + text);
  enter(what, true, text);
}

void Findings::bad(const char* what, const std::string& text) {
  say_error(std::string(what) + ": " + text);
  enter(what, false, text);
}

void Findings::enter(const char* what, bool is_ok, const std::string& text) {
  is_ok_ = is_ok_ && is_ok;
  checks_.push_back({{"check", what}, {"ok", is_ok}, {"detail", text}});
}

}  // namespace dropcowboy::tool
