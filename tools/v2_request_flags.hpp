#pragma once

#include <dropcowboy/issue.hpp>
#include <dropcowboy/v2/message.hpp>
#include <vector>

#include "request_flags.hpp"

// The flags of the v2 API's messages, by its own names.
namespace dropcowboy::tool::v2 {

const std::vector<RequestFlag>& rvm_flags();
const std::vector<RequestFlag>& sms_flags();

/// Sets what was given.
void apply(const FlagValues& values, dropcowboy::v2::RvmRequest& request);
void apply(const FlagValues& values, dropcowboy::v2::SmsRequest& request);

}  // namespace dropcowboy::tool::v2
