#pragma once

#include <curl/curl.h>

#include <new>
#include <string>

#include "core/make_error.hpp"
#include "dropcowboy/options.hpp"

namespace dropcowboy::curl {

/// Throws Exception (configuration) if this libcurl does not know the option or its value, and
/// std::bad_alloc.
template <class Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) {
    throw Exception(not_sent(ErrorKind::configuration,
                             std::string("libcurl ") + curl_version_info(CURLVERSION_NOW)->version +
                                 " cannot be set up (option " +
                                 std::to_string(static_cast<int>(option)) + ": " +
                                 curl_easy_strerror(code) + "); this library needs 7.80 or newer"));
  }
}

/// The same, but goes without an option that is not known. Throws std::bad_alloc.
template <class Value>
void set_option_if_known(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

/// Which protocols are spoken, and whom to trust. Throws as set_option(), and for what the TLS
/// library cannot do.
void set_trust(CURL* easy, const TlsOptions& tls);

/// Through which proxy the way goes, if any. Throws as set_option().
void set_proxy(CURL* easy, const ProxyOptions& proxy);

/// Whether the connection to the proxy itself is over TLS: then there are two buffers to look into,
/// and libcurl shows only one.
bool tunnels_through_tls(const ProxyOptions& proxy);

}  // namespace dropcowboy::curl
