#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "json_text.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

/// For what the service answers without a document.
ExitCode report_done(const Session& session, const Result<void>& result, const std::string& list_id,
                     const std::string& done) {
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) return report(result.error());
  say_success(done);
  print_document({{"outcome", "accepted"}, {"list_id", list_id}});
  return ExitCode::accepted;
}

ExitCode report_list(const Session& session, const Result<ContactList>& result,
                     const std::string& done) {
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) return report(result.error());
  say_issues(result->issues);
  if (!done.empty()) say_success(done);
  print_document(as_it_came(result->json));
  return ExitCode::accepted;
}

}  // namespace

ExitCode run(const ContactListCreate& command) {
  const Session session(command.call);
  const auto list = session.client().create_contact_list(command.name, session.options());
  return report_list(session, list, "created; fill it with contact-list-append");
}

ExitCode run(const ContactListGet& command) {
  const Session session(command.call);
  return report_list(session, session.client().get_contact_list(command.list_id, session.options()),
                     "");
}

ExitCode run(const ContactListRename& command) {
  const Session session(command.call);
  const auto done =
      session.client().rename_contact_list(command.list_id, command.name, session.options());
  return report_done(session, done, command.list_id, "renamed");
}

ExitCode run(const ContactListDelete& command) {
  const Session session(command.call);
  const auto done = session.client().delete_contact_list(command.list_id, session.options());
  return report_done(session, done, command.list_id, "deleted");
}

}  // namespace dropcowboy::tool
