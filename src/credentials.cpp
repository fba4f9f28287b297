#include "dropcowboy/credentials.hpp"

#include <cstdlib>

#include "errors.hpp"

namespace dropcowboy {

namespace {

std::string first_set(const char* name, const char* fallback) {
  for (const char* candidate : {name, fallback}) {
    const char* value = std::getenv(candidate);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

Issue missing(std::string_view field, const char* variable) {
  return {Severity::error, field, IssueCode::missing,
          std::string("set the environment variable ") + variable +
              "; the value is on the API Setting tab of your account"};
}

}  // namespace

Result<Credentials> Credentials::from_environment() {
  Credentials credentials{first_set("DROPCOWBOY_TEAM_ID", "DROP_COWBOY_TEAM_ID"),
                          first_set("DROPCOWBOY_SECRET", "DROP_COWBOY_SECRET")};
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
