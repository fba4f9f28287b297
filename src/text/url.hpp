#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dropcowboy::text {

/// The parts of an absolute http or https URL; views into it.
struct Url {
  bool is_https = false;
  std::string_view host{};  ///< an IPv6 address without its brackets
  bool has_userinfo = false;
  bool has_query = false;
  bool has_fragment = false;
};

/// Nothing unless `text` is an absolute http(s) URL with a host and, if any, a port of 1 to 65535.
/// White space, control characters, backslashes and characters that must be encoded are refused.
std::optional<Url> parse_url(std::string_view text) noexcept;

/// For one part of a path, or a value in a query: every byte but letters, digits and -._~ as %XX.
std::string percent_encoded(std::string_view text);

/// Exactly "localhost", 127.0.0.0/8 in four numbers, or ::1.
bool is_loopback_host(std::string_view host) noexcept;

/// A host that the public internet cannot reach: loopback, a private or link-local address, a name
/// without a dot or under .local or .internal.
bool is_private_host(std::string_view host) noexcept;

}  // namespace dropcowboy::text
