#pragma once

#include <array>
#include <string>

namespace dropcowboy {

using UuidBytes = std::array<unsigned char, 16>;

/// The text of a UUID of such a version (RFC 9562); its bits of version and variant are set here.
std::string uuid_of(UuidBytes bytes, unsigned version);

/// 122 random bits of the system's as a UUIDv4. Throws Exception (configuration) if it gives none.
std::string new_random_uuid();

}  // namespace dropcowboy
