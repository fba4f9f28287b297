#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dropcowboy::delivery {

/// Reads a Retry-After value (RFC 9110, 10.2.3): seconds, fractions accepted, or an HTTP date in
/// any of its three forms, taken relative to `now`. A date in the past is no wait; waits are capped
/// at a day; anything else is nothing. Pure; never throws.
std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::chrono::system_clock::time_point now) noexcept;

}  // namespace dropcowboy::delivery
