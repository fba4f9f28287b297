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
  Error error = not_sent(ErrorKind::configuration, "the environment holds no complete credentials");
  if (credentials.team_id.empty()) {
    error.issues.push_back(missing("credentials.team_id", "DROPCOWBOY_TEAM_ID"));
  }
  if (credentials.secret.empty()) {
    error.issues.push_back(missing("credentials.secret", "DROPCOWBOY_SECRET"));
  }
  if (error.issues.empty()) return credentials;
  return error;
}

}  // namespace dropcowboy
