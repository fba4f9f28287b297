#pragma once

#include <system_error>

#include "platform/sockets.hpp"

namespace dropcowboy::support {

using Descriptor = platform::OwnedSocket;

/// A flag that poll_all() can wait for. Thread-safe.
using Signal = platform::Waker;

[[noreturn]] inline void fail(const char* what) {
  throw std::system_error(platform::last_error(), std::system_category(), what);
}

/// `result` of a system call, or an exception if that failed.
inline int checked(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

/// A new socket, or an exception.
inline Descriptor new_socket() {
  platform::start_sockets();
  Descriptor made(::socket(AF_INET, SOCK_STREAM, 0));
  if (!made) fail("socket");
  return made;
}

inline void make_nonblocking(const Descriptor& socket) {
  if (!platform::make_nonblocking(socket.get())) fail("non-blocking");
}

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// poll() that goes on after a signal. A timeout of -1 waits for ever.
template <std::size_t N>
void poll_all(pollfd (&set)[N], int timeout_ms = -1) {
  while (platform::poll_sockets(set, N, timeout_ms) < 0) {
    if (!platform::was_interrupted()) fail("poll");
  }
}

}  // namespace dropcowboy::support
