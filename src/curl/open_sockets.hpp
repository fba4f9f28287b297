#pragma once

#include <algorithm>
#include <vector>

#include "platform/platform.hpp"

namespace dropcowboy::curl {

/// The sockets that libcurl has open for one multi handle. libcurl opens and closes them through
/// this, so a descriptor that was closed, and may be somebody else's by now, is never looked at. It
/// outlives the multi handle, which closes its connections last of all. Not thread-safe.
class OpenSockets {
 public:
  /// Throws std::bad_alloc.
  void add(platform::Socket socket) { open_.push_back({socket, 0}); }

  bool close(platform::Socket socket) noexcept {
    const auto found = std::find_if(open_.begin(), open_.end(),
                                    [&](const Open& one) { return one.socket == socket; });
    if (found != open_.end()) {
      *found = open_.back();
      open_.pop_back();
    }
    return platform::close_socket(socket);
  }

  /// Whether the connection from `local_port`, which is all that libcurl says of it, is open and
  /// silent. Two connections can have the same port, to different addresses: then both have to be.
  bool is_quiet(int local_port) noexcept {
    bool known = false;
    for (Open& one : open_) {
      if (one.local_port == 0) one.local_port = platform::local_port(one.socket);
      if (one.local_port != local_port) continue;
      if (!platform::is_quiet(one.socket)) return false;
      known = true;
    }
    return known;
  }

 private:
  struct Open {
    platform::Socket socket;
    int local_port;  // 0: not asked for yet, or not bound yet
  };
  std::vector<Open> open_;
};

}  // namespace dropcowboy::curl
