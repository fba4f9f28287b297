#include "dropcowboy/options.hpp"

#include <utility>

#include "core/checker.hpp"
#include "core/environment_variable.hpp"
#include "core/make_error.hpp"
#include "core/options_checks.hpp"
#include "text/stray.hpp"
#include "text/url.hpp"

namespace dropcowboy {

std::string_view to_string(MessageKind kind) noexcept {
  switch (kind) {
    case MessageKind::voicemail: return "voicemail";
    case MessageKind::sms: return "sms";
  }
  return "voicemail";
}

namespace {

using std::chrono::milliseconds;

constexpr double max_rate = 10'000;
constexpr double min_rate = 0.00001;  // a slower one is a mistake, and slots must fit into a clock

void check_credential(Checker& check, std::string_view field, const std::string& value) {
  if (text::is_blank(value)) {
    return check.error(field, IssueCode::missing,
                       "is required: it is on the API Setting tab of your account");
  }
  if (!check.check_clean(field, value)) return;
  if (const char* stray = text::stray_characters(value)) {
    check.error(field, IssueCode::invalid_value, stray);
  }
}

/// Ordinary words would be cut out of every error and kept answer.
void check_length(Checker& check, const std::string& secret) {
  constexpr std::size_t shortest = 8;
  if (text::is_blank(secret) || secret.size() >= shortest) return;
  check.warning(
      "credentials.secret", IssueCode::short_secret,
      "is shorter than any secret of the service: check that it is complete; it is cut out "
      "of every text that repeats it, be it by chance");
}

void check_base_url(Checker& check, const ClientOptions& options) {
  constexpr std::string_view field = "base_url";
  const auto url = text::parse_url(options.base_url);
  if (!url) {
    return check.error(field, IssueCode::invalid_url,
                       "must be an absolute https URL, such as https://api.dropcowboy.com/v1");
  }
  if (url->has_userinfo) {
    check.error(field, IssueCode::url_with_credentials,
                "must not carry user and password: credentials have an option of their own");
  }
  if (url->has_query || url->has_fragment) {
    check.error(field, IssueCode::invalid_url, "must have neither a query nor a fragment");
  }
  if (url->is_https || text::is_loopback_host(url->host)) return;
  if (options.allow_insecure_http) {
    check.warning(field, IssueCode::insecure_url,
                  "is plain http: everyone on the way can read the secret and the phone numbers");
  } else {
    check.error(
        field, IssueCode::insecure_url,
        "must be https; plain http is for loopback hosts, unless allow_insecure_http is set");
  }
}

void check_positive(Checker& check, std::string_view field, milliseconds value) {
  // A week is more than any of them can mean, and fits every system's long.
  if (value <= milliseconds(0) || value > std::chrono::hours(24 * 7)) {
    check.error(field, IssueCode::out_of_range, "must be more than 0 and at most a week");
  }
}

void check_not_negative(Checker& check, std::string_view field, milliseconds value) {
  if (value < milliseconds(0) || value > std::chrono::hours(24)) {
    check.error(field, IssueCode::out_of_range, "must be 0 to 24 hours");
  }
}

void check_retry(Checker& check, const RetryOptions& retry) {
  if (retry.max_attempts < 1 || retry.max_attempts > 20) {
    check.error("retry.max_attempts", IssueCode::out_of_range, "must be 1 to 20");
  }
  if (retry.budget < 0)
    check.error("retry.budget", IssueCode::out_of_range, "must not be negative");
  check_not_negative(check, "retry.initial_backoff", retry.initial_backoff);
  check_not_negative(check, "retry.rate_limit_backoff", retry.rate_limit_backoff);
  check_not_negative(check, "retry.max_backoff", retry.max_backoff);
}

void check_breaker(Checker& check, const BreakerOptions& breaker) {
  if (breaker.failures < 0) {
    check.error("breaker.failures", IssueCode::out_of_range, "must not be negative");
  }
  check_positive(check, "breaker.first_wait", breaker.first_wait);
  check_positive(check, "breaker.longest_wait", breaker.longest_wait);
  if (breaker.longest_wait > milliseconds(0) && breaker.longest_wait < breaker.first_wait) {
    check.error("breaker.longest_wait", IssueCode::out_of_range,
                "must not be shorter than breaker.first_wait");
  }
}

void check_limits(Checker& check, const ClientOptions& options) {
  const LimitOptions& limits = options.limits;
  const int most = limits.exceed_service_concurrency ? 10'000 : 99;
  if (limits.max_in_flight < 1 || limits.max_in_flight > most) {
    check.error("limits.max_in_flight", IssueCode::out_of_range,
                "must be 1 to 99, because the service asks for fewer than 100; more needs "
                "exceed_service_concurrency");
  }
  if (limits.queue_capacity == 0) {
    check.error("limits.queue_capacity", IssueCode::out_of_range, "must be at least 1");
  }
  if (const auto issue = check_rate(limits.requests_per_second, options.base_url)) {
    check.error(issue->field, issue->code, issue->message);
  }
}

}  // namespace

Result<ClientOptions> ClientOptions::from_environment() {
  auto credentials = Credentials::from_environment();
  if (!credentials) return std::move(credentials).error();
  ClientOptions options;
  options.credentials = *std::move(credentials);
  const std::string base_url = environment_variable("BASE_URL");
  if (!base_url.empty()) options.base_url = base_url;
  return options;
}

void require_valid(Validation found) {
  if (found.ok()) return;
  throw Exception(bad_configuration("the client's options cannot work", std::move(found.errors)));
}

std::optional<Issue> check_rate(double requests_per_second, const std::string& base_url) {
  constexpr std::string_view field = "limits.requests_per_second";
  const auto url = text::parse_url(base_url);
  if (requests_per_second == 0 && url && text::is_loopback_host(url->host)) return std::nullopt;
  if (requests_per_second >= min_rate && requests_per_second <= max_rate) return std::nullopt;
  return Issue{
      Severity::error, field, IssueCode::out_of_range,
      "must be 0.00001 (about one a day) to 10,000; 0 (unpaced) is for loopback hosts only"};
}

Validation validate(const ClientOptions& options) {
  Checker check;
  check_credential(check, "credentials.team_id", options.credentials.team_id);
  check_credential(check, "credentials.secret", options.credentials.secret);
  check_length(check, options.credentials.secret);
  check_base_url(check, options);
  check_positive(check, "connect_timeout", options.connect_timeout);
  check_positive(check, "attempt_timeout", options.attempt_timeout);
  check_positive(check, "total_timeout", options.total_timeout);
  check_not_negative(check, "idle_connection_max_age", options.idle_connection_max_age);
  check_limits(check, options);
  check_retry(check, options.retry);
  check_breaker(check, options.breaker);
  check.check_clean("tls.ca_file", options.tls.ca_file);
  check.check_clean("tls.ca_directory", options.tls.ca_directory);
  check.check_clean("proxy.url", options.proxy.url);
  check.check_clean("user_agent", options.user_agent);
  if (!options.proxy.url.empty() && options.proxy.from_environment) {
    check.error("proxy.from_environment", IssueCode::invalid_value,
                "cannot go together with proxy.url: keep one of them");
  }
  return std::move(check).result();
}

}  // namespace dropcowboy
