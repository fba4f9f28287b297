#include "testing/http_url.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace dropcowboy::testing {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<int> parse_number(std::string_view text, int largest) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || text.front() == '-' || value > largest) return std::nullopt;
  return value;
}

/// Splits "host", "host:port", "[v6]" or "[v6]:port"; the port's default is in `url` already.
bool read_authority(std::string_view authority, HttpUrl& url) {
  std::string_view rest;
  if (!authority.empty() && authority.front() == '[') {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return false;
    url.host = lower(authority.substr(1, bracket - 1));
    rest = authority.substr(bracket + 1);
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    url.host = lower(authority.substr(0, colon));
    rest = authority.substr(colon);
  }
  if (url.host.empty()) return false;
  if (rest.empty()) return true;
  const auto port = rest.front() == ':' ? parse_number(rest.substr(1), 65535) : std::nullopt;
  url.port = port.value_or(0);
  return url.port > 0;
}

}  // namespace

std::optional<HttpUrl> parse_http_url(const std::string& text) {
  const bool is_printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  const auto colon = text.find("://");
  if (!is_printable || colon == std::string::npos) return std::nullopt;
  const std::string scheme = lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") return std::nullopt;

  HttpUrl url;
  url.is_https = scheme == "https";
  url.port = url.is_https ? 443 : 80;
  const std::string_view rest = std::string_view(text).substr(colon + 3);
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  if (authority.find_first_of("@\\") != std::string_view::npos) return std::nullopt;
  if (!read_authority(authority, url)) return std::nullopt;
  url.target = rest.substr(end, rest.find('#') - end);
  if (url.target.empty() || url.target.front() != '/') url.target.insert(0, 1, '/');
  return url;
}

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  std::string_view rest = host;
  for (int octet = 0; octet < 4; ++octet) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, dot);
    const auto value = parse_number(part, 255);
    const bool is_last = dot == rest.size();
    const bool is_octal = part.size() > 1 && part.front() == '0';  // to the system's resolver
    if (!value || is_octal || is_last != (octet == 3)) return false;
    if (octet == 0 && *value != 127) return false;
    rest.remove_prefix(is_last ? dot : dot + 1);
  }
  return true;
}

}  // namespace dropcowboy::testing
