#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dropcowboy::support {

/// What becomes of a secret that is copied by way of files, containers and web pages, and a word of
/// the complaint about it.
inline std::vector<std::pair<std::string, std::string>> badly_copied(const std::string& secret) {
  const auto middle = static_cast<std::ptrdiff_t>(secret.size() / 2);
  const std::string first(secret.begin(), secret.begin() + middle);
  const std::string second(secret.begin() + middle, secret.end());
  std::vector<std::pair<std::string, std::string>> copies = {
      {' ' + secret, "white space"},
      {secret + ' ', "white space"},
      {secret + "\n", "line break"},
      {secret + "\r\n", "line break"},
      {'\t' + secret, "white space"},
      {"\xEF\xBB\xBF" + secret, "byte order mark"},
      {"\xEF\xBB\xBF" + secret + "\n", "byte order mark"},
      {'"' + secret + '"', "quotation marks"},
      {'\'' + secret + '\'', "quotation marks"},
      {'`' + secret + '`', "quotation marks"},
      {"\xE2\x80\x9C" + secret + "\xE2\x80\x9D", "quotation marks"},
      {"\xE2\x80\x9E" + secret + "\xE2\x80\x9C", "quotation marks"},
      {"\xC2\xAB" + secret + "\xC2\xBB", "quotation marks"}};
  for (const char* invisible : {"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\xAF", "\xE2\x81\xA0",
                                "\xE3\x80\x80", "\xC2\xAD", "\xE2\x80\x8E", "\xE2\x80\x82"}) {
    copies.emplace_back(secret + invisible, "nobody sees");
    copies.emplace_back(invisible + secret, "nobody sees");
    copies.emplace_back(first + invisible + second, "nobody sees");
  }
  return copies;
}

}  // namespace dropcowboy::support
