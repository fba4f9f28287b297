#pragma once

#include <string>
#include <string_view>

namespace dropcowboy::json {

/// JSON text of a service whose strings may hold what is no text: half of a surrogate pair, bytes
/// that are not UTF-8, raw control characters, a backslash that escapes nothing. A parser refuses
/// the whole document because of one; here each is replaced by U+FFFD (a control character by its
/// escape), so that the rest can be read. What is wrong outside of strings is left as it is.
/// Linear; copies only what needs repair.
class Repaired {
 public:
  /// Refers to `json`.
  explicit Repaired(std::string_view json);

  std::string_view text() const noexcept { return is_changed_ ? repaired_ : original_; }
  bool is_changed() const noexcept { return is_changed_; }

 private:
  void repair_strings();
  std::size_t read_escape(std::size_t at);
  void replace(std::size_t at, std::size_t length, std::string_view by);

  std::string_view original_;
  std::string repaired_;
  std::size_t copied_ = 0;  ///< how much of the original has been copied or replaced
  bool is_changed_ = false;
};

}  // namespace dropcowboy::json
