#pragma once

#include <dropcowboy/webhook.hpp>
#include <nlohmann/json_fwd.hpp>

namespace dropcowboy::tool {

/// Everything that a callback says, with what it means.
nlohmann::ordered_json to_document(const Webhook& event);

/// The same for people, on stderr, without the phone number.
void explain(const Webhook& event);

}  // namespace dropcowboy::tool
