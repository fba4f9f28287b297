#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>

#include "dropcowboy/issue.hpp"

namespace dropcowboy::support {

/// What breaks one rule of something valid, and how validate() names it.
template <class Subject>
struct ValidationRule {
  std::string name;
  std::function<void(Subject&)> change;
  std::string_view field;
  IssueCode code;
};

template <class Subject>
void PrintTo(const ValidationRule<Subject>& rule, std::ostream* out) {
  *out << rule.name;
}

/// For INSTANTIATE_TEST_SUITE_P.
constexpr auto rule_name = [](const auto& info) { return info.param.name; };

/// Breaks the rule in `subject`, which is valid, and expects that error alone.
template <class Subject>
Validation expect_named(Subject subject, const ValidationRule<Subject>& rule) {
  rule.change(subject);
  Validation found = validate(subject);
  EXPECT_THAT(found.errors, ::testing::SizeIs(1)) << to_string(found);
  for (const Issue& error : found.errors) {
    EXPECT_EQ(error.field, rule.field);
    EXPECT_EQ(error.code, rule.code);
    EXPECT_FALSE(error.message.empty());
  }
  return found;
}

}  // namespace dropcowboy::support
