// What a CSV file costs the tool. Work is counted, not timed.

#include "csv.hpp"

#include <gtest/gtest.h>

#include "exit_code.hpp"
#include "support/work.hpp"
#include "work/hostile_texts.hpp"

namespace dropcowboy::tool {
namespace {

using support::Shape;

class ForeignCsv : public ::testing::TestWithParam<Shape> {};

TEST_P(ForeignCsv, CostsNoMoreThanItsLengthIsWorth) {
  constexpr std::size_t largest = std::size_t{1} << 20U;
  const std::string whole = GetParam().of(largest);
  const std::string tenth = GetParam().of(largest / 10);
  support::expect_linear(largest, 200, [&](std::size_t size) {
    try {
      parse_csv(size == largest ? whole : tenth);
    } catch (const UsageError&) {
      // Many of them are no CSV.
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Texts, ForeignCsv, ::testing::ValuesIn(support::hostile_texts()),
                         [](const auto& shape) { return shape.param.name; });

INSTANTIATE_TEST_SUITE_P(Tables, ForeignCsv,
                         ::testing::Values(Shape{"rows", "phone,name\r\n", "+15550010001,Jane\r\n",
                                                 ""},
                                           Shape{"quotes_twice", "phone\n\"", "\"\"", "\""},
                                           Shape{"breaks_in_quotes", "phone\n\"", "\r\n", "\""}),
                         [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace dropcowboy::tool
