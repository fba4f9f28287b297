// add and import: messages into the outbox.
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "outbox_box.hpp"
#include "outbox_entries.hpp"
#include "report.hpp"
#include "stop_signals.hpp"
#include "time_argument.hpp"

namespace dropcowboy::tool {

using nlohmann::ordered_json;
using outbox::Outbox;

namespace {

constexpr const char* permit_first =
    "say 'dropcowboy outbox permit' first, if the person did agree again";

/// What is to be known before it is sent.
void say_consent(const Stored& stored) {
  if (stored.without_consent > 0) {
    say_warning(std::to_string(stored.without_consent) +
                " without a recorded \"yes\": they are refused when their turn comes. Give "
                "--consent-source and --consent-at, or say 'dropcowboy outbox permit'");
  }
  if (stored.forbidden > 0) {
    say_warning(std::to_string(stored.forbidden) + " to people who said \"no\": they are not sent");
  }
}

std::optional<outbox::TimePoint> moment_of(const char* flag,
                                           const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return moment_from(flag, *text);
}

ExitCode exit_code_of(const Stored& stored) {
  if (stored.error) return tool::exit_code_of(*stored.error);
  return stored.interrupted ? ExitCode::not_sent : ExitCode::accepted;
}

/// A row's issues, on stdout all of them.
template <class Entry>
ExitCode report_issues(const Batch<Entry>& batch, std::size_t rows) {
  constexpr std::size_t most = 20;
  const std::vector<Issue> first(
      batch.issues.begin(),
      batch.issues.begin() + static_cast<std::ptrdiff_t>(std::min(most, batch.issues.size())));
  say_issues(first);
  if (batch.issues.size() > most) say("  and others; stdout has all of them");
  say_error("nothing was stored");
  print_document({{"rows", rows}, {"added", 0}, {"issues", to_document(batch.issues)}});
  return ExitCode::invalid;
}

template <class Entry>
Stored store_one(const Outbox& box, Entry entry, std::vector<PlacedPermission> permissions) {
  Batch<Entry> batch;
  batch.entries.push_back(std::move(entry));
  batch.permissions = std::move(permissions);
  return store(box, batch, CancelToken::never());
}

template <class Entry>
ExitCode add(const OutboxAdd& command) {
  Entry entry;
  entry.request = request_of<decltype(entry.request)>(command.entry);
  entry.not_before = moment_of("--not-before", command.entry.not_before);
  entry.expires = moment_of("--expires", command.entry.expires);
  std::vector<PlacedPermission> permissions;
  const PermissionFlags& consent = command.entry.consent;
  if (consent.source || consent.at || consent.proof) {
    permissions.push_back(permission_from(number_of(entry.request), true, consent, {}, ""));
  }
  const Validation found = validate(entry.request);
  say_issues(found.warnings);
  const Outbox box = open_outbox(command.outbox, IfMissing::make);
  if (found.ok()) refuse_to_outrank(box, permissions, permit_first);
  if (!found.ok()) permissions.clear();  // add() names what is wrong
  const Stored stored = store_one(box, std::move(entry), std::move(permissions));
  if (stored.error) return report(*stored.error);
  const std::string& id = stored.foreign_ids.at(0);
  say_success(stored.was_there > 0 ? "was there already: " + id : "stored: " + id);
  say_consent(stored);
  print_document({{"foreign_id", id},
                  {"was_there", stored.was_there > 0},
                  {"without_consent", stored.without_consent > 0},
                  {"forbidden", stored.forbidden > 0}});
  return ExitCode::accepted;
}

template <class Entry>
ExitCode import(const OutboxImport& command) {
  const auto batch = read_batch<Entry>(command);
  const std::size_t rows = batch.entries.size() + batch.repeated_rows;
  if (!batch.issues.empty()) return report_issues(batch, rows);
  if (batch.entries.empty()) throw UsageError("the CSV has no row below the names of its columns");
  const CancelOnSignal interruption;
  const Outbox box = open_outbox(command.outbox, IfMissing::make);
  refuse_to_outrank(box, batch.permissions, permit_first);
  const Stored stored = store(box, batch, interruption.token());
  say_success(std::to_string(stored.added) + " added, " + std::to_string(stored.was_there) +
              " were there already");
  if (batch.repeated_rows > 0) {
    say(std::to_string(batch.repeated_rows) + " rows say the same as an earlier one");
  }
  say_consent(stored);
  ordered_json document = {{"rows", rows},
                           {"added", stored.added},
                           {"was_there", stored.was_there},
                           {"repeated_rows", batch.repeated_rows},
                           {"without_consent", stored.without_consent},
                           {"forbidden", stored.forbidden}};
  if (stored.interrupted) {
    document["interrupted"] = true;
    say_warning("stopped before the end; the same command again goes on");
  }
  if (stored.error) {
    say(*stored.error);
    document["error"] = to_document(*stored.error);
  }
  print_document(document);
  return exit_code_of(stored);
}

}  // namespace

ExitCode run(const OutboxAdd& command) {
  return command.keyed ? add<outbox::KeyedEntry>(command) : add<outbox::Entry>(command);
}

ExitCode run(const OutboxImport& command) {
  return command.keyed ? import <outbox::KeyedEntry>(command) : import <outbox::Entry>(command);
}

}  // namespace dropcowboy::tool
