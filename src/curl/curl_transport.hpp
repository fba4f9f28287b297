#pragma once

#include <memory>

#include "dropcowboy/options.hpp"

namespace dropcowboy::curl {

/// The transport over libcurl: HTTP/1.1, keep-alive, pooled handles. It reads TLS, proxy
/// and idle_connection_max_age of the options, and keeps at most 16 idle connections. Throws
/// Exception (configuration) if libcurl lacks something that safety depends on, or (overloaded) if
/// the system has no descriptors left. `runtime` tells how long a connection has been idle.
std::shared_ptr<Transport> make_transport(const ClientOptions& options,
                                          std::shared_ptr<Runtime> runtime);

}  // namespace dropcowboy::curl
