#include "dropcowboy/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/options.hpp"
#include "support/environment.hpp"

namespace dropcowboy {
namespace {

/// The variables, unset before and after each test.
class CredentialsFromEnvironment : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void set(const char* name, const char* value) { support::set_variable(name, value); }

 private:
  static void clear() {
    for (const char* name : {"DROPCOWBOY_TEAM_ID", "DROPCOWBOY_SECRET", "DROPCOWBOY_BASE_URL",
                             "DROP_COWBOY_TEAM_ID", "DROP_COWBOY_SECRET", "DROP_COWBOY_BASE_URL"}) {
      support::set_variable(name, {});
    }
  }
};

TEST_F(CredentialsFromEnvironment, AreRead) {
  set("DROPCOWBOY_TEAM_ID", "team");
  set("DROPCOWBOY_SECRET", "secret");
  const auto credentials = Credentials::from_environment();
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->team_id, "team");
  EXPECT_EQ(credentials->secret, "secret");
}

TEST_F(CredentialsFromEnvironment, EachFallsBackToItsOtherSpelling) {
  set("DROP_COWBOY_TEAM_ID", "other-team");
  set("DROP_COWBOY_SECRET", "other-secret");
  set("DROPCOWBOY_SECRET", "secret");
  const auto credentials = Credentials::from_environment();
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->team_id, "other-team");
  EXPECT_EQ(credentials->secret, "secret");
}

TEST_F(CredentialsFromEnvironment, NameAllThatIsMissing) {
  set("DROPCOWBOY_SECRET", "");
  const auto result = Credentials::from_environment();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::configuration);
  EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  ASSERT_EQ(result.error().issues.size(), 2U);
  EXPECT_THAT(result.error().issues[0].message, ::testing::HasSubstr("DROPCOWBOY_TEAM_ID"));
  EXPECT_THAT(result.error().issues[1].message, ::testing::HasSubstr("DROPCOWBOY_SECRET"));
}

TEST_F(CredentialsFromEnvironment, ComeWithTheBaseUrlInEitherSpelling) {
  set("DROPCOWBOY_TEAM_ID", "team");
  set("DROPCOWBOY_SECRET", "secret");
  EXPECT_EQ(ClientOptions::from_environment().value().base_url, ClientOptions().base_url);
  set("DROP_COWBOY_BASE_URL", "http://127.0.0.1:8400/v1");
  EXPECT_EQ(ClientOptions::from_environment().value().base_url, "http://127.0.0.1:8400/v1");
  set("DROPCOWBOY_BASE_URL", "http://127.0.0.1:8500/v1");
  EXPECT_EQ(ClientOptions::from_environment().value().base_url, "http://127.0.0.1:8500/v1");
}

}  // namespace
}  // namespace dropcowboy
