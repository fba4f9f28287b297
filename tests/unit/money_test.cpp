#include "text/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace dropcowboy::text {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

struct Row {
  std::string text;
  std::int64_t value;
  bool exact = true;
};

class DollarTable : public testing::TestWithParam<Row> {};

TEST_P(DollarTable, IsExactToAMillionth) {
  const auto dollars = parse_dollars(GetParam().text);
  ASSERT_TRUE(dollars) << GetParam().text;
  EXPECT_EQ(dollars->value, GetParam().value) << GetParam().text;
  EXPECT_EQ(dollars->exact, GetParam().exact) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Plain, DollarTable,
                         testing::Values(Row{"0", 0}, Row{"-0", 0}, Row{"-0.0", 0},
                                         Row{"0.099", 99'000}, Row{"0.0029", 2'900},
                                         Row{"1", 1'000'000}, Row{"-1.5", -1'500'000},
                                         Row{"007.50", 7'500'000}, Row{"0.000001", 1},
                                         Row{"-0.000001", -1},
                                         Row{"0.1000000000000000000000000000000", 100'000},
                                         // The nearest double of each would give another amount.
                                         Row{"9007199254.740993", 9'007'199'254'740'993},
                                         Row{"4503599627370.497123", 4'503'599'627'370'497'123}));

INSTANTIATE_TEST_SUITE_P(
    Exponents, DollarTable,
    testing::Values(Row{"2.9E-3", 2'900}, Row{"2.9e-3", 2'900}, Row{"29e-4", 2'900},
                    Row{"1e3", 1'000'000'000}, Row{"1E+3", 1'000'000'000}, Row{"1e0", 1'000'000},
                    Row{"0.00000001e8", 1'000'000}, Row{"1e-6", 1}, Row{"1000000e-12", 1},
                    Row{"1e12", 1'000'000'000'000'000'000}, Row{"0e400", 0},
                    Row{"0.0e99999999999999999999999", 0}, Row{"-0e-99999999999999999999999", 0}));

INSTANTIATE_TEST_SUITE_P(Rounded, DollarTable,
                         testing::Values(Row{"1e-7", 0, false}, Row{"0.0000004", 0, false},
                                         Row{"0.0000006", 1, false},
                                         Row{"0.0000005", 0, false},      // half: down to the even
                                         Row{"0.0000015", 2, false},      // half: up to the even
                                         Row{"0.0000025", 2, false},      // half: down to the even
                                         Row{"0.00000250001", 3, false},  // more than half
                                         Row{"-0.0000005", 0, false}, Row{"-0.0000015", -2, false},
                                         Row{"5e-7", 0, false}, Row{"15e-7", 2, false},
                                         Row{"9e-8", 0, false}, Row{"0.9999999", 1'000'000, false},
                                         Row{"1e-300", 0, false},
                                         Row{"1e-99999999999999999999999", 0, false}));

INSTANTIATE_TEST_SUITE_P(Limits, DollarTable,
                         testing::Values(Row{"9223372036854.775807", Limits::max()},
                                         Row{"-9223372036854.775807", -Limits::max()},
                                         Row{"-9223372036854.775808", Limits::min()},
                                         Row{"9223372036854.7758074", Limits::max(), false},
                                         Row{"0." + std::string(60'000, '0') + "1e60001",
                                             1'000'000}));

class NoDollars : public testing::TestWithParam<const char*> {};

TEST_P(NoDollars, AreRefused) { EXPECT_FALSE(parse_dollars(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(TooLarge, NoDollars,
                         testing::Values("9223372036854.775808", "-9223372036854.775809",
                                         "9223372036854.7758075", "1e13", "-1e13", "1e300",
                                         "1e99999999999999999999999", "99999999999999999999"));
INSTANTIATE_TEST_SUITE_P(NoNumbers, NoDollars,
                         testing::Values("", "-", "+1", ".5", "1.", "1,5", " 1", "1 ", "1e", "1e+",
                                         "1e1.5", "--1", "0x10", "1_000", "$1", "nan", "inf",
                                         "1.2.3"));

TEST(FormatDollars, KeepsTwoDecimalsAndNoMoreThanNeeded) {
  EXPECT_EQ(format_dollars(0), "0.00");
  EXPECT_EQ(format_dollars(99'000), "0.099");
  EXPECT_EQ(format_dollars(1'500'000), "1.50");
  EXPECT_EQ(format_dollars(-2'900), "-0.0029");
  EXPECT_EQ(format_dollars(1), "0.000001");
  EXPECT_EQ(format_dollars(-1), "-0.000001");
  EXPECT_EQ(format_dollars(100'000'000), "100.00");
  EXPECT_EQ(format_dollars(123'456'789), "123.456789");
  EXPECT_EQ(format_dollars(Limits::max()), "9223372036854.775807");
  EXPECT_EQ(format_dollars(Limits::min()), "-9223372036854.775808");
}

TEST(FormatDollars, IsReadBackAsTheSameAmount) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{7}, std::int64_t{-1'000'001}, Limits::max(), Limits::min()}) {
    const auto again = parse_dollars(format_dollars(value));
    ASSERT_TRUE(again) << value;
    EXPECT_EQ(again->value, value);
    EXPECT_TRUE(again->exact);
  }
}

}  // namespace
}  // namespace dropcowboy::text
