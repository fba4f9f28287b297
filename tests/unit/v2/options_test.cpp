#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dropcowboy/foreign_id_tagger.hpp"
#include "support/environment.hpp"
#include "support/v2.hpp"

namespace dropcowboy::v2 {
namespace {

std::vector<std::string_view> fields_of(const std::vector<Issue>& issues) {
  std::vector<std::string_view> fields;
  for (const Issue& issue : issues) fields.push_back(issue.field);
  return fields;
}

TEST(V2Options, AreCheckedAllAtOnce) {
  EXPECT_TRUE(validate(support::v2_options()).ok());
  ClientOptions options;
  options.base_url = "http://api-v2.dropcowboy.com";
  options.total_timeout = std::chrono::milliseconds(0);
  options.limits.max_in_flight = 0;
  const Validation found = validate(options);
  EXPECT_THAT(fields_of(found.errors),
              testing::ElementsAre("credentials.key", "credentials.secret", "base_url",
                                   "total_timeout", "limits.max_in_flight"));
  EXPECT_EQ(to_string(found).find("API Setting"), std::string::npos) << "that is v1's";
  const auto client = Client::create(options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::configuration);
  EXPECT_EQ(client.error().issues.size(), 5U);
  EXPECT_THROW(Client{options}, Exception);
}

TEST(V2Options, ATaggerNeedsTheAccountsId) {
  class Tagger final : public ForeignIdTagger {
   public:
    std::size_t tag_length() const noexcept override { return 1; }
    Result<std::string> tag(const TaggedMessage&) const override { return std::string("x"); }
  };
  ClientOptions options = support::v2_options();
  options.foreign_id_tagger = std::make_shared<Tagger>();
  EXPECT_THAT(fields_of(validate(options).errors), testing::ElementsAre("team_id"));
  options.team_id = "team-1";
  EXPECT_TRUE(validate(options).ok());
}

TEST(V2Options, WarnOfASettingWithoutMeaning) {
  ClientOptions options = support::v2_options();
  options.retry.resend_unknown_at_risk_of_duplicates = true;
  EXPECT_THAT(fields_of(validate(options).warnings),
              testing::ElementsAre("retry.resend_unknown_at_risk_of_duplicates"));
}

TEST(V2Options, ComeFromTheEnvironment) {
  support::set_variable("DROPCOWBOY_KEY", {});
  support::set_variable("DROPCOWBOY_KEY_SECRET", {});
  support::set_variable("DROPCOWBOY_V2_BASE_URL", {});
  support::set_variable("DC_KEY", {});
  support::set_variable("DC_SECRET", {});
  const auto none = ClientOptions::from_environment();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::configuration);
  EXPECT_THAT(fields_of(none.error().issues),
              testing::ElementsAre("credentials.key", "credentials.secret"));
  support::set_variable("DC_KEY", "vendors");
  support::set_variable("DC_SECRET", "another-secret");
  EXPECT_EQ(ClientOptions::from_environment().value().credentials.key, "vendors");
  support::set_variable("DROPCOWBOY_KEY", "k");
  EXPECT_THAT(fields_of(ClientOptions::from_environment().error().issues),
              testing::ElementsAre("credentials.secret"))
      << "parts of two pairs are never put together";
  support::set_variable("DROPCOWBOY_KEY_SECRET", "a-long-secret");
  EXPECT_EQ(ClientOptions::from_environment().value().base_url, "https://api-v2.dropcowboy.com");
  support::set_variable("DROPCOWBOY_V2_BASE_URL", "http://127.0.0.1:1");
  const auto options = ClientOptions::from_environment();
  ASSERT_TRUE(options);
  EXPECT_EQ(options->credentials.key, "k");
  EXPECT_EQ(options->credentials.secret, "a-long-secret");
  EXPECT_EQ(options->base_url, "http://127.0.0.1:1");
}

}  // namespace
}  // namespace dropcowboy::v2
