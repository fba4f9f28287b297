#include "curl/tls_buffer.hpp"

#include <cstddef>

#include "platform/platform.hpp"

namespace dropcowboy::curl {

namespace {

/// As the TLS library that libcurl was linked with has it.
template <class Function>
Function* tls_function(const char* name) noexcept {
  const auto* of_libcurl = reinterpret_cast<const void*>(&curl_easy_init);
  return reinterpret_cast<Function*>(platform::function_beside(of_libcurl, name));
}

int openssl_pending(void* ssl) noexcept {
  static const auto has_pending = tls_function<int(const void*)>("SSL_has_pending");
  return has_pending == nullptr ? -1 : ssl == nullptr ? 0 : has_pending(ssl);
}

int gnutls_pending(void* session) noexcept {
  static const auto check_pending = tls_function<std::size_t(void*)>("gnutls_record_check_pending");
  return check_pending == nullptr     ? -1
         : session == nullptr         ? 0
         : check_pending(session) > 0 ? 1
                                      : 0;
}

/// 0: nothing; above: something; below: nobody can tell.
int pending(curl_tlssessioninfo* tls) noexcept {
  if (tls == nullptr) return -1;
  switch (tls->backend) {
    case CURLSSLBACKEND_OPENSSL: return openssl_pending(tls->internals);
    case CURLSSLBACKEND_GNUTLS: return gnutls_pending(tls->internals);
    default: return -1;
  }
}

curl_tlssessioninfo* tls_of(CURL* easy) noexcept {
  curl_tlssessioninfo* tls = nullptr;
  curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &tls);
  return tls;
}

}  // namespace

bool can_see_tls_buffer(CURL* easy) noexcept { return pending(tls_of(easy)) >= 0; }

bool is_schannel(CURL* easy) noexcept {
  const curl_tlssessioninfo* tls = tls_of(easy);
  return tls != nullptr && tls->backend == CURLSSLBACKEND_SCHANNEL;
}

bool is_tls_buffer_empty(CURL* easy) noexcept {
  curl_tlssessioninfo* tls = tls_of(easy);
  return tls != nullptr && tls->internals != nullptr && pending(tls) == 0;
}

}  // namespace dropcowboy::curl
