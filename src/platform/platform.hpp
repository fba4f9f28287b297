#pragma once

#include <cstddef>
#include <cstdint>

/// What differs between operating systems; posix.cpp and windows.cpp implement it.
namespace dropcowboy::platform {

/// Fills `size` bytes (at most 256) with one call to the system's random source; false if it
/// failed.
bool fill_random(void* bytes, std::size_t size) noexcept;

/// Tells a process from those that are forked from it.
long process_id() noexcept;

/// A socket, as wide as the system's widest kind.
using Socket = std::uintptr_t;

/// The local port of an IP socket, 0 if it has none.
int local_port(Socket socket) noexcept;

/// Whether a non-blocking socket is connected, open, and nothing waits to be read from it.
bool is_quiet(Socket socket) noexcept;

/// Closes it; false if the system reports an error.
bool close_socket(Socket socket) noexcept;

/// The function `name` as the library, or the program, that holds the code at `address` would find
/// it by itself: its own, or one of the libraries that it was linked with. Null if there is none.
void* function_beside(const void* address, const char* name) noexcept;

/// Keeps the library that holds the code at `address` in memory until the process ends.
void never_unload(const void* address) noexcept;

/// Blocks all signals in this thread but those that its own faults raise: for threads that the
/// application knows nothing of.
void leave_signals_to_other_threads() noexcept;

/// Keeps SIGPIPE from this thread while it lives. libcurl before 7.88 with OpenSSL raises it in
/// spite of CURLOPT_NOSIGNAL. Does nothing if `wanted` is false or the system has no SIGPIPE.
class SigpipeGuard {
 public:
  explicit SigpipeGuard(bool wanted) noexcept;
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  bool blocked_ = false;
};

}  // namespace dropcowboy::platform
