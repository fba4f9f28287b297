#include "dropcowboy/foreign_id.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace dropcowboy {
namespace {

TEST(ForeignId, IsAVersion4Uuid) {
  const std::regex uuid4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(std::regex_match(new_foreign_id(), uuid4));
}

TEST(ForeignId, DoesNotRepeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(new_foreign_id());
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace
}  // namespace dropcowboy
