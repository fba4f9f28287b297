#include <utility>

#include "core/checker.hpp"
#include "core/environment_variable.hpp"
#include "core/make_error.hpp"
#include "dropcowboy/v2/options.hpp"
#include "v2/core_options.hpp"

namespace dropcowboy::v2 {

namespace {

Issue missing(std::string_view field, const char* variable) {
  return {Severity::error, field, IssueCode::missing,
          std::string("set the environment variable ") + variable +
              "; keys are made under Developers > API Keys"};
}

/// An issue of the core's options as one of these.
Issue translated(Issue issue) {
  if (issue.field == "credentials.team_id") issue.field = "credentials.key";
  const bool is_credential =
      issue.field == "credentials.key" || issue.field == "credentials.secret";
  if (is_credential && issue.code == IssueCode::missing) {
    issue.message = "is required: make an API key under Developers > API Keys";
  }
  return issue;
}

void add_translated(Checker& check, Validation found) {
  for (Issue& issue : found.errors) issue = translated(std::move(issue));
  for (Issue& issue : found.warnings) issue = translated(std::move(issue));
  check.add(std::move(found));
}

}  // namespace

Result<Credentials> Credentials::from_environment() {
  Credentials credentials{environment_variable("KEY"), environment_variable("KEY_SECRET")};
  if (credentials.key.empty() && credentials.secret.empty()) {
    // As the vendor's own examples name them. Parts of different pairs are never put together.
    credentials = {environment_value("DC_KEY"), environment_value("DC_SECRET")};
  }
  std::vector<Issue> issues;
  if (credentials.key.empty()) {
    issues.push_back(missing("credentials.key", "DROPCOWBOY_KEY"));
  }
  if (credentials.secret.empty()) {
    issues.push_back(missing("credentials.secret", "DROPCOWBOY_KEY_SECRET"));
  }
  if (issues.empty()) return credentials;
  return bad_configuration("the environment holds no complete credentials", std::move(issues));
}

Result<ClientOptions> ClientOptions::from_environment() {
  auto credentials = Credentials::from_environment();
  if (!credentials) return std::move(credentials).error();
  ClientOptions options;
  options.credentials = *std::move(credentials);
  const std::string base_url = environment_variable("V2_BASE_URL");
  if (!base_url.empty()) options.base_url = base_url;
  return options;
}

dropcowboy::ClientOptions core_options(const ClientOptions& options) {
  dropcowboy::ClientOptions core;
  core.credentials = {options.team_id, options.credentials.secret};
  core.base_url = options.base_url;
  core.allow_insecure_http = options.allow_insecure_http;
  core.connect_timeout = options.connect_timeout;
  core.attempt_timeout = options.attempt_timeout;
  core.total_timeout = options.total_timeout;
  core.idle_connection_max_age = options.idle_connection_max_age;
  core.limits = options.limits;
  core.retry = options.retry;
  core.breaker = options.breaker;
  core.tls = options.tls;
  core.proxy = options.proxy;
  core.user_agent = options.user_agent;
  core.may_send = options.may_send;
  core.on_event = options.on_event;
  core.foreign_id_tagger = options.foreign_id_tagger;
  core.transport = options.transport;
  core.runtime = options.runtime;
  return core;
}

Validation validate(const ClientOptions& options) {
  Checker check;
  dropcowboy::ClientOptions core = core_options(options);
  core.credentials.team_id = options.credentials.key;  // the same rules hold for it
  add_translated(check, dropcowboy::validate(core));
  if (options.foreign_id_tagger && text::is_blank(options.team_id)) {
    check.error("team_id", IssueCode::missing,
                "is required with a foreign_id_tagger: the team_id that the callbacks tell");
  }
  if (options.retry.resend_unknown_at_risk_of_duplicates) {
    check.warning("retry.resend_unknown_at_risk_of_duplicates", IssueCode::invalid_value,
                  "has no meaning here: an unknown outcome is repeated anyway, without the risk");
  }
  return std::move(check).result();
}

}  // namespace dropcowboy::v2
