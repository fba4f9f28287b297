#pragma once

#include <cstddef>

/// What differs between operating systems; posix.cpp and windows.cpp implement it.
namespace dropcowboy::platform {

/// Fills `size` bytes (at most 256) with one call to the system's random source; false if it
/// failed.
bool fill_random(void* bytes, std::size_t size) noexcept;

/// Changes when the process forks.
unsigned long process_id() noexcept;

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
