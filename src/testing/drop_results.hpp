#pragma once

#include <chrono>
#include <string>

#include "testing/accepted_message.hpp"

namespace dropcowboy::testing {

/// What the vendor's simulated numbers (area code 555) give; a success for every other number.
DropResult result_of_number(bool is_sms, const std::string& phone_number);

/// "2019-03-17T21:10:26.000Z"
std::string iso_time(std::chrono::system_clock::time_point time);

/// The body of a v1 callback: what became of an accepted message.
std::string callback_body(const AcceptedMessage& message, const std::string& drop_id,
                          std::chrono::system_clock::time_point attempted_at);

}  // namespace dropcowboy::testing
