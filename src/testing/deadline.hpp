#pragma once

#include <algorithm>
#include <chrono>

namespace dropcowboy::testing {

/// The point in time `wait` from now. A year counts as for ever, so that milliseconds::max() does
/// not overflow.
inline std::chrono::steady_clock::time_point deadline_after(std::chrono::milliseconds wait) {
  constexpr std::chrono::milliseconds forever = std::chrono::hours(24 * 365);
  return std::chrono::steady_clock::now() +
         std::clamp(wait, std::chrono::milliseconds::zero(), forever);
}

}  // namespace dropcowboy::testing
