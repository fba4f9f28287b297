#include <dropcowboy/printable.hpp>
#include <nlohmann/json.hpp>

#include "clock.hpp"
#include "config_file.hpp"
#include "console.hpp"
#include "findings.hpp"
#include "input.hpp"
#include "json_text.hpp"
#include "listing_report.hpp"
#include "report.hpp"
#include "v2_commands.hpp"

namespace dropcowboy::tool::v2 {

namespace {

using dropcowboy::v2::Readiness;
using dropcowboy::v2::WebhookSettings;
using dropcowboy::v2::WebhookSubscription;
using nlohmann::ordered_json;

template <class Thing>
ExitCode report_one(const Session& session, const Result<Thing>& result, const std::string& what) {
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) return report(result.error());
  say_issues(result->issues);
  say_success(what);
  print_document(as_it_came(result->json));
  return ExitCode::accepted;
}

// ---- The doctor ----

void tell_mode(const Readiness& ready, Findings& findings) {
  if (ready.test_numbers_only.value_or(false)) {
    findings.doubtful("mode", "testing mode: nothing but the account's test numbers is sent to");
  }
  if (ready.audio_url_allowed && !*ready.audio_url_allowed) {
    findings.good("audio",
                  "media and voices; --audio-url needs a BYOC plan and the vendor's leave");
  }
}

void tell_means(const Readiness& ready, Findings& findings) {
  const std::string left =
      ready.funds_available.empty() ? "" : ", $" + printable(ready.funds_available) + " left";
  if (ready.funds_ok && !*ready.funds_ok) {
    findings.bad("funds", "not enough for a message" + left);
  } else if (ready.funds_ok) {
    findings.good("funds", "enough for a message" + left);
  }
  if (ready.number_count == std::uint64_t{0}) {
    findings.bad("numbers", "the account has none: a voice line needs one to send from");
  } else if (ready.number_count) {
    findings.good("numbers", std::to_string(*ready.number_count));
  }
}

ExitCode tell(const Result<Readiness>& ready, Findings& findings) {
  if (!ready) {
    findings.bad(ready.error().kind == ErrorKind::authentication ? "credentials" : "service",
                 printable(in_words_of_the_tool(ready.error().message)));
    say_remedy(ready.error());
    return exit_code_of(ready.error());
  }
  say_issues(ready->issues);
  findings.good("credentials", "they hold");
  const std::string clock =
      complaint_about_clock(std::chrono::system_clock::now(), ready->service_time);
  if (!clock.empty()) findings.bad("clock", clock);
  tell_mode(*ready, findings);
  tell_means(*ready, findings);
  for (const std::string& action : ready->next_actions) {
    findings.doubtful("next", printable(action));
  }
  return !clock.empty()     ? ExitCode::usage
         : findings.is_ok() ? ExitCode::accepted
                            : ExitCode::rejected;
}

// ---- Webhooks ----

/// The secret is told once: it is in the file before anything is said.
ExitCode report_secret(const Session& session, const Result<WebhookSubscription>& result,
                       const std::string& file, const std::string& what) {
  if (result && !result->signing_secret.empty()) {
    write_private_file(file, result->signing_secret.value() + '\n');
    say("its signing secret is in " + file + ", and nowhere else");
  }
  return report_one(session, result, what);
}

/// Of a command that makes or changes a webhook.
template <class Command>
WebhookSettings settings_of(const Command& command) {
  auto events =
      command.events.empty() ? std::vector<std::string>() : split_at_commas(command.events);
  return {command.url, std::move(events), command.name};
}

}  // namespace

ExitCode run(const Doctor& command) {
  Findings findings;
  const Session session(command.call);
  const auto ready = session.client().readiness(session.options());
  if (const auto dry = session.print_dry_run()) return *dry;
  findings.good("account", session.origin());
  const ExitCode code = tell(ready, findings);
  ordered_json document = findings.document();
  if (ready) document["readiness"] = as_it_came(ready->json);
  if (!ready) document["error"] = to_document(ready.error());
  print_document(document);
  return code;
}

ExitCode run(const ListLines& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_phone_lines(command.type, session.options()),
                    "lines");
}

ExitCode run(const ListVoices& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_voices(session.options()), "voices");
}

ExitCode run(const ListMedia& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_media(command.limit, session.options()),
                    "media");
}

ExitCode run(const UploadMedia& command) {
  const Session session(command.call);
  return report_one(session,
                    session.client().upload_media(command.file, command.name, session.options()),
                    "uploaded");
}

ExitCode run(const ListWebhooks& command) {
  const Session session(command.call);
  return report_all(session, session.client().list_webhooks(session.options()), "webhooks");
}

ExitCode run(const CreateWebhook& command) {
  const Session session(command.call);
  if (!command.call.dry_run) require_writable(command.secret_file);
  const WebhookSettings settings = settings_of(command);
  return report_secret(session, session.client().create_webhook(settings, session.options()),
                       command.secret_file, "created");
}

ExitCode run(const UpdateWebhook& command) {
  const Session session(command.call);
  const WebhookSettings settings = settings_of(command);
  return report_one(
      session, session.client().update_webhook(command.id, settings, session.options()), "updated");
}

ExitCode run(const DeleteWebhook& command) {
  const Session session(command.call);
  const auto result = session.client().delete_webhook(command.id, session.options());
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) return report(result.error());
  say_success("deleted");
  print_document({{"outcome", "accepted"}, {"webhook_id", command.id}});
  return ExitCode::accepted;
}

ExitCode run(const RotateWebhookSecret& command) {
  const Session session(command.call);
  if (!command.call.dry_run) require_writable(command.secret_file);
  return report_secret(session,
                       session.client().rotate_webhook_secret(command.id, session.options()),
                       command.secret_file, "rotated: the old secret is dead at once");
}

}  // namespace dropcowboy::tool::v2
