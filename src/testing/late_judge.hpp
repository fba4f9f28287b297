#pragma once

#include <nlohmann/json.hpp>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/accepted_message.hpp"

namespace dropcowboy::testing {

// The service answers "queued" to almost everything and looks at it afterwards: what it then finds
// stands in the callback. These read the body, an object, as that second look does: leniently, and
// with the first fault in `fault`. Rules without a published reason fail nothing. Pure.

AcceptedMessage take_rvm(const nlohmann::json& body, const SimulatorOptions& options);
AcceptedMessage take_sms(const nlohmann::json& body, const SimulatorOptions& options);

}  // namespace dropcowboy::testing
