#pragma once

#include <chrono>
#include <string>

namespace dropcowboy::tool {

/// What is wrong with a clock, as far as one can see without another; empty if nothing is. A clock
/// that is far off makes certificates look expired or not yet valid.
std::string complaint_about_clock(std::chrono::system_clock::time_point now);

}  // namespace dropcowboy::tool
