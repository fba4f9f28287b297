// What AssertMacros.h of Apple's SDK defines, unless it is told not to. The standard library of
// other systems does not stand them, so it comes first.
#include <chrono>
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#define check(assertion) static_cast<void>(assertion)
#define require(assertion, label) static_cast<void>(assertion)
#define verify(assertion) static_cast<void>(assertion)
