#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/make_error.hpp"
#include "outbox/runner.hpp"

namespace dropcowboy::outbox {

namespace {

/// While it lives, status() says so.
class Running {
 public:
  explicit Running(Core& core) : core_(core) { core_.running = true; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    core_.running = false;
    core_.breaker_open = false;
  }

 private:
  Core& core_;
};

std::vector<Issue> problems_with(const RunOptions& options, int clients) {
  std::vector<Issue> found;
  if (options.max_unanswered < clients || options.max_unanswered > 10'000) {
    found.push_back({Severity::error, "max_unanswered", IssueCode::out_of_range,
                     "must be " + std::to_string(clients) + " to 10,000"});
  }
  if (options.account_rate < 0 || options.account_rate > 10'000) {
    found.push_back(
        {Severity::error, "account_rate", IssueCode::out_of_range, "must be 0 to 10,000"});
  }
  if (options.account_in_flight < 0 || options.account_in_flight > 10'000) {
    found.push_back(
        {Severity::error, "account_in_flight", IssueCode::out_of_range, "must be 0 to 10,000"});
  }
  if (options.poll_every < std::chrono::milliseconds(1) || options.poll_every > longest_wait) {
    found.push_back({Severity::error, "poll_every", IssueCode::out_of_range,
                     "must be 1 millisecond to a week"});
  }
  return found;
}

/// The error of a client that does not say that it sends for the outbox's team.
Error wrong_team(const std::string& team_id, const std::string& client_team_id,
                 const char* remedy) {
  return not_sent(
      ErrorKind::configuration,
      "the outbox holds the messages of team " + team_id + ", but the client sends for team " +
          (client_team_id.empty() ? "(none given)" : client_team_id) + ": " + remedy + team_id);
}

std::optional<Error> wrong_client(Core& core, const Client* client,
                                  const v2::Client* keyed_client) {
  const std::string& team_id = core.options().team_id;
  if (client != nullptr && client->team_id() != team_id) {
    return wrong_team(team_id, client->team_id(), "give run() a client with the credentials of ");
  }
  if (keyed_client == nullptr) return std::nullopt;
  if (keyed_client->team_id() == team_id) return std::nullopt;
  return wrong_team(team_id, keyed_client->team_id(),
                    "give run() a client with that team's key, and the ClientOptions::team_id ");
}

}  // namespace

RunReport run(Core& core, const Client* client, const v2::Client* keyed_client,
              const RunOptions& options) {
  RunReport report;
  const int clients = int{client != nullptr} + int{keyed_client != nullptr};
  auto issues = problems_with(options, clients);
  if (!issues.empty()) {
    report.error = bad_configuration("RunOptions cannot work as they are", std::move(issues));
    return report;
  }
  try {
    report.error = wrong_client(core, client, keyed_client);
    if (report.error) return report;
    const auto right = core.storage().start_run();
    const Running running(core);
    auto lanes = make_lanes(client, keyed_client, options.max_unanswered);
    report = Runner(core, *right, std::move(lanes), options).work();
  } catch (const Exception& exception) {
    report.error = exception.error();
  } catch (const std::bad_alloc&) {
    report.error = out_of_memory(Outcome::not_sent);
  }
  return report;
}

}  // namespace dropcowboy::outbox
