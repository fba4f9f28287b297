#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dropcowboy::text {

struct MicroDollars {
  std::int64_t value = 0;
  /// False if digits beyond a millionth were rounded.
  bool exact = true;
};

/// Reads dollars as JSON writes numbers ("0.099", "2.9E-3", "-1"); leading zeros are accepted too.
/// Never passes through floating point: digits beyond a millionth are rounded half to even.
/// Nothing if the text is no such number or does not fit.
std::optional<MicroDollars> parse_dollars(std::string_view decimal) noexcept;

/// At least two decimals and no more than needed: "0.099", "1.50".
std::string format_dollars(std::int64_t micro_dollars);

}  // namespace dropcowboy::text
