#pragma once

#include <httplib.h>

#include <string>

namespace dropcowboy::support {

/// An HTTP client for tests, over one kept-alive connection. It waits longer than any test may take
/// on the slowest machine, so that no answer is a fault and never a matter of time.
class HttpClient : public httplib::Client {
 public:
  /// `origin`: "http://127.0.0.1:PORT".
  explicit HttpClient(const std::string& origin) : Client(origin) {
    set_keep_alive(true);
    set_tcp_nodelay(true);
    set_connection_timeout(60);
    set_read_timeout(120);
    set_write_timeout(120);
  }
};

}  // namespace dropcowboy::support
