#pragma once

#include <curl/curl.h>

#include <memory>
#include <shared_mutex>
#include <string_view>

#include "dropcowboy/transport.hpp"

namespace dropcowboy::curl {

/// Starts libcurl for the process, once; it is never stopped, because nobody can know who else uses
/// it. Throws Exception (configuration) if it cannot start. Thread-safe.
void initialise_once();

/// Held around every use of libcurl that can reach the TLS library. That one cleans up when the
/// process ends, while clients in static storage and threads may still be there: from then on it is
/// false, and libcurl must be left alone. Not to be nested.
class InUse {
 public:
  InUse();
  explicit operator bool() const noexcept;

 private:
  std::shared_lock<std::shared_mutex> lock_;
};

inline constexpr const char* process_ends = "the process ends";
inline constexpr const char* not_taken = "libcurl did not take the transfer";

/// libcurl before 7.88 lets SIGPIPE through in spite of CURLOPT_NOSIGNAL.
bool needs_sigpipe_guard();

/// The result of an exchange that failed before libcurl had it.
HttpResult not_started(TransportFailure failure, std::string_view detail) noexcept;
/// The same for what is being handled: call it in a catch block.
HttpResult not_started_by_exception() noexcept;

struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept {
    if (const InUse libcurl; libcurl) curl_multi_cleanup(handle);
  }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

/// A new one, which can be woken and whose end waits for no name server. Throws
/// Exception (overloaded) if the system has no descriptors, or no memory, left.
Multi make_multi();

}  // namespace dropcowboy::curl
