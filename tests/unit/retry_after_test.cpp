#include "delivery/retry_after.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dropcowboy::delivery {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

// 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
const system_clock::time_point rfc_date{seconds(784'111'777)};

struct Row {
  const char* value;
  std::optional<milliseconds> wait;
};

class RetryAfter : public testing::TestWithParam<Row> {};

TEST_P(RetryAfter, IsReadRelativeToNow) {
  EXPECT_EQ(parse_retry_after(GetParam().value, rfc_date - seconds(90)), GetParam().wait)
      << GetParam().value;
}

INSTANTIATE_TEST_SUITE_P(
    Values, RetryAfter,
    testing::Values(
        Row{"0", milliseconds(0)}, Row{"7", seconds(7)}, Row{" 7 ", seconds(7)},
        Row{"007", seconds(7)}, Row{"1.5", milliseconds(1500)}, Row{"0.25", milliseconds(250)},
        Row{"1.", seconds(1)}, Row{"2.0019", milliseconds(2001)}, Row{"86400", hours(24)},
        Row{"86401", hours(24)}, Row{"99999999999999999999999999", hours(24)},
        Row{"-1", std::nullopt}, Row{"+1", std::nullopt}, Row{"1e3", std::nullopt},
        Row{"1,5", std::nullopt}, Row{".5", std::nullopt}, Row{"", std::nullopt},
        Row{"  ", std::nullopt}, Row{"soon", std::nullopt}, Row{"1 2", std::nullopt},
        Row{"0x10", std::nullopt}, Row{"Sun, 06 Nov 1994 08:49:37 GMT", seconds(90)},
        Row{"Sunday, 06-Nov-94 08:49:37 GMT", seconds(90)},
        Row{"Wednesday, 06-Nov-69 08:49:37 GMT", hours(24)},  // 2069
        Row{"Friday, 06-Nov-70 08:49:37 GMT", seconds(0)},    // 1970
        Row{"Sun Nov  6 08:49:37 1994", seconds(90)}, Row{"Sun Nov 16 08:49:37 1994", hours(24)},
        Row{"Sun, 06 Nov 1994 08:40:00 GMT", seconds(0)},  // in the past
        Row{"Thu, 01 Jan 1970 00:00:00 GMT", seconds(0)},
        Row{"Fri, 31 Dec 9999 23:59:59 GMT", std::nullopt},  // beyond the clock's range here
        Row{"Tue, 06 Nov 2190 08:49:37 GMT", hours(24)},
        Row{"Sun, 31 Feb 1994 08:49:37 GMT", std::nullopt},
        Row{"Sun, 06 Nov 1994 24:00:00 GMT", std::nullopt},
        Row{"Sun, 06 Nov 1994 08:49:37 CET", std::nullopt},
        Row{"Sun, 06 nov 1994 08:49:37 GMT", std::nullopt},
        Row{"Sun, 06 Nov 1994 08:49:37 GMT and more", std::nullopt},
        Row{"Sun, 6 Nov 1994 08:49:37 GMT", std::nullopt}, Row{"Sun,", std::nullopt},
        Row{"Sun, 06 Nov 1994", std::nullopt}, Row{"Sun Nov  6", std::nullopt}));

TEST(RetryAfterParser, SurvivesEveryTruncationAndByte) {
  const std::string full = "Sun, 06 Nov 1994 08:49:37 GMT";
  for (std::size_t size = 0; size < full.size(); ++size) {
    EXPECT_FALSE(parse_retry_after(full.substr(0, size), rfc_date)) << size;
  }
  for (std::size_t at = 5; at < full.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = full;
      changed[at] = static_cast<char>(byte);
      const auto wait = parse_retry_after(changed, rfc_date);
      if (wait) {
        EXPECT_GE(*wait, milliseconds(0));
        EXPECT_LE(*wait, hours(24));
      }
    }
  }
}

}  // namespace
}  // namespace dropcowboy::delivery
