#pragma once

#include <string>

namespace dropcowboy {

/// 122 random bits of the system's as a UUIDv4. Throws Exception (configuration) if it gives none.
std::string new_random_uuid();

}  // namespace dropcowboy
