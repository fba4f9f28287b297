#pragma once

#include <curl/curl.h>

#include "dropcowboy/transport.hpp"

namespace dropcowboy::curl {

/// Decides, before libcurl writes a request, whether it may. libcurl repeats any method by itself,
/// up to five times, when a reused connection dies before it answers; of a POST each repetition can
/// be a second voicemail. The gate lets a further issue pass only if not a byte of an earlier
/// one was written. Pure bookkeeping over CURLINFO_REQUEST_SIZE.
class Gate {
 public:
  /// Called before each issue with the count of request bytes written so far.
  bool may_issue(long request_size) noexcept {
    update(request_size);
    if (moved_) return false;
    opened_ = true;
    size_at_issue_ = request_size;
    return true;
  }

  /// Called once more when the transfer has ended.
  void update(long request_size) noexcept {
    moved_ = moved_ || (opened_ && request_size != size_at_issue_);
  }

  Wire wire() const noexcept { return moved_ ? Wire::maybe_sent : Wire::not_sent; }
  void reset() noexcept { *this = Gate(); }

 private:
  bool opened_ = false;
  bool moved_ = false;
  long size_at_issue_ = 0;
};

/// What a libcurl result means. A code that is not listed is `other`. Pure.
TransportFailure failure_of(CURLcode code) noexcept;

}  // namespace dropcowboy::curl
