#pragma once

#include <chrono>
#include <string>

#include "dropcowboy/export.hpp"

namespace dropcowboy {

/// A fresh id (UUIDv7 of RFC 9562, 36 characters) to find a message's callback again.
///
/// A program that must survive a crash makes the id first, stores it, and then sends: after the
/// restart it knows which messages may be on their way. The id begins with `now` in milliseconds,
/// so that an index over ids made one after another stays small; the other 74 bits are random, from
/// one call to the operating system, so that both sides of a fork() get different ids. Thread-safe.
/// Throws Exception (configuration) if the system gives no random bytes.
DROPCOWBOY_API std::string new_foreign_id(
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace dropcowboy
