#include "curl/global.hpp"

#include <cstdlib>
#include <exception>
#include <mutex>
#include <utility>

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::curl {

namespace {

struct Life {
  std::shared_mutex mutex{};
  bool is_over = false;
  long process = platform::process_id();
};

/// Never destroyed, because it is asked when everything else is.
Life& life() {
  static auto* const life = new Life;
  return *life;
}

void end_life() {
  // In a forked child a thread that is not there may hold the lock; the clients are the parent's.
  if (platform::process_id() != life().process) return;
  const std::lock_guard nobody_uses_it(life().mutex);
  life().is_over = true;
}

/// What is registered with atexit() after the TLS library's clean-up runs before it.
CURLcode start() {
  const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(life());
  std::atexit(end_life);
  return code;
}

}  // namespace

InUse::InUse() : lock_(life().mutex) {}

InUse::operator bool() const noexcept { return !life().is_over; }

void initialise_once() {
  static const CURLcode code = start();
  // A thread that asks a silent name server may outlive everything that uses libcurl, and would run
  // on in code that is no longer there if a plug-in took libcurl along.
  static const bool stays =
      (platform::never_unload(reinterpret_cast<const void*>(&curl_easy_init)), true);
  static_cast<void>(stays);
  if (code == CURLE_OK) return;
  throw Exception(not_sent(ErrorKind::configuration,
                           std::string("libcurl cannot start: ") + curl_easy_strerror(code)));
}

bool needs_sigpipe_guard() {
  static const bool old = curl_version_info(CURLVERSION_NOW)->version_num < 0x075800;
  return old;
}

Multi make_multi() {
  Multi multi(curl_multi_init());
  // Without descriptors to spare libcurl makes no handle, or, before 8.21, one that nothing can
  // wake.
  if (!multi || curl_multi_wakeup(multi.get()) != CURLM_OK) {
    Error error = not_sent(ErrorKind::overloaded,
                           "the system gave no file descriptors, or no memory, for a connection: "
                           "raise the limit of open files, or open fewer");
    error.transient = true;
    throw Exception(std::move(error));
  }
  // CURLMOPT_QUICK_EXIT of libcurl 8.20, which would join its resolver's threads. By its number,
  // for programs that are built with older headers; older libraries do not know it and need it not.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): the range of later headers
  constexpr auto quick_exit = static_cast<CURLMoption>(21);
  curl_multi_setopt(multi.get(), quick_exit, 1L);
  return multi;
}

HttpResult not_started(TransportFailure failure, std::string_view detail) noexcept {
  HttpResult result;
  result.wire = Wire::not_sent;
  result.failure = failure;
  explain_if_possible(result.detail, detail);
  return result;
}

HttpResult not_started_by_exception() noexcept {
  try {
    throw;
  } catch (const Exception& exception) {
    const Error& error = exception.error();
    return not_started(
        error.transient ? TransportFailure::overloaded : TransportFailure::configuration,
        error.message);
  } catch (...) {
    return not_started(TransportFailure::overloaded, "out of memory");
  }
}

}  // namespace dropcowboy::curl
