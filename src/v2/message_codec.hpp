#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/v2/message.hpp"

namespace dropcowboy::v2 {

/// The wire body, as one JSON object. `foreign_id` is the one to send, if any. extra_json must be
/// valid and is passed through as written.
std::string body_of(const RvmRequest& request, std::optional<std::string_view> foreign_id);
std::string body_of(const SmsRequest& request, std::optional<std::string_view> foreign_id);

}  // namespace dropcowboy::v2
