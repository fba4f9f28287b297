#pragma once

#include <string>
#include <string_view>

namespace dropcowboy::testing {

/// HMAC-SHA256 in lower-case hexadecimal digits. Written here, so that the simulator needs no
/// cryptographic library and shares none with the receiver whose checks it is to test.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);

}  // namespace dropcowboy::testing
