// The standard headers come first: it is this library's headers that must stand these macros, which
// windows.h and others define.
#include <chrono>
#include <functional>
#include <future>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define ERROR 0
#define DELETE 0x00010000L
#define IN
#define OUT
#define NO_ERROR 0
#define interface struct
#define small char

#include "dropcowboy/dropcowboy.hpp"
