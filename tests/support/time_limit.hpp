#pragma once

#include <chrono>

namespace dropcowboy::support {

/// The limit that ends the waiting in a cell of the fault matrix. Long enough that a busy machine
/// does not reach it by itself, since many cells wait for it.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) || defined(_WIN32)
// A handshake can take half a second; under Wine, too.
inline constexpr std::chrono::milliseconds time_limit{2'000};
#else
inline constexpr std::chrono::milliseconds time_limit{500};
#endif

}  // namespace dropcowboy::support
