#pragma once

#include <curl/curl.h>

#include <memory>
#include <string_view>

#include "dropcowboy/transport.hpp"

namespace dropcowboy::curl {

/// Starts libcurl for the process, once; it is never stopped, because nobody can know who else uses
/// it. Throws Exception (configuration) if it cannot start. Thread-safe.
void initialise_once();

/// libcurl before 7.88 lets SIGPIPE through in spite of CURLOPT_NOSIGNAL.
bool needs_sigpipe_guard();

/// The outcome of an exchange that failed before libcurl had it.
HttpOutcome not_started(TransportFailure failure, std::string_view detail) noexcept;

struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

/// A new one, which can be woken and whose end waits for no name server. Throws
/// Exception (overloaded) if the system has no descriptors, or no memory, left.
Multi make_multi();

}  // namespace dropcowboy::curl
