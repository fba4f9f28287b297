#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "json_text.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

/// An array of the elements as the service sent them.
template <class Thing>
ExitCode report_all(const Session& session, const Result<std::vector<Thing>>& result,
                    const std::string& what) {
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) return report(result.error());
  auto things = ordered_json::array();
  for (const Thing& thing : *result) {
    say_issues(thing.issues);
    things.push_back(as_it_came(thing.json));
  }
  say(what + ": " + std::to_string(things.size()));
  print_document(things);
  return ExitCode::accepted;
}

std::optional<bool> truth(const std::optional<std::string>& word) {
  if (!word) return std::nullopt;
  if (*word != "true" && *word != "false") throw UsageError("--api-allowed is true or false");
  return *word == "true";
}

}  // namespace

ExitCode run(const Brands& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_brands(session.options()), "brands");
}

ExitCode run(const Recordings& command) {
  const auto api_allowed = truth(command.api_allowed);
  const Session session(command.call);
  return report_all(session, session.client().list_recordings(api_allowed, session.options()),
                    "recordings");
}

ExitCode run(const ListMedia& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_media(session.options()), "media");
}

ExitCode run(const Pools& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_pools(session.options()), "pools");
}

}  // namespace dropcowboy::tool
