#pragma once

#include <memory>
#include <string>
#include <utility>

#include "platform/sockets.hpp"

// What the callback server needs of sockets besides what platform/sockets.hpp has.

namespace dropcowboy::receiver {

/// A listening socket; none if that address and port cannot be had.
inline platform::OwnedSocket listen_on(const std::string& address, int port) {
  platform::start_sockets();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> place(
      found, [](addrinfo* list) { ::freeaddrinfo(list); });
  platform::OwnedSocket socket(::socket(place->ai_family, place->ai_socktype, place->ai_protocol));
  if (!socket || !platform::make_nonblocking(socket.get())) return {};
  platform::claim_port(socket.get());
  constexpr int backlog = 1024;  // callbacks come in bursts
  const auto size = static_cast<platform::SocketSize>(place->ai_addrlen);
  const bool listens =
      ::bind(socket.get(), place->ai_addr, size) == 0 && ::listen(socket.get(), backlog) == 0;
  return listens ? std::move(socket) : platform::OwnedSocket();
}

/// A connection that waits to be taken, or none.
inline platform::OwnedSocket accept_from(const platform::OwnedSocket& listener) noexcept {
  platform::OwnedSocket socket(::accept(listener.get(), nullptr, nullptr));
  if (!socket || !platform::make_nonblocking(socket.get())) return {};
  platform::set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY);
#ifdef SO_NOSIGPIPE
  platform::set_option(socket.get(), SOL_SOCKET, SO_NOSIGPIPE);
#endif
  return socket;
}

}  // namespace dropcowboy::receiver
