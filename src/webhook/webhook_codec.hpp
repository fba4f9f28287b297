#pragma once

#include <string_view>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy {

/// Reads the members of a callback and reports on them. Leaves `known_reason` and `body` alone.
Result<Webhook> decode_webhook(std::string_view body);

}  // namespace dropcowboy
