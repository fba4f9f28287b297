#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dropcowboy::text {

/// Cuts a secret out of foreign text that spells it plainly, JSON-escaped (\uXXXX, \/ ..., once or
/// twice) or percent-encoded. Takes time in proportion to the text, whatever stands in it.
/// Thread-safe.
class Redactor {
 public:
  /// An empty secret redacts nothing.
  explicit Redactor(std::string secret);

  /// The whole text.
  std::string operator()(std::string text) const;
  /// The first `size` bytes, or fewer so that no UTF-8 character is cut in two. Of a secret that is
  /// cut by the end nothing is left; nor of one of which the text itself holds the first half only.
  std::string operator()(std::string_view text, std::size_t size) const;

 private:
  std::string secret_;
  std::vector<std::size_t> borders_;
};

}  // namespace dropcowboy::text
