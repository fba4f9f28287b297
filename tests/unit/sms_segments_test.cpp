#include "text/sms_segments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dropcowboy::text {
namespace {

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

struct Row {
  std::string text;
  bool is_gsm7;
  std::size_t segments;
};

class SmsSegmentsOf : public ::testing::TestWithParam<Row> {};

TEST_P(SmsSegmentsOf, AreCounted) {
  const SmsSegments found = sms_segments(GetParam().text);
  EXPECT_EQ(found.is_gsm7, GetParam().is_gsm7);
  EXPECT_EQ(found.count, GetParam().segments);
}

const std::string horse = "\xF0\x9F\x90\x8E";  // two units of UCS-2

INSTANTIATE_TEST_SUITE_P(
    Texts, SmsSegmentsOf,
    ::testing::Values(
        Row{"", true, 1}, Row{times(160, "a"), true, 1}, Row{times(161, "a"), true, 2},
        Row{times(306, "a"), true, 2}, Row{times(307, "a"), true, 3},
        // One character of the extension table takes two septets, which stay together.
        Row{times(158, "a") + "€", true, 1}, Row{times(159, "a") + "€", true, 2},
        Row{times(80, "["), true, 1}, Row{times(81, "]"), true, 2},
        Row{times(152, "a") + "~" + times(152, "a"), true, 3},
        Row{times(151, "a") + "~" + times(153, "a"), true, 2}, Row{times(160, "é"), true, 1},
        Row{times(160, "Ω"), true, 1}, Row{times(160, "\n"), true, 1},
        // One character beyond the alphabet makes all of them UCS-2.
        Row{times(69, "a") + "“", false, 1}, Row{times(70, "a") + "“", false, 2},
        Row{times(134, "ç"), false, 2}, Row{times(135, "ç"), false, 3},
        Row{times(70, "`"), false, 1}, Row{times(71, "`"), false, 2},
        Row{times(70, "\t"), false, 1}, Row{times(71, "\t"), false, 2},
        // No pair is divided between two segments.
        Row{times(35, horse), false, 1}, Row{times(36, horse), false, 2},
        Row{times(66, "a") + horse + times(66, "a"), false, 3},
        Row{times(65, "a") + horse + times(67, "a"), false, 2}, Row{times(160, horse), false, 5}));

TEST(SmsSegmentsOfTheAlphabet, KnowAllOfItsCharacters) {
  const std::string basic =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
      "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  const std::string extension = "\f^{}\\[~]|€";
  EXPECT_TRUE(sms_segments(basic).is_gsm7);
  EXPECT_EQ(sms_segments(basic + times(33, "a")).count, 1U) << "127 of them, without the escape";
  EXPECT_EQ(sms_segments(basic + times(34, "a")).count, 2U);
  EXPECT_TRUE(sms_segments(extension).is_gsm7);
  EXPECT_EQ(sms_segments(extension + times(140, "a")).count, 1U) << "10 of them, two septets each";
  EXPECT_EQ(sms_segments(extension + times(141, "a")).count, 2U);
}

}  // namespace
}  // namespace dropcowboy::text
