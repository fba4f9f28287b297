// permit, suppress, resend, cancel, release, purge, adopt: what a person decides.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "csv_table.hpp"
#include "outbox_box.hpp"
#include "outbox_permissions.hpp"
#include "stop_signals.hpp"
#include "time_argument.hpp"

namespace dropcowboy::tool {

using outbox::Outbox;
using outbox::Permission;

namespace {

constexpr std::size_t permissions_per_commit = 500;

std::string cell(const CsvTable& table, const CsvRow& row, std::string_view name) {
  const auto found = std::find(table.names.begin(), table.names.end(), name);
  if (found == table.names.end()) return {};
  return row.values[static_cast<std::size_t>(found - table.names.begin())];
}

void require_known(const CsvTable& table) {
  bool has_number = false;
  for (const std::string& name : table.names) {
    has_number = has_number || name == "phone_number" || name == "phone";
    if (name == "phone_number" || name == "phone" || name == "source" || name == "at" ||
        name == "proof") {
      continue;
    }
    throw UsageError("the CSV has a column " + name +
                     ", but only phone_number, source, at and proof are known: take it out");
  }
  if (!has_number) throw UsageError("the CSV has no column phone_number");
}

/// What was said, and where it stands; empty if that is the command line.
std::vector<PlacedPermission> permissions_of(const OutboxPermit& command) {
  if (command.numbers.empty() == command.csv.empty()) {
    throw UsageError("the numbers come from the command line or from --csv FILE, one of the two");
  }
  std::vector<PlacedPermission> permissions;
  for (const std::string& number : command.numbers) {
    permissions.push_back(permission_from(number, command.allowed, command.permission, {}, ""));
  }
  if (command.csv.empty()) return permissions;
  const CsvTable table = read_csv_table(command.csv, command.separator);
  require_known(table);
  for (const CsvRow& row : table.rows) {
    const std::string phone = cell(table, row, "phone_number");
    const PermissionFlags own = {cell(table, row, "source"), cell(table, row, "at"),
                                 cell(table, row, "proof")};
    permissions.push_back(permission_from(phone.empty() ? cell(table, row, "phone") : phone,
                                          command.allowed, command.permission, own,
                                          "line " + std::to_string(row.line)));
  }
  if (permissions.empty()) throw UsageError("the CSV names nobody");
  return permissions;
}

}  // namespace

ExitCode run(const OutboxPermit& command) {
  const std::vector<PlacedPermission> permissions = permissions_of(command);
  const CancelOnSignal interruption;
  const Outbox box = open_outbox(command.outbox, IfMissing::make);
  if (command.allowed && !command.yes) {
    refuse_to_outrank(box, permissions,
                      "that is for a person to say: --yes records it all the same");
  }
  std::size_t done = 0;
  {
    ProgressBar bar(permissions.size() > permissions_per_commit ? permissions.size() : 0,
                    "numbers");
    while (done < permissions.size() && !interruption.token().cancelled()) {
      const std::size_t end = std::min(permissions.size(), done + permissions_per_commit);
      record(box, {permissions.begin() + static_cast<std::ptrdiff_t>(done),
                   permissions.begin() + static_cast<std::ptrdiff_t>(end)});
      done = end;
      bar.show(done);
    }
  }
  say_success(std::to_string(done) + (command.allowed ? " permitted" : " suppressed"));
  print_document({{"recorded", done}, {"allowed", command.allowed}});
  return done == permissions.size() ? ExitCode::accepted : ExitCode::not_sent;
}

ExitCode run(const OutboxResend& command) {
  require_yes(command.yes,
              "resend adds a new message to the same person, one more contact attempt: if the "
              "first one did arrive, it is a duplicate.");
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  const auto added = box.resend(command.id, command.new_id, command.who).value();
  say_success("added " + added.foreign_id + "; the next run sends it, if the policy allows");
  print_document({{"foreign_id", added.foreign_id}, {"resend_of", command.id}});
  return ExitCode::accepted;
}

ExitCode run(const OutboxCancel& command) {
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  box.cancel(command.id).value();
  say_success("cancelled: it is never sent");
  print_document({{"foreign_id", command.id}, {"state", "cancelled"}});
  return ExitCode::accepted;
}

ExitCode run(const OutboxRelease& command) {
  if (command.id.empty() != command.adopted) {
    throw UsageError("release takes a foreign_id or --adopted, one of the two");
  }
  require_yes(
      command.yes,
      command.adopted
          ? "release --adopted makes all messages ready that 'adopt' held: those that were "
            "sent from another copy of the file are sent a second time."
          : "release makes the message ready: the next run sends it, if the policy allows.");
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  std::uint64_t released = 1;
  if (command.adopted) {
    released = box.release_adopted().value();
  } else {
    box.release(command.id).value();
  }
  say_success(std::to_string(released) + " ready again");
  print_document({{"released", released}});
  return ExitCode::accepted;
}

ExitCode run(const OutboxPurge& command) {
  const auto span = span_from("--older-than", command.older_than);
  require_yes(command.yes,
              "purge deletes the texts of messages that were settled longer ago than " +
                  command.older_than + ": they cannot be sent again. What became of them stays.");
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  const auto report = box.purge(std::chrono::system_clock::now() - span).value();
  say_success(std::to_string(report.texts) + " texts deleted");
  print_document({{"texts", report.texts}});
  return ExitCode::accepted;
}

ExitCode run(const OutboxAdopt& command) {
  require_yes(command.yes,
              "adopt accepts this file as the only one of its kind, and holds every message that "
              "is ready, because it may have been sent from another copy. Make sure that no other "
              "copy is used any more.");
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  const std::uint64_t held = box.adopt().value();
  say_success("adopted; " + std::to_string(held) + " held: look at each before you release it");
  print_document({{"held", held}});
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
