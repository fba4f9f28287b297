#include "testing/path.hpp"

#include <algorithm>

#include "testing/judge_tools.hpp"

namespace dropcowboy::testing {

namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return is_letter(c) && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

std::string percent_decoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    decoded += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  return decoded;
}

}  // namespace

PathParts parts_of(const std::string& target) {
  PathParts parts;
  const std::string path = target.substr(0, target.find_first_of("?#"));
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    parts.push_back(percent_decoded(path.substr(at + 1, end - at - 1)));
    at = end;
  }
  return parts;
}

bool matches(const PathParts& address, const PathParts& path) {
  return std::equal(address.begin(), address.end(), path.begin(), path.end(),
                    [](const std::string& here, const std::string& part) {
                      return here == "*" ? !part.empty() : here == part;
                    });
}

Answer wrong_method(const std::string& allowed) {
  Answer answer = refuse(405, "only " + allowed + " is possible here");
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

}  // namespace dropcowboy::testing
