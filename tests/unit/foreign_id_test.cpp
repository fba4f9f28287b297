#include "dropcowboy/foreign_id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace dropcowboy {
namespace {

TEST(ForeignId, IsAVersion4Uuid) {
  // x stands for any hexadecimal digit, v for the variant's 8, 9, a or b (RFC 9562, 5.4).
  const std::string_view pattern = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
  for (int round = 0; round < 100; ++round) {
    const std::string id = new_foreign_id();
    ASSERT_EQ(id.size(), pattern.size());
    for (std::size_t i = 0; i < id.size(); ++i) {
      const std::string_view allowed = pattern[i] == 'x'   ? "0123456789abcdef"
                                       : pattern[i] == 'v' ? "89ab"
                                                           : pattern.substr(i, 1);
      EXPECT_NE(allowed.find(id[i]), std::string_view::npos) << id << " at " << i;
    }
  }
}

TEST(ForeignId, DoesNotRepeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(new_foreign_id());
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace
}  // namespace dropcowboy
