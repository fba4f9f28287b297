#include "outbox_command_line.hpp"

#include <CLI/Validators.hpp>
#include <dropcowboy/error.hpp>
#include <memory>
#include <string>
#include <utility>

#include "command_flags.hpp"
#include "outbox_commands.hpp"
#include "report.hpp"
#include "v2_command_line.hpp"
#include "v2_request_flags.hpp"

namespace dropcowboy::tool {

namespace {

/// Builds the outbox's commands.
class OutboxCommands {
 public:
  OutboxCommands(CLI::App& outbox, Choose choose) : outbox_(outbox), choose_(std::move(choose)) {}

  void add_all() {
    add_filling();
    add_running();
    add_looking();
    add_people();
    add_care();
  }
  /// Those of the v2 API.
  void add_keyed();

 private:
  template <class Command>
  auto add(const std::string& group, const std::string& name, const std::string& description,
           const std::string& example);
  void add_filling();
  void add_import(const std::string& description, const std::string& number, bool keyed);
  void add_running();
  void add_looking();
  void add_people();
  void add_care();

  CLI::App& outbox_;
  Choose choose_;
};

void add_outbox_flags(CLI::App* app, OutboxFlags& outbox) {
  flag(app, "--outbox", "FILE|URL", outbox.file,
       "its file, or postgresql://user@host/database;\ndefault: DROPCOWBOY_OUTBOX")
      ->group("Outbox");
}

void add_team_flag(CLI::App* app, OutboxFlags& outbox) {
  flag(app, "--team-id", "ID", outbox.team_id, "your team id; no secret is needed")
      ->group("Outbox");
}

template <class Command>
auto OutboxCommands::add(const std::string& group, const std::string& name,
                         const std::string& description, const std::string& example) {
  auto added = add_command<Command>(outbox_, choose_, group, name, description,
                                    "dropcowboy outbox " + example);
  add_outbox_flags(added.first, added.second->outbox);
  return added;
}

void add_yes(CLI::App* app, bool& yes, const std::string& what) {
  app->add_flag("--yes", yes, what);
}

void add_entry_flags(CLI::App* app, EntryFlags& entry) {
  flag(app, "--json", "FILE", entry.json,
       "take the request from a file, - for stdin;\nflags override what it says");
  flag(app, "--not-before", "TIME", entry.not_before, "not sent before: 2026-05-01T10:00:00-05:00");
  flag(app, "--expires", "TIME", entry.expires, "refused from then on");
  flag(app, "--consent-source", "TEXT", entry.consent.source,
       "records that the person agreed, and where:\n\"sign-up form\"");
  flag(app, "--consent-at", "TIME", entry.consent.at,
       "when they agreed; required with it, since a later\n\"no\" must win");
  flag(app, "--consent-proof", "TEXT", entry.consent.proof, "where the record of it is kept");
}

void OutboxCommands::add_filling() {
  const auto [add_one, added] = add<OutboxAdd>(
      "Fill", "add", "Store one message; nothing is sent.",
      "add --outbox calls.db --json request.json --foreign-id order-17 \\\n"
      "    --consent-source 'sign-up form' --consent-at 2026-05-01\n\n"
      "The same foreign_id with the same request again adds nothing; without a foreign_id each\n"
      "call adds another message.");
  add_team_flag(add_one, added->outbox);
  add_entry_flags(add_one, added->entry);
  add_request_flags(add_one, rvm_flags(), added->entry.values);

  add_import("Store a message for each row of a CSV file; nothing is sent.", "phone_number", false);
}

/// `number`: what the request calls it.
void OutboxCommands::add_import(const std::string& description, const std::string& number,
                                bool keyed) {
  const auto [import, imported] = add<OutboxImport>(
      "Fill", "import", description,
      std::string("import ") + (keyed ? "--api v2 " : "") +
          "contacts.csv --outbox calls.db --json template.json --batch spring-2026\n\n"
          "The first line names the columns: the keys of a request (" +
          number +
          ", postal_code, ...),\n"
          "foreign_id, not_before, expires, consent_source, consent_at, consent_proof. What a row\n"
          "leaves empty comes from the flags. All rows are checked before the first is stored.\n\n"
          "A row without a foreign_id is given one out of --batch and its number: one message to\n"
          "each number of a batch. So importing a file again, whole or corrected, adds nothing\n"
          "that is there already.");
  imported->keyed = keyed;
  import->add_option("CSV", imported->csv, "the file, - for stdin")->required()->option_text(" ");
  flag(import, "--batch", "NAME", imported->batch, "what these messages are together");
  flag(import, "--separator", "NAME", imported->separator,
       "what is between its columns: comma, semicolon,\ntab or pipe; default: comma");
  flag(import, "--ignore", "NAMES", imported->ignore, "columns that are for others: notes,owner");
  add_team_flag(import, imported->outbox);
  add_entry_flags(import, imported->entry);
  add_request_flags(import, keyed ? v2::rvm_flags() : rvm_flags(), imported->entry.values);
}

void add_run_flags(CLI::App* app, OutboxRun& command) {
  app->add_flag("--until-empty", command.until_empty,
                "end once nothing is left to send, now or later");
  app->add_flag("--until-idle", command.until_idle, "end once nothing is due now");
  const auto set_port = [port = &command.listen](int given) { *port = given; };
  app->add_option_function<int>("--listen", set_port,
                                "receive callbacks on this loopback port, 0 for any\nfree one")
      ->option_text("PORT")
      ->check(CLI::Range(0, 65535));
  flag(app, "--callback-wait", "SPAN", command.callback_wait,
       "how long an ended run goes on listening while\ncallbacks are awaited; default: 72h");
  app->add_flag("--accept-unauthenticated", command.accept_unauthenticated,
                "listen without keys: whoever knows the URL can\nmake up results");
  app->add_flag("--consent-elsewhere", command.consent_elsewhere,
                "somebody else checks consent; a \"no\" is obeyed all\nthe same");
  app->add_option(
         "--limit", command.limits,
         "messages to one number: 3/72h is the default; may\nbe repeated; none for no limit")
      ->option_text("COUNT/HOURSh");
  app->add_option("--max-unanswered", command.max_unanswered,
                  "at risk of becoming unknown if the process dies;\ndefault: 128")
      ->option_text("COUNT");
}

void OutboxCommands::add_running() {
  const auto [app, command] = add<OutboxRun>(
      "Send", "run", "Send what is due, until it is stopped; one run at a time.",
      "run --outbox calls.db --until-empty --listen 8401\n\n"
      "Callbacks are authentic with DROPCOWBOY_CALLBACK_KEYS=1:$(openssl rand -hex 32): keep it,\n"
      "the same for each run. DROPCOWBOY_CALLBACK_PATH adds a secret segment to the path.");
  add_run_flags(app, *command);
  add_service_flags(app, command->call);
}

void OutboxCommands::add_keyed() {
  const auto [add_one, added] = add<OutboxAdd>(
      "Fill", "add", "Store one message of the v2 API; nothing is sent.",
      "add --api v2 --outbox calls.db --to +15550010001 --foreign-id order-17 \\\n"
      "    --media-id 0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21 \\\n"
      "    --consent-source 'sign-up form' --consent-at 2026-05-01\n\n"
      "It is sent under an idempotency key, and again under the same key as long as nobody knows\n"
      "what became of it. Without a foreign_id each call adds another message.");
  added->keyed = true;
  add_team_flag(add_one, added->outbox);
  add_entry_flags(add_one, added->entry);
  add_request_flags(add_one, v2::rvm_flags(), added->entry.values);

  add_import("Store a message of the v2 API for each row of a CSV file; nothing is sent.", "to",
             true);

  const auto [app, running] = add<OutboxRun>(
      "Send", "run", "Send the messages of the v2 API that are due, until it is stopped.",
      "run --api v2 --outbox calls.db --until-empty\n\n"
      "What is in doubt is sent again, under its key. The team is whose outbox this is; the API\n"
      "key must be of its account.");
  running->keyed = true;
  add_run_flags(app, *running);
  add_team_flag(app, running->outbox);
  v2::add_service_flags(app, running->keyed_call);
}

void add_query_flags(CLI::App* app, QueryFlags& query) {
  flag(app, "--state", "NAME", query.state,
       "ready, sending, accepted, unknown, delivered,\nfailed, opted_out, refused, held or "
       "cancelled");
  flag(app, "--older-than", "SPAN", query.older_than, "in that state for longer: 72h, 30d");
  flag(app, "--phone-number", "NUMBER", query.phone_number, "of this person");
}

void OutboxCommands::add_looking() {
  const auto [status, shown] =
      add<OutboxStatus>("Look", "status", "Show how many messages are where, and what is wrong.",
                        "status --outbox calls.db");
  add_team_flag(status, shown->outbox);

  const auto [list, listed] =
      add<OutboxList>("Look", "list", "Show messages, in order of adding.",
                      "list --outbox calls.db --state unknown --older-than 72h");
  add_query_flags(list, listed->query);
  flag(list, "--id", "ID", listed->id, "the message with this foreign_id");
  list->add_option("--after", listed->after, "go on after this id: next of the page before")
      ->option_text("NUMBER");
  list->add_option("--limit", listed->limit, "most in a page; default: 100")
      ->option_text("COUNT")
      ->check(CLI::Range(1, 10'000));
  add_team_flag(list, listed->outbox);

  const auto [exports, exported] =
      add<OutboxExport>("Look", "export", "Write messages into a new CSV file.",
                        "export --outbox calls.db --csv results.csv --state failed");
  flag(exports, "--csv", "FILE", exported->csv,
       "the file, for you alone to read (0600), since\nphone numbers stand in it; must be new")
      ->required();
  add_query_flags(exports, exported->query);
  add_team_flag(exports, exported->outbox);
}

void OutboxCommands::add_people() {
  for (const bool allowed : {true, false}) {
    const auto [app, command] = add<OutboxPermit>(
        "People", allowed ? "permit" : "suppress",
        allowed ? "Record that people agreed." : "Record that people must not get messages.",
        allowed
            ? "permit +15552223333 --outbox calls.db --source 'sign-up form' --at 2026-05-01\n\n"
              "The latest word counts, so --at is when the person agreed, not today."
            : "suppress +15552223333 --outbox calls.db --source 'asked by phone'\n\n"
              "A \"no\" without --at outranks every word before it, and is never deleted.");
    command->allowed = allowed;
    app->add_option("NUMBER", command->numbers, "in E.164 form; may be several")->option_text(" ");
    flag(app, "--csv", "FILE", command->csv,
         "a CSV file with a column phone_number and, if you\nlike, source, at and proof");
    flag(app, "--separator", "NAME", command->separator,
         "what is between its columns; default: comma");
    flag(app, "--source", "TEXT", command->permission.source, "where this is known from");
    flag(app, "--at", "TIME", command->permission.at,
         allowed ? "when they agreed: 2026-05-01" : "when they said so; default: now");
    flag(app, "--proof", "TEXT", command->permission.proof, "where the record of it is kept");
    if (allowed) add_yes(app, command->yes, "also where it takes the place of an earlier \"no\"");
    add_team_flag(app, command->outbox);
  }
}

void OutboxCommands::add_care() {
  const std::string group = "Decide";
  const auto add_id = [](CLI::App* app, std::string& id) {
    return app->add_option("ID", id, "its foreign_id")->option_text(" ");
  };
  const auto [resend, resent] = add<OutboxResend>(
      group, "resend", "Add a new message for one that failed, or is unknown for 72 hours.",
      "resend order-17 --outbox calls.db --who Ann --yes");
  add_id(resend, resent->id)->required();
  flag(resend, "--new-id", "ID", resent->new_id, "of the new message; default: a fresh one");
  flag(resend, "--who", "NAME", resent->who, "the person who decides it")->required();
  add_yes(resend, resent->yes, "yes: if the first one did arrive, the person hears\nboth");
  add_team_flag(resend, resent->outbox);

  const auto [cancel, cancelled] =
      add<OutboxCancel>(group, "cancel", "Never send a message that is ready, held or refused.",
                        "cancel order-17 --outbox calls.db");
  add_id(cancel, cancelled->id)->required();
  add_team_flag(cancel, cancelled->outbox);

  const auto [release, released] =
      add<OutboxRelease>(group, "release", "Make a message ready again that is held or refused.",
                         "release order-17 --outbox calls.db --yes");
  add_id(release, released->id);
  release->add_flag("--adopted", released->adopted, "all that 'adopt' held, instead of one");
  add_yes(release, released->yes, "yes: it is sent by the next run, if the policy\nallows");
  add_team_flag(release, released->outbox);

  const auto [purge, purged] = add<OutboxPurge>(
      "Care", "purge", "Delete the texts of settled messages; what became of them stays.",
      "purge --outbox calls.db --older-than 30d --yes");
  flag(purge, "--older-than", "SPAN", purged->older_than, "settled for longer: 30d")->required();
  add_yes(purge, purged->yes, "yes: what is deleted cannot be sent again");
  add_team_flag(purge, purged->outbox);

  const auto [migrate, migrated] = add<OutboxMigrate>(
      "Care", "migrate", "Make the tables in a database, or bring them up to date.",
      "migrate --outbox postgresql://outbox@db.acme.test/outbox\n\n"
      "Once, by a user who may make a schema; and with every run stopped after an update of this\n"
      "program.");
  add_team_flag(migrate, migrated->outbox);

  const auto [check, checked] = add<OutboxCheck>(
      "Care", "check", "Look for damage and broken rules.", "check --outbox calls.db");
  add_team_flag(check, checked->outbox);

  const auto [adopt, adopted] = add<OutboxAdopt>(
      "Care", "adopt", "Accept a copied or restored file; holds all that was ready.",
      "adopt --outbox calls.db --yes");
  add_yes(adopt, adopted->yes, "yes: no other copy of the file is used any more");
  add_team_flag(adopt, adopted->outbox);
}

}  // namespace

void add_outbox(CLI::App& app, const Choose& choose) {
  CLI::App* outbox =
      app.add_subcommand("outbox", "Keep messages in a file, and send each at most once.");
  outbox->group("Outbox");
  outbox->require_subcommand(1);
  outbox->footer(
      "Example:\n"
      "  export DROPCOWBOY_OUTBOX=calls.db\n"
      "  dropcowboy outbox import contacts.csv --json template.json --batch spring-2026 \\\n"
      "      --consent-source 'sign-up form' --consent-at 2026-05-01\n"
      "  dropcowboy outbox run --until-empty\n"
      "  dropcowboy outbox status\n\n"
      "A message is sent to people only whose \"yes\" is recorded.\n\n" +
      std::string(to_whom));
  OutboxCommands(*outbox, choose).add_all();
}

void add_keyed_outbox(CLI::App& app, const Choose& choose) {
  CLI::App* outbox = app.add_subcommand(
      "outbox", "Keep messages, and send each once: what differs from the outbox of v1.");
  outbox->group("Outbox");
  outbox->require_subcommand(1);
  outbox->footer(
      "Example:\n"
      "  dropcowboy outbox add --api v2 --help\n\n"
      "All other commands are those of 'dropcowboy outbox'.\n\n" +
      std::string(to_whom));
  OutboxCommands(*outbox, choose).add_keyed();
}

}  // namespace dropcowboy::tool
