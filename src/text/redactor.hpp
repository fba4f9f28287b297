#pragma once

#include <string>
#include <string_view>

namespace dropcowboy::text {

/// Cuts a secret out of foreign text, in whatever way the text spells its characters: plain,
/// JSON-escaped (\uXXXX, \/ ...) however many times over, percent-encoded or as an HTML entity,
/// also mixed. Thread-safe.
class Redactor {
 public:
  /// An empty secret redacts nothing.
  explicit Redactor(std::string secret);

  std::string operator()(std::string text) const;

 private:
  std::string secret_;  // without its backslashes
};

}  // namespace dropcowboy::text
