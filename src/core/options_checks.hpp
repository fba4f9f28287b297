#pragma once

#include <optional>
#include <string>

#include "dropcowboy/issue.hpp"

namespace dropcowboy {

/// Throws Exception (configuration) with all of it if the options cannot work.
void require_valid(Validation found);

/// What is wrong with a rate, if anything; also for changing it later.
std::optional<Issue> check_rate(double requests_per_second, const std::string& base_url);

}  // namespace dropcowboy
