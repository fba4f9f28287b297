#include "text/url.hpp"

#include <algorithm>
#include <array>

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

/// What RFC 3986 allows, and % for what is encoded; IPv6 brackets are dealt with apart.
constexpr std::array<bool, 128> make_url_characters() noexcept {
  std::array<bool, 128> allowed{};
  for (std::size_t c = 0; c < allowed.size(); ++c) {
    allowed[c] = is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c));
  }
  for (const char c : std::string_view("-._~:/?#@!$&'()*+,;=%[]")) {
    allowed[static_cast<unsigned char>(c)] = true;
  }
  return allowed;
}

bool is_url_character(char c) noexcept {
  static constexpr std::array<bool, 128> allowed = make_url_characters();
  const auto index = static_cast<unsigned char>(c);
  return index < allowed.size() && allowed[index];
}

bool is_port(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return false;
  }
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  return port >= 1 && port <= 65535;
}

bool is_host_name(std::string_view host) noexcept {
  return !host.empty() && host.front() != '.' && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
         });
}

bool is_ipv6(std::string_view host) noexcept {
  return host.find(':') != std::string_view::npos &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return is_hex_digit(c) || c == ':' || c == '.'; });
}

/// Takes "host", "host:port", "[v6]" or "[v6]:port" apart.
std::optional<std::string_view> host_of(std::string_view authority) noexcept {
  std::string_view host = authority;
  std::string_view rest;
  if (!authority.empty() && authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
    if (!is_ipv6(host)) return std::nullopt;
  } else {
    const auto colon = authority.find(':');
    host = authority.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
    if (!is_host_name(host)) return std::nullopt;
  }
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
  return host;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() &&
         equals_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

/// Four decimal numbers; other spellings of an address ("127.1") are not understood, and so count
/// as names.
std::optional<std::array<int, 4>> parse_ipv4(std::string_view host) noexcept {
  std::array<int, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto dot = host.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const std::string_view part = host.substr(0, dot);
    if (part.empty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), is_digit)) {
      return std::nullopt;
    }
    for (const char c : part) octets[i] = octets[i] * 10 + (c - '0');
    if (octets[i] > 255) return std::nullopt;
    if (i < 3) host.remove_prefix(dot + 1);
  }
  return octets;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) noexcept {
  Url url;
  url.is_https = starts_with_ignoring_case(text, "https://");
  if (!url.is_https && !starts_with_ignoring_case(text, "http://")) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_url_character)) return std::nullopt;
  text.remove_prefix(url.is_https ? 8 : 7);

  const auto end = std::find_if(text.begin(), text.end(),
                                [](char c) { return c == '/' || c == '?' || c == '#'; });
  const auto authority_size = static_cast<std::size_t>(end - text.begin());
  std::string_view authority = text.substr(0, authority_size);
  const std::string_view tail = text.substr(authority_size);
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    url.has_userinfo = true;
    authority.remove_prefix(at + 1);
  }
  const auto host = host_of(authority);
  if (!host) return std::nullopt;
  url.host = *host;
  const auto fragment = tail.find('#');
  url.has_fragment = fragment != std::string_view::npos;
  url.has_query = tail.substr(0, fragment).find('?') != std::string_view::npos;
  return url;
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return encoded;
}

bool is_loopback_host(std::string_view host) noexcept {
  if (equals_ignoring_case(host, "localhost") || host == "::1") return true;
  const auto address = parse_ipv4(host);
  return address && (*address)[0] == 127;
}

bool is_private_host(std::string_view host) noexcept {
  if (is_loopback_host(host)) return true;
  if (const auto address = parse_ipv4(host)) {
    const auto [a, b, c, d] = *address;
    return a == 10 || a == 0 || (a == 172 && b >= 16 && b <= 31) || (a == 192 && b == 168) ||
           (a == 169 && b == 254);
  }
  if (host.find(':') != std::string_view::npos) {  // unique local fc00::/7, link local fe80::/10
    const std::string_view start = host.substr(0, 2);
    const bool is_link_local = equals_ignoring_case(start, "fe") && host.size() > 2 &&
                               std::string_view("89abAB").find(host[2]) != std::string_view::npos;
    return equals_ignoring_case(start, "fc") || equals_ignoring_case(start, "fd") || is_link_local;
  }
  return host.find('.') == std::string_view::npos || ends_with_ignoring_case(host, ".local") ||
         ends_with_ignoring_case(host, ".localhost") || ends_with_ignoring_case(host, ".internal");
}

}  // namespace dropcowboy::text
