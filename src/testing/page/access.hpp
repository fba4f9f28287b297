#pragma once

#include <httplib.h>

#include <string>

namespace dropcowboy::testing::page {

/// Why a request may not see or do anything here; empty if it may. What names another host than
/// this machine and `port` is a web page whose own name was pointed here, and what another page of
/// the browser asks says so in Origin and Sec-Fetch-Site. A POST has to name its origin.
std::string objection_to(const httplib::Request& request, int port);

}  // namespace dropcowboy::testing::page
