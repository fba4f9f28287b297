#include "dropcowboy/transport.hpp"

namespace dropcowboy {

std::string_view to_string(HttpMethod method) noexcept {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::post: return "POST";
    case HttpMethod::del: return "DELETE";
    case HttpMethod::put: return "PUT";
  }
  return "GET";
}

std::string_view to_string(TransportFailure failure) noexcept {
  switch (failure) {
    case TransportFailure::none: return "none";
    case TransportFailure::configuration: return "configuration";
    case TransportFailure::resolve: return "resolve";
    case TransportFailure::connect: return "connect";
    case TransportFailure::proxy: return "proxy";
    case TransportFailure::tls_verification: return "tls_verification";
    case TransportFailure::tls_handshake: return "tls_handshake";
    case TransportFailure::timeout: return "timeout";
    case TransportFailure::cancelled: return "cancelled";
    case TransportFailure::interrupted: return "interrupted";
    case TransportFailure::protocol: return "protocol";
    case TransportFailure::too_large: return "too_large";
    case TransportFailure::overloaded: return "overloaded";
    case TransportFailure::other: return "other";
  }
  return "other";
}

}  // namespace dropcowboy
