#pragma once

#include <optional>
#include <string>

#include "dropcowboy/testing/simulator.hpp"

namespace dropcowboy::testing {

// The bodies of the answers to the calls that list what an account holds.

std::string listing_of(const std::vector<Brand>& brands, const Credentials& account);
/// `api_allowed`: only those with that value.
std::string listing_of(const std::vector<Media>& media, const Credentials& account,
                       std::optional<bool> api_allowed);
std::string listing_of(const std::vector<Pool>& pools, const Credentials& account);

}  // namespace dropcowboy::testing
