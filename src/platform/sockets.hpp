#pragma once

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <winsock2.h>
//
#include <ws2tcpip.h>
#else
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

// Sockets, as a server needs them, with one face on every system. No call blocks unless it says so;
// what fails says why by the functions below last_error(). Thread-safe as far as one socket is used
// by one thread.
namespace dropcowboy::platform {

#ifdef _WIN32
using NativeSocket = SOCKET;
using SocketSize = int;
inline constexpr NativeSocket no_socket = INVALID_SOCKET;
inline constexpr int send_flags = 0;
inline constexpr int shut_down_sending = SD_SEND;

inline int last_error() noexcept { return ::WSAGetLastError(); }
inline bool would_block() noexcept { return last_error() == WSAEWOULDBLOCK; }
inline bool was_interrupted() noexcept { return last_error() == WSAEINTR; }
inline bool is_out_of_sockets() noexcept {
  return last_error() == WSAEMFILE || last_error() == WSAENOBUFS;
}
inline void close_native(NativeSocket socket) noexcept { ::closesocket(socket); }
/// Nor is it inherited by programs that this one starts: no socket of Windows is unless it is told.
inline bool make_nonblocking(NativeSocket socket) noexcept {
  u_long yes = 1;
  return ::ioctlsocket(socket, FIONBIO, &yes) == 0;
}
/// Before the first socket of a process; more than once does no harm.
inline void start_sockets() noexcept {
  static const int started = [] {
    WSADATA ignored{};
    return ::WSAStartup(MAKEWORD(2, 2), &ignored);
  }();
  static_cast<void>(started);
}
#else
using NativeSocket = int;
using SocketSize = socklen_t;
inline constexpr NativeSocket no_socket = -1;
#ifdef MSG_NOSIGNAL
inline constexpr int send_flags = MSG_NOSIGNAL;
#else
inline constexpr int send_flags = 0;
#endif
inline constexpr int shut_down_sending = SHUT_WR;

inline int last_error() noexcept { return errno; }
inline bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }
inline bool was_interrupted() noexcept { return errno == EINTR; }
inline bool is_out_of_sockets() noexcept { return errno == EMFILE || errno == ENFILE; }
inline void close_native(NativeSocket socket) noexcept { ::close(socket); }
/// Nor is it inherited by programs that this one starts.
inline bool make_nonblocking(NativeSocket socket) noexcept {
  const int flags = ::fcntl(socket, F_GETFL);
  return ::fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 && flags >= 0 &&
         ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0;
}
inline void start_sockets() noexcept {}
#endif

