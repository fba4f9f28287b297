#include "curl/observation.hpp"

namespace dropcowboy::curl {

TransportFailure failure_of(CURLcode code) noexcept {
  switch (code) {
    case CURLE_OK: return TransportFailure::none;

    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_FAILED_INIT:
    case CURLE_URL_MALFORMAT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_FUNCTION_NOT_FOUND:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE: return TransportFailure::configuration;

    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST: return TransportFailure::resolve;

    case CURLE_COULDNT_CONNECT:
    case CURLE_NO_CONNECTION_AVAILABLE:
    case CURLE_PROXY: return TransportFailure::connect;

    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return TransportFailure::tls_verification;

    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CLIENTCERT: return TransportFailure::tls_handshake;

    case CURLE_OPERATION_TIMEDOUT: return TransportFailure::timeout;

    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_AGAIN: return TransportFailure::interrupted;

    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_CHUNK_FAILED:
    case CURLE_HTTP_RETURNED_ERROR:
    case CURLE_RANGE_ERROR: return TransportFailure::protocol;

    case CURLE_FILESIZE_EXCEEDED: return TransportFailure::too_large;

    case CURLE_OUT_OF_MEMORY: return TransportFailure::overloaded;
    default: return TransportFailure::other;
  }
}

}  // namespace dropcowboy::curl
