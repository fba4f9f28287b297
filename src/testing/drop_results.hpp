#pragma once

#include <chrono>
#include <string>

#include "testing/accepted_message.hpp"

namespace dropcowboy::testing {

/// The body of a v1 callback: what became of an accepted message. The vendor's simulated numbers
/// have fixed results, every other number is a success.
std::string callback_body(const AcceptedMessage& message, const std::string& drop_id,
                          std::chrono::system_clock::time_point attempted_at);

}  // namespace dropcowboy::testing
