#pragma once

#include <curl/curl.h>

namespace dropcowboy::curl {

/// Whether the TLS library that libcurl uses can be asked what it holds of a connection: OpenSSL
/// and its relatives, and GnuTLS, if they are found at run time. Nothing is linked for it.
bool can_see_tls_buffer(CURL* easy) noexcept;

/// Whether the TLS library holds no byte of the connection that libcurl has not read yet. False if
/// that is not certain. To be called from a callback of libcurl's, while the connection is in use.
bool is_tls_buffer_empty(CURL* easy) noexcept;

/// Whether libcurl leaves TLS to Windows.
bool is_schannel(CURL* easy) noexcept;

}  // namespace dropcowboy::curl
