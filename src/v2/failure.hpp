#pragma once

#include <string_view>

#include "core/service_words.hpp"

namespace dropcowboy::v2 {

/// What the newer service says of a failure, in any of its four shapes, its stable code among it.
/// Linear in the body's length.
ServiceWords read_failure(std::string_view body);

}  // namespace dropcowboy::v2
