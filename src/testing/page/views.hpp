#pragma once

#include <nlohmann/json.hpp>

#include "dropcowboy/issue.hpp"
#include "testing/page/journal.hpp"

namespace dropcowboy::testing::page {

// What the page is told, as JSON. Pure.

/// What tells a person which message it is; long texts are cut.
nlohmann::ordered_json essence_of(const nlohmann::ordered_json& body,
                                  const std::string& phone_number);
/// What a line of the table holds.
nlohmann::ordered_json summary_of(const Entry& entry);
/// All of it: the request, what the library's validate() says of it, and every callback; or the
/// callback.
nlohmann::ordered_json document_of(const Entry& entry);
/// The state of a message in one word: "accepted", "delivered", "failed", "refused", "unclear" or
/// "repeat".
const char* state_of(const Entry& entry);
/// A result with its advice: {"code", "reason", "dnc", "spam", "advice"}.
nlohmann::ordered_json document_of(const DropResult& result);
/// [{"field", "code", "message"}]
nlohmann::ordered_json document_of(const std::vector<Issue>& issues);
/// Since 1970.
long long milliseconds_of(ServiceClock::TimePoint time);

/// As text; what is not UTF-8 is replaced.
std::string text_of(const nlohmann::ordered_json& document);

}  // namespace dropcowboy::testing::page
