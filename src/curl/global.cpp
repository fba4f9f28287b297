#include "curl/global.hpp"

#include <utility>

#include "errors.hpp"

namespace dropcowboy::curl {

void initialise_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code == CURLE_OK) return;
  throw Exception(not_sent(ErrorKind::configuration,
                           std::string("libcurl cannot start: ") + curl_easy_strerror(code)));
}

bool needs_sigpipe_guard() {
  static const bool old = curl_version_info(CURLVERSION_NOW)->version_num < 0x075800;
  return old;
}

HttpOutcome not_started(TransportFailure failure, std::string detail) {
  HttpOutcome outcome;
  outcome.wire = Wire::not_sent;
  outcome.failure = failure;
  outcome.detail = std::move(detail);
  return outcome;
}

}  // namespace dropcowboy::curl
