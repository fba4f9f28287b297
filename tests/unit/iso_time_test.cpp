#include "text/iso_time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dropcowboy::text {
namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

// 2019-03-17T21:10:26Z, the date of the vendor's example.
constexpr seconds sample{1'552'857'026};

struct Row {
  const char* text;
  nanoseconds since_epoch;
};

class IsoTime : public testing::TestWithParam<Row> {};

TEST_P(IsoTime, IsThatPointInTime) {
  const auto time = parse_iso_time(GetParam().text);
  ASSERT_TRUE(time) << GetParam().text;
  const auto expected = duration_cast<system_clock::duration>(GetParam().since_epoch);
  EXPECT_EQ(time->time_since_epoch().count(), expected.count()) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Fractions, IsoTime,
    testing::Values(Row{"2019-03-17T21:10:26.000Z", sample}, Row{"2019-03-17T21:10:26Z", sample},
                    Row{"2019-03-17T21:10:26.5Z", sample + milliseconds(500)},
                    Row{"2019-03-17T21:10:26.042Z", sample + milliseconds(42)},
                    Row{"2019-03-17T21:10:26.123456789Z", sample + nanoseconds(123'456'789)},
                    Row{"2019-03-17T21:10:26.12345678999999999Z",
                        sample + nanoseconds(123'456'789)},
                    Row{"2019-03-17T21:10:26.00000000000000000000001Z", sample}));

INSTANTIATE_TEST_SUITE_P(
    Offsets, IsoTime,
    testing::Values(
        Row{"2019-03-17T21:10:26+00:00", sample}, Row{"2019-03-17T21:10:26-00:00", sample},
        Row{"2019-03-17T21:10:26-05:00", sample + hours(5)},
        Row{"2019-03-17T21:10:26.000+05:30", sample - hours(5) - minutes(30)},
        Row{"2019-03-18T21:09:26+23:59", sample}, Row{"2019-03-16T21:11:26-23:59", sample},
        Row{"2019-03-17T21:10:26+0000", sample}, Row{"2019-03-17T16:10:26-0500", sample},
        Row{"2019-03-17T21:10:26+00", sample}, Row{"2019-03-17T16:10:26-05", sample},
        Row{"2019-03-17T16:10:26.000-05", sample}, Row{"2019-03-17 21:10:26Z", sample},
        Row{"2019-03-17 21:10:26.000+0000", sample}, Row{"2019-03-17t21:10:26z", sample}));

INSTANTIATE_TEST_SUITE_P(Calendar, IsoTime,
                         testing::Values(Row{"1970-01-01T00:00:00Z", seconds(0)},
                                         Row{"1969-12-31T23:59:59.5Z", milliseconds(-500)},
                                         Row{"2020-02-29T00:00:00Z", seconds(1'582'934'400)},
                                         Row{"2000-02-29T00:00:00Z", seconds(951'782'400)},
                                         Row{"2016-12-31T23:59:60Z",
                                             seconds(1'483'228'800)},  // a leap second
                                         Row{"2262-01-01T00:00:00Z", seconds(9'214'646'400)}));

class NoIsoTime : public testing::TestWithParam<const char*> {};

TEST_P(NoIsoTime, IsRefused) { EXPECT_FALSE(parse_iso_time(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(NoSuchTime, NoIsoTime,
                         testing::Values("2019-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
                                         "2019-04-31T00:00:00Z", "2019-00-17T21:10:26Z",
                                         "2019-13-17T21:10:26Z", "2019-03-00T21:10:26Z",
                                         "0000-03-17T21:10:26Z", "2019-03-17T24:00:00Z",
                                         "2019-03-17T21:60:26Z", "2019-03-17T21:10:61Z",
                                         "2019-03-17T21:10:26+24:00", "2019-03-17T21:10:26-05:60"));

INSTANTIATE_TEST_SUITE_P(
    OtherForms, NoIsoTime,
    testing::Values("", "Z", "2019-03-17", "2019-03-17T21:10Z", "2019-03-17T21:10:26",
                    "2019-03-17T21:10:26.Z", "2019-03-17T21:10:26,5Z", "2019-03-17  21:10:26Z",
                    "2019-03-17 T21:10:26Z", "2019-3-17T21:10:26Z", "19-03-17T21:10:26Z",
                    "20190317T211026Z", "+2019-03-17T21:10:26Z", "2019-03-17T21:10:26ZZ",
                    "2019-03-17T21:10:26Z ", " 2019-03-17T21:10:26Z", "2019-03-17T21:10:26+000",
                    "2019-03-17T21:10:26+00000", "2019-03-17T21:10:26+",
                    "2019-03-17T21:10:26+00:", "2019-03-17T21:10:26+5:00",
                    "2019-03-17T21:10:26 GMT", "1552857026", "Sun, 17 Mar 2019 21:10:26 GMT"));

TEST(IsoTimeParser, TakesTheOffsetIntoAccountAtTheEndsOfTheClock) {
  // A clock of 64-bit nanoseconds holds 2262-04-11T23:47:16Z and no later time.
  constexpr bool is_wider =
      duration_cast<hours>(system_clock::duration::max()) > hours(24 * 366 * 300);
  EXPECT_EQ(parse_iso_time("2262-04-11T23:47:15.999999999-23:59").has_value(), is_wider);
  EXPECT_EQ(parse_iso_time("1677-09-21T00:12:45.000000000+23:59").has_value(), is_wider);
  EXPECT_TRUE(parse_iso_time("2262-04-12T23:46:14.999999999+23:59"));
  EXPECT_TRUE(parse_iso_time("1677-09-20T00:13:46.000000000-23:59"));
}

TEST(IsoTimeParser, SurvivesEveryTruncationAndByte) {
  const std::string full = "2019-03-17T21:10:26.123-05:00";
  for (std::size_t size = 0; size < full.size(); ++size) {
    if (size == full.size() - 3) continue;  // an offset of whole hours
    EXPECT_FALSE(parse_iso_time(full.substr(0, size))) << size;
  }
  for (std::size_t at = 0; at < full.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      const bool was_digit = full[at] >= '0' && full[at] <= '9';
      const bool is_digit = byte >= '0' && byte <= '9';
      std::string changed = full;
      changed[at] = static_cast<char>(byte);
      const bool is_separator = byte == '+' || byte == ' ' || byte == 't';
      const bool may_fit = was_digit == is_digit && (is_digit || byte == full[at] || is_separator);
      if (may_fit) continue;
      EXPECT_FALSE(parse_iso_time(changed)) << changed;
    }
  }
}

}  // namespace
}  // namespace dropcowboy::text
