#pragma once

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>

// What a server needs of POSIX sockets.

namespace dropcowboy::receiver {

#ifdef MSG_NOSIGNAL
inline constexpr int send_flags = MSG_NOSIGNAL;
#else
inline constexpr int send_flags = 0;
#endif

/// An open file descriptor, or none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }
  void close() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

/// Neither blocks nor is inherited by programs that this one starts.
inline bool prepare(int descriptor) noexcept {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && flags >= 0 &&
         ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

inline void set_option(int socket, int level, int option) noexcept {
  const int yes = 1;
  ::setsockopt(socket, level, option, &yes, sizeof yes);
}

/// A listening socket; none if that address and port cannot be had.
inline Descriptor listen_on(const std::string& address, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> place(found, &::freeaddrinfo);
  Descriptor socket(::socket(place->ai_family, place->ai_socktype, place->ai_protocol));
  if (!socket || !prepare(socket.get())) return {};
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  constexpr int backlog = 1024;  // callbacks come in bursts
  const bool listens = ::bind(socket.get(), place->ai_addr, place->ai_addrlen) == 0 &&
                       ::listen(socket.get(), backlog) == 0;
  return listens ? std::move(socket) : Descriptor();
}

inline int port_of(const Descriptor& socket) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const auto port = address.ss_family == AF_INET6
                        ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                        : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return ntohs(port);
}

/// A connection that waits to be taken, or none.
inline Descriptor accept_from(const Descriptor& listener) noexcept {
  Descriptor socket(::accept(listener.get(), nullptr, nullptr));
  if (!socket || !prepare(socket.get())) return {};
  set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY);
#ifdef SO_NOSIGPIPE
  set_option(socket.get(), SOL_SOCKET, SO_NOSIGPIPE);
#endif
  return socket;
}

/// Wakes a thread out of poll().
class Waker {
 public:
  Waker() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    read_ = Descriptor(ends[0]);
    write_ = Descriptor(ends[1]);
    if (!prepare(ends[0]) || !prepare(ends[1])) read_.close();
  }
  bool works() const noexcept { return static_cast<bool>(read_); }
  int descriptor() const noexcept { return read_.get(); }
  /// For good.
  void wake() const noexcept {
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(write_.get(), &byte, 1);
  }

 private:
  Descriptor read_;
  Descriptor write_;
};

}  // namespace dropcowboy::receiver
