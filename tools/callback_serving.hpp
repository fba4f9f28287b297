#pragma once

#include <dropcowboy/receiver/callback_server.hpp>

namespace dropcowboy::tool {

/// Serves callbacks on a loopback port, 0 for any free one. What a web page in a browser of this
/// machine posts is refused and said. UsageError if the port cannot be had.
receiver::CallbackServer serve_callbacks(int port, receiver::CallbackServer::Handler handler);

}  // namespace dropcowboy::tool
