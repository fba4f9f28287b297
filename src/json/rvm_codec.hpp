#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/rvm.hpp"

namespace dropcowboy::json {

/// Appends the request's members of the wire body, each with a comma before it, to a text that is a
/// JSON object up to and with at least one member. `foreign_id` is the one to send, if any. byoc
/// and extra_json, which must be valid, are passed through as written.
void append_rvm_members(std::string& out, const RvmRequest& request,
                        std::optional<std::string_view> foreign_id);

}  // namespace dropcowboy::json