/// Owns a socket, or nothing.
class OwnedSocket {
 public:
  OwnedSocket() = default;
  explicit OwnedSocket(NativeSocket socket) noexcept : socket_(socket) {}
  OwnedSocket(OwnedSocket&& other) noexcept : socket_(std::exchange(other.socket_, no_socket)) {}
  OwnedSocket& operator=(OwnedSocket&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~OwnedSocket() { close(); }

  NativeSocket get() const noexcept { return socket_; }
  explicit operator bool() const noexcept { return socket_ != no_socket; }
  void close() noexcept {
    if (socket_ != no_socket) close_native(std::exchange(socket_, no_socket));
  }

 private:
  NativeSocket socket_ = no_socket;
};

/// The number of bytes; 0 at the end, below 0 if it failed.
inline std::ptrdiff_t receive(NativeSocket socket, char* to, std::size_t size,
                              int flags = 0) noexcept {
#ifdef _WIN32
  return ::recv(socket, to, static_cast<int>(size), flags);
#else
  return ::recv(socket, to, size, flags);
#endif
}

/// The number of bytes that were taken; below 0 if it failed. Raises no signal.
inline std::ptrdiff_t send_some(NativeSocket socket, const char* bytes, std::size_t size) noexcept {
#ifdef _WIN32
  return ::send(socket, bytes, static_cast<int>(size), send_flags);
#else
  return ::send(socket, bytes, size, send_flags);
#endif
}

inline bool set_option(NativeSocket socket, int level, int option, int value = 1) noexcept {
  return ::setsockopt(socket, level, option, reinterpret_cast<const char*>(&value), sizeof value) ==
         0;
}

/// Lets a server take a port again that an earlier one has left, but not one that is in use. On
/// Windows SO_REUSEADDR would give it away.
inline void claim_port(NativeSocket socket) noexcept {
#ifdef _WIN32
  set_option(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE);
#else
  set_option(socket, SOL_SOCKET, SO_REUSEADDR);
#endif
}

/// poll(): blocks until one of `count` sockets is ready, `timeout_ms` at most, -1 for ever. Entries
/// whose socket is `no_socket` are passed over; not all may be. Below 0 if it failed.
inline int poll_sockets(pollfd* set, std::size_t count, int timeout_ms) noexcept {
#ifdef _WIN32
  // WSAPoll() takes an entry without a socket for an event.
  try {
    std::vector<pollfd> real;
    real.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      set[i].revents = 0;
      if (set[i].fd != no_socket) real.push_back(set[i]);
    }
    const int ready = ::WSAPoll(real.data(), static_cast<ULONG>(real.size()), timeout_ms);
    for (std::size_t i = 0, at = 0; i < count; ++i) {
      if (set[i].fd != no_socket) set[i].revents = real[at++].revents;
    }
    return ready;
  } catch (const std::bad_alloc&) {
    return -1;
  }
#else
  return ::poll(set, static_cast<nfds_t>(count), timeout_ms);
#endif
}

/// Wakes a thread out of poll_sockets(). Thread-safe.
class Waker {
 public:
  Waker() noexcept;
  bool works() const noexcept { return static_cast<bool>(out_); }
  /// Readable while it is raised.
  NativeSocket socket() const noexcept { return out_.get(); }
  void raise() const noexcept {
    const char byte = 1;
    [[maybe_unused]] const auto ignored = put(&byte);  // full is raised too
  }
  void lower() const noexcept {
    std::array<char, 64> bytes{};
    while (take(bytes.data(), bytes.size()) > 0) continue;
  }

 private:
  std::ptrdiff_t put(const char* byte) const noexcept;
  std::ptrdiff_t take(char* to, std::size_t size) const noexcept;

  OwnedSocket out_;
  OwnedSocket in_;  // on Windows there is only the one
};

#ifdef _WIN32
/// A UDP socket that is connected to itself: Windows cannot poll a pipe.
inline Waker::Waker() noexcept {
  start_sockets();
  OwnedSocket made(::socket(AF_INET, SOCK_DGRAM, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&place);
  SocketSize size = sizeof place;
  const bool works = made && ::bind(made.get(), any, size) == 0 &&
                     ::getsockname(made.get(), any, &size) == 0 &&
                     ::connect(made.get(), any, size) == 0 && make_nonblocking(made.get());
  if (works) out_ = std::move(made);
}
inline std::ptrdiff_t Waker::put(const char* byte) const noexcept {
  return send_some(out_.get(), byte, 1);
}
inline std::ptrdiff_t Waker::take(char* to, std::size_t size) const noexcept {
  return receive(out_.get(), to, size);
}
#else
inline Waker::Waker() noexcept {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return;
  out_ = OwnedSocket(ends[0]);
  in_ = OwnedSocket(ends[1]);
  if (!make_nonblocking(ends[0]) || !make_nonblocking(ends[1])) out_.close();
}
inline std::ptrdiff_t Waker::put(const char* byte) const noexcept {
  return ::write(in_.get(), byte, 1);
}
inline std::ptrdiff_t Waker::take(char* to, std::size_t size) const noexcept {
  return ::read(out_.get(), to, size);
}
#endif

/// The port at this end of an IP socket, 0 if it has none.
inline int port_of(NativeSocket socket) noexcept {
  sockaddr_storage address{};
  SocketSize size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  if (address.ss_family != AF_INET) return 0;
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace dropcowboy::platform
