#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "commands.hpp"
#include "console.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

/// Small, so that a call whose answer is lost leaves few contacts in doubt.
constexpr std::size_t rows_per_call = 1'000;

ordered_json to_document(const RowRange& range, std::size_t skipped) {
  return {{"first", range.first + skipped}, {"count", range.count}};
}

/// Rows are counted in what was given, with those that were skipped.
class Told {
 public:
  Told(const AppendReport& report, const Contacts& contacts, std::size_t skipped)
      : report_(report), lines_(contacts.lines), skipped_(skipped) {}

  ordered_json document() const {
    ordered_json document = {{"outcome", outcome()},
                             {"accepted_count", report_.accepted_count},
                             {"rejected", rejected()},
                             {"answered", to_document(report_.answered, skipped_)},
                             {"unknown", to_document(report_.unknown, skipped_)},
                             {"not_added", to_document(report_.not_added, skipped_)},
                             {"issues", tool::to_document(report_.issues)}};
    if (report_.error) document["error"] = tool::to_document(*report_.error);
    return document;
  }

  void say() const {
    if (report_.error) tool::say(with_lines(*report_.error));
    say_issues(report_.issues);
    if (report_.error && report_.error->kind == ErrorKind::invalid_request) return say_encoding();
    const std::string taken = std::to_string(report_.accepted_count) + " contacts accepted";
    report_.ok() && report_.rejected.empty() ? say_success(taken) : tool::say(taken);
    if (!report_.rejected.empty()) say_rejected();
    if (!report_.unknown.empty()) {
      say_warning(std::to_string(report_.unknown.count) + " contacts from " +
                  place(report_.unknown.first) +
                  " on may be in the list or not: compare contact-list-get");
    }
    if (report_.error && report_.not_added.count > 0 && report_.answered.count > 0) {
      tool::say("to go on with the rest: --skip-rows " +
                std::to_string(report_.not_added.first + skipped_));
    }
  }

  ExitCode exit_code() const {
    if (!report_.unknown.empty()) return ExitCode::unknown;
    if (report_.error) return exit_code_of(*report_.error);
    return report_.rejected.empty() ? ExitCode::accepted : ExitCode::rejected;
  }

 private:
  const char* outcome() const {
    if (!report_.unknown.empty()) return "unknown";
    if (report_.error) return to_string(report_.error->outcome).data();
    return report_.rejected.empty() ? "accepted" : "rejected";
  }

  ordered_json rejected() const {
    auto rows = ordered_json::array();
    for (const RejectedRow& row : report_.rejected) {
      ordered_json told = {{"index", row.index + skipped_}};
      if (row.index < lines_.size()) told["line"] = lines_[row.index];
      told["reason"] = row.reason;
      rows.push_back(std::move(told));
    }
    return rows;
  }

  void say_rejected() const {
    constexpr std::size_t most = 10;
    say_warning(std::to_string(report_.rejected.size()) + " contacts rejected");
    for (std::size_t i = 0; i < report_.rejected.size() && i < most; ++i) {
      tool::say("  " + place(report_.rejected[i].index) + ": " + report_.rejected[i].reason);
    }
    if (report_.rejected.size() > most) tool::say("  and others; stdout has all of them");
  }

  /// "row 1" becomes "row 1 (line 3)" where the rows come from a CSV.
  Error with_lines(Error error) const {
    constexpr std::string_view row = "row ";
    for (Issue& issue : error.issues) {
      if (issue.message.compare(0, row.size(), row) != 0) continue;
      const std::size_t end = issue.message.find_first_not_of("0123456789", row.size());
      const std::size_t index = std::strtoul(issue.message.c_str() + row.size(), nullptr, 10);
      if (end == std::string::npos || index >= lines_.size()) continue;
      issue.message.insert(end, " (" + place(index) + ')');
    }
    return error;
  }

  void say_encoding() const {
    const auto& issues = report_.error->issues;
    if (std::none_of(issues.begin(), issues.end(),
                     [](const Issue& issue) { return issue.code == IssueCode::invalid_utf8; })) {
      return;
    }
    tool::say("save the file as 'CSV UTF-8', or convert it: iconv -f WINDOWS-1252 -t UTF-8");
  }

  std::string place(std::size_t index) const {
    if (index < lines_.size()) return "line " + std::to_string(lines_[index]);
    return "row " + std::to_string(index + skipped_);
  }

  const AppendReport& report_;
  const std::vector<std::size_t>& lines_;
  const std::size_t skipped_;
};

/// With a bar if it takes more than one call.
AppendReport append(const Session& session, const ContactListAppend& command,
                    const ContactRows& rows) {
  std::optional<ProgressBar> bar;
  const bool takes_time = rows.values.size() > rows_per_call && !command.call.dry_run;
  if (takes_time && validate(rows).ok()) bar.emplace(rows.values.size(), "contacts");
  AppendOptions options;
  options.cancel = session.cancel();
  options.rows_per_call = rows_per_call;
  options.on_progress = [&bar](const AppendProgress& progress) {
    if (bar) bar->show(progress.rows_done);
  };
  return session.client().append_contacts(command.list_id, rows, options);
}

}  // namespace

ExitCode run(const ContactListAppend& command) {
  const Contacts contacts = read_contacts(command.source);
  const Session session(command.call);
  const AppendReport report = append(session, command, contacts.rows);
  if (const auto done = session.print_dry_run()) return *done;
  const Told told(report, contacts, command.source.skip_rows);
  told.say();
  print_document(told.document());
  return told.exit_code();
}

}  // namespace dropcowboy::tool
