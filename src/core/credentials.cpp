#include "dropcowboy/credentials.hpp"

#include "core/environment_variable.hpp"
#include "core/make_error.hpp"

namespace dropcowboy {

namespace {

Issue missing(std::string_view field, const char* variable) {
  return {Severity::error, field, IssueCode::missing,
          std::string("set the environment variable ") + variable +
              "; the value is on the API Setting tab of your account"};
}

}  // namespace

Result<Credentials> Credentials::from_environment() {
  Credentials credentials{environment_variable("TEAM_ID"), environment_variable("SECRET")};
  std::vector<Issue> issues;
  if (credentials.team_id.empty()) {
    issues.push_back(missing("credentials.team_id", "DROPCOWBOY_TEAM_ID"));
  }
  if (credentials.secret.empty()) {
    issues.push_back(missing("credentials.secret", "DROPCOWBOY_SECRET"));
  }
  if (issues.empty()) return credentials;
  return bad_configuration("the environment holds no complete credentials", std::move(issues));
}

}  // namespace dropcowboy
