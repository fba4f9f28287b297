#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/transport.hpp"

namespace dropcowboy::receiver {

/// Why the signature of a webhook does not hold. For logs and metrics, never for the sender.
enum class SignatureFault {
  none,
  missing_signature,    ///< no X-Signature
  repeated_header,      ///< one of the three headers stands there twice
  malformed_signature,  ///< not "sha256=" and 64 hexadecimal digits
  missing_timestamp,    ///< no X-Timestamp
  malformed_timestamp,  ///< not a number of seconds
  timestamp_too_old,    ///< further back than the tolerance: a replay, or a wrong clock
  timestamp_in_future,  ///< further ahead than the tolerance
  unknown_version,      ///< an X-Signature-Version that is not v1
  wrong_signature,      ///< made with another secret, or over another body or timestamp
};

DROPCOWBOY_API std::string_view to_string(SignatureFault fault) noexcept;

/// Checks the signature of the vendor's v2 service: HMAC-SHA256 with the webhook's secret over
/// X-Timestamp, a dot and the raw bytes of the body, in X-Signature. Header names count in any
/// case, and so do the signature's digits; white space around values does not count.
///
/// `body` is what came in, byte for byte: JSON that was parsed and written again has another
/// signature. Any one of `secrets` will do, so that they can be rotated; an empty one never does.
/// Compares in constant time. Throws std::bad_alloc only.
DROPCOWBOY_API SignatureFault
verify_signature(const std::vector<HttpHeader>& headers, std::string_view body,
                 const std::vector<std::string>& secrets, std::chrono::system_clock::time_point now,
                 std::chrono::seconds tolerance = std::chrono::seconds(300));

}  // namespace dropcowboy::receiver
