#pragma once

namespace dropcowboy::testing {

/// Shuts down every TCP connection of this process whose own end is 127.0.0.1:`port`, so that the
/// threads that read from them return. httplib 0.11 keeps idle connections past Server::stop(),
/// each for the whole keep-alive timeout, and does not tell their sockets.
void shut_down_connections(int port) noexcept;

/// The same for the one whose other end is at `peer_port`.
void shut_down_connection(int port, int peer_port) noexcept;

}  // namespace dropcowboy::testing
