#pragma once

#include <array>
#include <string>
#include <string_view>

namespace dropcowboy::receiver::crypto {

using Digest = std::array<unsigned char, 32>;

/// HMAC-SHA256. Throws Exception (configuration) if the cryptographic library refuses to work.
Digest hmac_sha256(std::string_view key, std::string_view message);
/// Throws as above.
Digest sha256(std::string_view message);

/// Takes the same time wherever two texts of the same length differ.
bool equal(std::string_view a, std::string_view b) noexcept;

/// The first `bytes` of a digest in base64url without padding.
std::string base64url(const Digest& digest, std::size_t bytes);

/// Only characters of base64url.
bool is_base64url(std::string_view text) noexcept;

/// Appends a text with its length before it, so that no two lists of texts look the same.
void append_field(std::string& message, std::string_view field);

}  // namespace dropcowboy::receiver::crypto
