#include "curl/easy_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "core/checker.hpp"
#include "curl/tls_buffer.hpp"
#include "text/characters.hpp"

namespace dropcowboy::curl {

namespace {

/// Throws Exception (configuration) for what Windows' own TLS cannot do and libcurl would refuse by
/// a number only, or pass over.
void require_schannel_can(const TlsOptions& tls) {
  Checker check;
  if (!tls.ca_directory.empty()) {
    check.error("tls.ca_directory", IssueCode::invalid_value,
                "cannot work: libcurl uses Windows' own TLS (Schannel) here, which reads no "
                "directory of authorities; put them into one file and name that in tls.ca_file");
  }
  if (!tls.ca_file.empty() && tls.native_store) {
    check.error("tls.native_store", IssueCode::invalid_value,
                "cannot work together with tls.ca_file: libcurl uses Windows' own TLS (Schannel) "
                "here, which trusts the system's store or that file; choose one");
  }
  Validation found = std::move(check).result();
  if (!found.ok()) {
    throw Exception(bad_configuration("the client's options cannot work on this system",
                                      std::move(found.errors)));
  }
}

}  // namespace

void set_trust(CURL* easy, const TlsOptions& tls) {
  const auto set = [easy](CURLoption option, auto value) { set_option(easy, option, value); };
  const bool uses_schannel = is_schannel(easy);
#if LIBCURL_VERSION_NUM >= 0x075500
  set(CURLOPT_PROTOCOLS_STR, "https,http");  // http passed the base_url rules: loopback or opted in
#else
  set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTPS | CURLPROTO_HTTP));
#endif
  if (uses_schannel) require_schannel_can(tls);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!tls.ca_file.empty() || !tls.ca_directory.empty()) {
    // Whoever names authorities means only those: libcurl would add its own directory or bundle.
    const auto or_none = [](const std::string& path) {
      return path.empty() ? nullptr : path.c_str();
    };
    set(CURLOPT_CAINFO, or_none(tls.ca_file));
    if (!uses_schannel) set(CURLOPT_CAPATH, or_none(tls.ca_directory));
  }
  long ways = tls.native_store ? CURLSSLOPT_NATIVE_CA : 0L;
  // Only Schannel asks whether a certificate was revoked. A private authority has no list of those,
  // and one that cannot be reached must not stop every message.
  if (uses_schannel) ways |= CURLSSLOPT_REVOKE_BEST_EFFORT;
  if (ways != 0) set(CURLOPT_SSL_OPTIONS, ways);
}

void set_proxy(CURL* easy, const ProxyOptions& proxy) {
  if (proxy.url.empty() && proxy.from_environment) return;
  set_option(easy, CURLOPT_PROXY,
             proxy.url.c_str());          // the empty one is none, not even the environment's
  set_option(easy, CURLOPT_NOPROXY, "");  // else libcurl asks the environment at every request
}

bool tunnels_through_tls(const ProxyOptions& proxy) {
  const auto is_https = [](const char* url) {
    return url != nullptr &&
           text::equals_ignoring_case(std::string_view(url).substr(0, 6), "https:");
  };
  if (!proxy.url.empty()) return is_https(proxy.url.c_str());
  if (!proxy.from_environment) return false;
  const char* const names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                               "ALL_PROXY"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](const char* name) { return is_https(std::getenv(name)); });
}

}  // namespace dropcowboy::curl
