#pragma once

#include <cstddef>
#include <string_view>

namespace dropcowboy::text {

/// How a text travels as SMS.
struct SmsSegments {
  /// In the 7-bit alphabet of GSM 03.38 and its extension table; else in UCS-2.
  bool is_gsm7 = true;
  /// 160 septets or 70 units of UCS-2 make one; of several each holds 153 or 67.
  std::size_t count = 0;
};

/// Of a text that is UTF-8.
SmsSegments sms_segments(std::string_view text) noexcept;

}  // namespace dropcowboy::text
