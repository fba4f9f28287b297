#pragma once

#include <dropcowboy/issue.hpp>
#include <dropcowboy/rvm.hpp>
#include <dropcowboy/sms.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dropcowboy::tool {

/// A flag that sets one key of a request: "--brand-id" sets brand_id.
struct RequestFlag {
  std::string_view key;
  std::string_view value;  ///< what the help calls it
  std::string_view help;
  std::string_view alias = {};  ///< a name of older versions of the vendor's tool
};

const std::vector<RequestFlag>& rvm_flags();
const std::vector<RequestFlag>& sms_flags();

/// What was given on the command line, by key.
using FlagValues = std::map<std::string_view, std::string>;

/// Sets what was given. Values that are no word of their key are returned as errors.
std::vector<Issue> apply(const FlagValues& values, RvmRequest& request);
std::vector<Issue> apply(const FlagValues& values, SmsRequest& request);

}  // namespace dropcowboy::tool
