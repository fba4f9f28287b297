#include "testing/page/access.hpp"

#include <algorithm>
#include <array>

namespace dropcowboy::testing::page {

namespace {

bool is_this_host(const std::string& host, int port) {
  const std::string suffix = ':' + std::to_string(port);
  constexpr std::array hosts = {"127.0.0.1", "localhost", "[::1]"};
  return std::any_of(hosts.begin(), hosts.end(),
                     [&](const char* name) { return host == name + suffix; });
}

/// The same host under another name is another origin, which the browser tells apart, too.
bool is_own_origin(const httplib::Request& request) {
  return request.get_header_value("Origin") == "http://" + request.get_header_value("Host");
}

/// "none": a person has typed the address. A link that leads to the page itself does no harm.
bool is_foreign_fetch(const httplib::Request& request) {
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  if (site.empty() || site == "same-origin" || site == "none") return false;
  return request.path != "/" || request.get_header_value("Sec-Fetch-Mode") != "navigate";
}

}  // namespace

std::string objection_to(const httplib::Request& request, int port) {
  if (request.get_header_value_count("Host") != 1 ||
      !is_this_host(request.get_header_value("Host"), port)) {
    return "Host must name this machine and port: open http://127.0.0.1:" + std::to_string(port);
  }
  const bool must_name_origin = request.method != "GET";
  if ((must_name_origin || request.has_header("Origin")) && !is_own_origin(request)) {
    return "Origin must be this page's own";
  }
  if (is_foreign_fetch(request)) return "Sec-Fetch-Site says that another page asks";
  return {};
}

}  // namespace dropcowboy::testing::page
