#pragma once

#include <unordered_map>

#include "platform/platform.hpp"

namespace dropcowboy::curl {

/// The sockets behind the connections of one multi handle, by local port: libcurl names a reused
/// connection by its port only. What has been closed since stays, until its port comes again.
class OpenSockets {
 public:
  void add(platform::Socket socket) { by_port_[platform::local_port(socket)] = socket; }

  /// Whether the connection is open and silent, as an idle one has to be; true if it is not known.
  bool is_quiet(int local_port) const noexcept {
    const auto found = by_port_.find(local_port);
    return found == by_port_.end() || platform::is_quiet(found->second);
  }

 private:
  std::unordered_map<int, platform::Socket> by_port_;
};

}  // namespace dropcowboy::curl
