#include "text/redactor.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace dropcowboy::text {

namespace {

/// One character of encoded text: how many bytes it takes there, and the UTF-8 it stands for.
struct Unit {
  std::size_t length = 1;
  char bytes[4] = {};
  std::size_t byte_count = 1;
};

int digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// Reads `count` digits, or up to `count` if `count` is a maximum; returns how many there were.
std::size_t number(std::string_view text, std::size_t count, int base, std::uint32_t& value) {
  value = 0;
  std::size_t i = 0;
  for (; i < count && i < text.size() && digit(text[i]) < base; ++i) {
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit(text[i]));
  }
  return i;
}

Unit of_code_point(std::uint32_t code, std::size_t length) noexcept {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) return {length, {static_cast<char>(code)}, 1};
  if (code < 0x800) return {length, {static_cast<char>(0xC0U | (code >> 6U)), tail(0)}, 2};
  if (code < 0x10000) {
    return {length, {static_cast<char>(0xE0U | (code >> 12U)), tail(6), tail(0)}, 3};
  }
  return {length, {static_cast<char>(0xF0U | ((code >> 18U) & 7U)), tail(12), tail(6), tail(0)}, 4};
}

/// uXXXX at the front of `text`, with its other half if it is a surrogate pair; length 0 if none.
/// The backslashes before it have been skipped.
Unit json_unicode(std::string_view text) noexcept {
  std::uint32_t high = 0;
  std::uint32_t low = 0;
  if (number(text.substr(1), 4, 16, high) != 4) return {0};
  const std::size_t u = std::min(text.size(), text.find_first_not_of('\\', 5));
  const bool is_pair = (high & 0xFC00U) == 0xD800U && u > 5 && text.substr(u, 1) == "u" &&
                       number(text.substr(u + 1), 4, 16, low) == 4;
  if (!is_pair) return of_code_point(high, 5);
  return of_code_point(0x10000U + ((high & 0x3FFU) << 10U) + (low & 0x3FFU), u + 5);
}

Unit html_entity(std::string_view text) noexcept {
  constexpr std::pair<std::string_view, char> names[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  for (const auto& [name, character] : names) {
    if (text.substr(0, name.size()) == name) return {name.size(), {character}, 1};
  }
  if (text.substr(0, 2) != "&#") return {0};
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t start = hex ? 3 : 2;
  std::uint32_t code = 0;
  const std::size_t count = number(text.substr(start), 7, hex ? 16 : 10, code);
  if (count == 0 || text.substr(start + count, 1) != ";") return {0};
  return of_code_point(code, start + count + 1);
}

/// What an encoded spelling at the front of `text` stands for; length 0 if there is none.
Unit encoded(std::string_view text) noexcept {
  std::uint32_t value = 0;
  switch (text.front()) {
    case '%':
      if (number(text.substr(1), 2, 16, value) == 2) return {3, {static_cast<char>(value)}, 1};
      return {0};
    case '&': return html_entity(text);
    case 'u': return json_unicode(text);
    default: return {0};
  }
}

/// How many bytes of `text` spell `secret`, counted from the front; 0 if they do not. Backslashes
/// count for nothing on either side, since each level of JSON in JSON doubles them.
std::size_t match(std::string_view text, std::string_view secret) noexcept {
  std::size_t at = 0;
  while (!secret.empty()) {
    at = std::min(text.size(), text.find_first_not_of('\\', at));
    if (at == text.size()) return 0;
    const Unit unit = encoded(text.substr(at));
    const std::string_view bytes(unit.bytes, unit.byte_count);
    if (unit.length != 0 && (bytes == "\\" || secret.substr(0, bytes.size()) == bytes)) {
      at += unit.length;
      if (bytes != "\\") secret.remove_prefix(bytes.size());
    } else if (text[at] == secret.front()) {
      ++at;
      secret.remove_prefix(1);
    } else {
      return 0;
    }
  }
  return at;
}

}  // namespace

Redactor::Redactor(std::string secret) : secret_(std::move(secret)) {
  secret_.erase(std::remove(secret_.begin(), secret_.end(), '\\'), secret_.end());
}

std::string Redactor::operator()(std::string text) const {
  if (secret_.empty()) return text;
  std::string clean;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = match(std::string_view(text).substr(at), secret_);
    if (length == 0) {
      ++at;
      continue;
    }
    clean.append(text, copied, at - copied).append("[secret]");
    at += length;
    copied = at;
  }
  if (copied == 0) return text;
  return clean.append(text, copied, std::string::npos);
}

}  // namespace dropcowboy::text
