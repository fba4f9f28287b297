#include "commands.hpp"
#include "listing_report.hpp"

namespace dropcowboy::tool {

namespace {

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
