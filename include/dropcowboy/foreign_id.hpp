#pragma once

#include <string>

#include "dropcowboy/export.hpp"

namespace dropcowboy {

/// A fresh random id (UUIDv4, 36 characters) to find a voicemail's callback again.
///
/// A program that must survive a crash makes the id first, stores it, and then sends: after the
/// restart it knows which messages may be on their way. Sixteen bytes from the operating system
/// per call, so both sides of a fork() get different ids. Thread-safe. Throws Exception
/// (configuration) if the system gives no random bytes.
DROPCOWBOY_API std::string new_foreign_id();

}  // namespace dropcowboy
