#pragma once

#include <optional>
#include <string>

namespace dropcowboy::testing {

/// The parts of an absolute http or https URL that a client connects by.
struct HttpUrl {
  bool is_https = false;
  std::string host{};  ///< in lower case; an IPv6 address without its brackets
  int port = 0;
  std::string target{};  ///< path and query, at least "/"
};

/// Nothing unless it is such a URL, in printable ASCII and without user or password.
std::optional<HttpUrl> parse_http_url(const std::string& text);

/// "localhost", 127.0.0.0/8 in four numbers, or ::1.
bool is_loopback(const std::string& host);

}  // namespace dropcowboy::testing
