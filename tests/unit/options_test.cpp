#include "dropcowboy/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "support/copied_secrets.hpp"
#include "support/validation_rule.hpp"

namespace dropcowboy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

ClientOptions good_options() {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret-value"};
  return options;
}

TEST(OptionsValidation, TheDefaultsWithCredentialsHaveNoIssue) {
  EXPECT_EQ(to_string(validate(good_options())), "");
}

TEST(OptionsValidation, TheDefaultsAreThoseOfTheHeader) {
  const ClientOptions all;
  EXPECT_EQ(all.connect_timeout, seconds(5));
  EXPECT_EQ(all.attempt_timeout, seconds(30));
  EXPECT_EQ(all.total_timeout, seconds(60));
  EXPECT_EQ(all.idle_connection_max_age, seconds(3));
  EXPECT_EQ(all.limits.max_in_flight, 64);
  EXPECT_FALSE(all.limits.exceed_service_concurrency);
  EXPECT_EQ(all.limits.requests_per_second, 1'000);
  EXPECT_EQ(all.limits.queue_capacity, 10'000U);
  EXPECT_EQ(all.limits.when_full, WhenFull::wait);
  EXPECT_EQ(all.retry.max_attempts, 3);
  EXPECT_EQ(all.retry.initial_backoff, milliseconds(250));
  EXPECT_EQ(all.retry.rate_limit_backoff, seconds(1));
  EXPECT_EQ(all.retry.max_backoff, seconds(20));
  EXPECT_EQ(all.retry.budget, 500);
  EXPECT_FALSE(all.retry.service_unavailable_is_rejection);
  EXPECT_FALSE(all.retry.resend_unknown_at_risk_of_duplicates);
  EXPECT_EQ(all.breaker.failures, 5);
  EXPECT_EQ(all.breaker.first_wait, seconds(5));
  EXPECT_EQ(all.breaker.longest_wait, std::chrono::minutes(5));
  EXPECT_TRUE(all.tls.ca_file.empty() && all.tls.ca_directory.empty() && !all.tls.native_store);
  EXPECT_TRUE(all.proxy.url.empty() && !all.proxy.from_environment && all.user_agent.empty());
  EXPECT_FALSE(all.may_send || all.on_event);
  EXPECT_FALSE(all.foreign_id_tagger || all.transport || all.runtime);
  EXPECT_FALSE(all.allow_insecure_http);
}

// It would be cut out of texts that hold it by chance.
TEST(OptionsValidation, WarnsOfASecretTooShortToBeOne) {
  ClientOptions options = good_options();
  options.credentials.secret = "1234567";
  const Validation validation = validate(options);
  EXPECT_TRUE(validation.ok());
  ASSERT_EQ(validation.warnings.size(), 1U) << to_string(validation);
  EXPECT_EQ(validation.warnings[0].field, "credentials.secret");
  EXPECT_EQ(validation.warnings[0].code, IssueCode::short_secret);
  EXPECT_THAT(validation.warnings[0].message, Not(HasSubstr("1234567")));
  options.credentials.secret += "8";
  EXPECT_EQ(to_string(validate(options)), "");
}

using Row = support::ValidationRule<ClientOptions>;

std::function<void(ClientOptions&)> url(const std::string& value) {
  return [value](ClientOptions& options) { options.base_url = value; };
}

class OptionsFault : public ::testing::TestWithParam<Row> {};

TEST_P(OptionsFault, IsReportedWithItsFieldAndCode) {
  const Validation found = support::expect_named(good_options(), GetParam());
  EXPECT_THAT(to_string(found), Not(HasSubstr("s3cret")));
}

using O = ClientOptions;

INSTANTIATE_TEST_SUITE_P(
    Table, OptionsFault,
    ::testing::Values(
        Row{"no_team", [](O& o) { o.credentials.team_id.clear(); }, "credentials.team_id",
            IssueCode::missing},
        Row{"blank_secret", [](O& o) { o.credentials.secret = "  "; }, "credentials.secret",
            IssueCode::missing},
        Row{"team_crlf", [](O& o) { o.credentials.team_id = "a\r\nX-Evil: 1"; },
            "credentials.team_id", IssueCode::control_character},
        Row{"secret_nul", [](O& o) { o.credentials.secret = std::string("s3cret\0x", 8); },
            "credentials.secret", IssueCode::control_character},
        Row{"secret_newline", [](O& o) { o.credentials.secret = "s3cret\n"; }, "credentials.secret",
            IssueCode::control_character},
        Row{"secret_latin1", [](O& o) { o.credentials.secret = "s3cret\xE9"; },
            "credentials.secret", IssueCode::invalid_utf8},
        Row{"user_agent_crlf", [](O& o) { o.user_agent = "a\r\nX-Evil: 1"; }, "user_agent",
            IssueCode::control_character},
        Row{"url_empty", url(""), "base_url", IssueCode::invalid_url},
        Row{"url_relative", url("/v1"), "base_url", IssueCode::invalid_url},
        Row{"url_ftp", url("ftp://api.acme.test"), "base_url", IssueCode::invalid_url},
        Row{"url_newline", url("https://api.acme.test/\nv1"), "base_url", IssueCode::invalid_url},
        Row{"url_query", url("https://api.acme.test/v1?x=1"), "base_url", IssueCode::invalid_url},
        Row{"url_fragment", url("https://api.acme.test/v1#x"), "base_url", IssueCode::invalid_url},
        Row{"url_userinfo", url("https://a:b@api.acme.test/v1"), "base_url",
            IssueCode::url_with_credentials},
        Row{"url_http", url("http://api.acme.test/v1"), "base_url", IssueCode::insecure_url},
        Row{"url_http_like_loopback", url("http://localhost.acme.test/v1"), "base_url",
            IssueCode::insecure_url},
        Row{"url_http_like_address", url("http://127.0.0.1.acme.test/v1"), "base_url",
            IssueCode::insecure_url},
        Row{"connect_zero", [](O& o) { o.connect_timeout = milliseconds(0); }, "connect_timeout",
            IssueCode::out_of_range},
        Row{"attempt_negative", [](O& o) { o.attempt_timeout = milliseconds(-1); },
            "attempt_timeout", IssueCode::out_of_range},
        Row{"total_timeout_max", [](O& o) { o.total_timeout = milliseconds::max(); }, "total_timeout",
            IssueCode::out_of_range},
        Row{"idle_negative", [](O& o) { o.idle_connection_max_age = milliseconds(-1); },
            "idle_connection_max_age", IssueCode::out_of_range},
        Row{"attempts_zero", [](O& o) { o.retry.max_attempts = 0; }, "retry.max_attempts",
            IssueCode::out_of_range},
        Row{"attempts_many", [](O& o) { o.retry.max_attempts = 21; }, "retry.max_attempts",
            IssueCode::out_of_range},
        Row{"budget_negative", [](O& o) { o.retry.budget = -1; }, "retry.budget",
            IssueCode::out_of_range},
        Row{"backoff_negative", [](O& o) { o.retry.initial_backoff = milliseconds(-1); },
            "retry.initial_backoff", IssueCode::out_of_range},
        Row{"backoff_huge", [](O& o) { o.retry.max_backoff = hours(25); }, "retry.max_backoff",
            IssueCode::out_of_range},
        Row{"rate_limit_backoff", [](O& o) { o.retry.rate_limit_backoff = milliseconds(-1); },
            "retry.rate_limit_backoff", IssueCode::out_of_range},
        Row{"in_flight_zero", [](O& o) { o.limits.max_in_flight = 0; }, "limits.max_in_flight",
            IssueCode::out_of_range},
        Row{"in_flight_100", [](O& o) { o.limits.max_in_flight = 100; }, "limits.max_in_flight",
            IssueCode::out_of_range},
        Row{"in_flight_absurd",
            [](O& o) {
              o.limits.max_in_flight = 10'001;
              o.limits.exceed_service_concurrency = true;
            },
            "limits.max_in_flight", IssueCode::out_of_range},
        Row{"rate_negative", [](O& o) { o.limits.requests_per_second = -1; },
            "limits.requests_per_second", IssueCode::out_of_range},
        Row{"rate_below_what_can_be_counted",
            [](O& o) { o.limits.requests_per_second = std::numeric_limits<double>::denorm_min(); },
            "limits.requests_per_second", IssueCode::out_of_range},
        Row{"breaker_negative", [](O& o) { o.breaker.failures = -1; }, "breaker.failures",
            IssueCode::out_of_range},
        Row{"breaker_wait_zero", [](O& o) { o.breaker.first_wait = milliseconds(0); },
            "breaker.first_wait", IssueCode::out_of_range},
        Row{"breaker_wait_max", [](O& o) { o.breaker.longest_wait = milliseconds::max(); },
            "breaker.longest_wait", IssueCode::out_of_range},
        Row{"breaker_waits_crossed", [](O& o) { o.breaker.longest_wait = milliseconds(4'999); },
            "breaker.longest_wait", IssueCode::out_of_range},
        Row{"rate_unpaced", [](O& o) { o.limits.requests_per_second = 0; },
            "limits.requests_per_second", IssueCode::out_of_range},
        Row{"rate_over_the_service", [](O& o) { o.limits.requests_per_second = 10'001; },
            "limits.requests_per_second", IssueCode::out_of_range},
        Row{"rate_nan", [](O& o) { o.limits.requests_per_second = std::nan(""); },
            "limits.requests_per_second", IssueCode::out_of_range},
        Row{"no_queue", [](O& o) { o.limits.queue_capacity = 0; }, "limits.queue_capacity",
            IssueCode::out_of_range},
        Row{"ca_file_nul", [](O& o) { o.tls.ca_file = std::string("a\0b", 3); }, "tls.ca_file",
            IssueCode::control_character},
        Row{"ca_directory_nul", [](O& o) { o.tls.ca_directory = std::string("a\0b", 3); },
            "tls.ca_directory", IssueCode::control_character},
        Row{"proxy_nul", [](O& o) { o.proxy.url = std::string("a\0b", 3); }, "proxy.url",
            IssueCode::control_character},
        Row{"two_proxies",
            [](O& o) {
              o.proxy.url = "http://proxy.acme.test:3128";
              o.proxy.from_environment = true;
            },
            "proxy.from_environment", IssueCode::invalid_value}),
    support::rule_name);

TEST(OptionsValidation, PlainHttpIsForLoopbackOnly) {
  for (const char* host : {"localhost", "LOCALHOST:8080", "127.0.0.1:9", "127.9.9.9", "[::1]:80"}) {
    ClientOptions options = good_options();
    options.base_url = std::string("http://") + host + "/v1";
    EXPECT_EQ(to_string(validate(options)), "") << host;
  }
}

TEST(OptionsValidation, LimitsCanBeRaisedByName) {
  ClientOptions options = good_options();
  options.limits.max_in_flight = 200;
  options.limits.exceed_service_concurrency = true;
  options.limits.requests_per_second = 10'000;
  EXPECT_TRUE(validate(options).ok());
  options.base_url = "http://127.0.0.1:8080";
  options.limits.requests_per_second = 0;
  EXPECT_TRUE(validate(options).ok());
}

TEST(OptionsValidation, InsecureHttpMustBeAskedForByNameAndIsStillDoubtful) {
  ClientOptions options = good_options();
  options.base_url = "http://api.acme.test/v1";
  options.allow_insecure_http = true;
  const Validation validation = validate(options);
  EXPECT_TRUE(validation.ok());
  ASSERT_EQ(validation.warnings.size(), 1U);
  EXPECT_EQ(validation.warnings[0].code, IssueCode::insecure_url);
}

TEST(OptionsValidation, AllFaultsAreReportedAtOnce) {
  ClientOptions options;
  options.base_url = "nowhere";
  options.total_timeout = milliseconds(0);
  options.retry.max_attempts = 0;
  EXPECT_EQ(validate(options).errors.size(), 5U) << to_string(validate(options));
}

TEST(Credentials, NameWhatCameAlongWhenTheyWereCopied) {
  for (std::string Credentials::*member : {&Credentials::team_id, &Credentials::secret}) {
    const std::string field =
        member == &Credentials::secret ? "credentials.secret" : "credentials.team_id";
    for (const auto& [copy, complaint] : support::badly_copied("s3cret-value")) {
      ClientOptions options = good_options();
      options.credentials.*member = copy;
      const Validation found = validate(options);
      ASSERT_THAT(found.errors, SizeIs(1)) << copy;
      EXPECT_EQ(found.errors[0].field, field);
      const std::string& message = found.errors[0].message;
      const bool is_named = message.find(complaint) != std::string::npos ||
                            message.find("line break") != std::string::npos;
      EXPECT_TRUE(is_named) << message;
      EXPECT_EQ(message.find("s3cret"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace dropcowboy
