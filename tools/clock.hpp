#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace dropcowboy::tool {

/// What is wrong with a clock that shows `now` where the service's shows `service_time`; empty if
/// nothing is. The receiver refuses signed webhooks when the two are more than 300 s apart. Without
/// the service's it says what one can see all the same: a clock that is far off makes certificates
/// look expired or not yet valid.
std::string complaint_about_clock(
    std::chrono::system_clock::time_point now,
    std::optional<std::chrono::system_clock::time_point> service_time = std::nullopt);

}  // namespace dropcowboy::tool
