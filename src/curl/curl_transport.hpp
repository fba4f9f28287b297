#pragma once

#include <memory>

#include "dropcowboy/options.hpp"

namespace dropcowboy::curl {

/// The transport over libcurl: HTTP/1.1, keep-alive, pooled handles. It reads base_url, TLS, proxy
/// and idle_connection_max_age of the options. Throws Exception (configuration) if libcurl lacks
/// something that safety depends on.
std::shared_ptr<Transport> make_transport(const ClientOptions& options);

}  // namespace dropcowboy::curl
