#pragma once

#include <nlohmann/json.hpp>

#include "testing/page/journal.hpp"

namespace dropcowboy::testing::page {

// An entry that is a callback, as JSON. Pure.

/// What a line of the table holds. Its "state" is "delivered", "failed", "event" (says neither),
/// "repeat" or "refused".
nlohmann::ordered_json summary_of_callback(const Entry& entry);
/// All of it: what the callback says, field by field, what is missing in it, and its body.
nlohmann::ordered_json document_of_callback(const Entry& entry);

}  // namespace dropcowboy::testing::page
