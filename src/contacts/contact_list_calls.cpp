#include "contacts/contact_list_calls.hpp"

#include <algorithm>
#include <iterator>

#include "contacts/contact_codec.hpp"
#include "core/checker.hpp"
#include "delivery/plain_call.hpp"
#include "text/url.hpp"

namespace dropcowboy {

namespace {

using delivery::Effect;
using delivery::Operation;
using delivery::Pipeline;

constexpr std::string_view no_such_list = "the service knows no such contact list: check list_id";

constexpr Operation create{
    "POST /list", HttpMethod::post, Effect::adds, &understand_contact_list,
    "The list may have been created: look for it in your account before you create it again"};
constexpr Operation get{
    "GET /list/{list_id}", HttpMethod::get, Effect::reads, &understand_contact_list, {},
    no_such_list};
constexpr Operation rename{"POST /list/{list_id}",
                           HttpMethod::post,
                           Effect::sets,
                           &understand_bare_answer,
                           "It may have been renamed; renaming it once more does no harm",
                           no_such_list};
constexpr Operation remove{"DELETE /list/{list_id}",
                           HttpMethod::del,
                           Effect::sets,
                           &understand_bare_answer,
                           "It may have been removed; removing it once more does no harm",
                           no_such_list};
constexpr Operation append{
    "POST /list/{list_id}/contacts",
    HttpMethod::post,
    Effect::adds,
    &understand_append,
    "The rows may have been added: compare the list's contact_count before you append them again",
    no_such_list,
    delivery::long_response_bytes};

void check_name(Checker& check, std::string_view name) {
  if (text::is_blank(name)) {
    return check.error("list_name", IssueCode::missing, "is required: what to call the list");
  }
  check.check_clean("list_name", name);
}

void check_id(Checker& check, std::string_view id) {
  check.check_path_id("list_id", id, "is required: create_contact_list() returns it");
}

std::string path_of(std::string_view list_id, std::string_view rest = {}) {
  return "/list/" + text::percent_encoded(list_id) + std::string(rest);
}

Result<void> without_value(const Pipeline& pipeline, const Operation& operation,
                           const std::string& path, std::string body, const CallOptions& options) {
  auto answer = delivery::call(pipeline, operation, path, std::move(body), options);
  if (!answer) return std::move(answer).error();
  return {};
}

/// Appends row by row range, and keeps the books.
class Appender {
 public:
  Appender(const Pipeline& pipeline, std::string_view list_id, const ContactRows& rows,
           const AppendOptions& options)
      : pipeline_(pipeline),
        path_(path_of(list_id, "/contacts")),
        rows_(rows),
        options_(options),
        call_options_{options.total_timeout, options.cancel} {}

  AppendReport run() && {
    const std::size_t total = rows_.values.size();
    for (RowRange range; range.first < total; range.first += range.count) {
      range.count = std::min(options_.rows_per_call, total - range.first);
      auto response =
          delivery::call(pipeline_, append, path_, encode_rows(rows_, range), call_options_);
      if (!response) return std::move(*this).stopped_at(range, std::move(response).error());
      if (auto error = take(range, *std::move(response))) {
        return std::move(*this).stopped_at(range, *std::move(error));
      }
      tell_progress();
    }
    return std::move(*this).finished_at(total);
  }

 private:
  /// Enters what the service says of these rows; an Error, and nothing entered, if it does not say
  /// of each what became of it.
  std::optional<Error> take(RowRange range, delivery::Response answer) {
    auto said = std::any_cast<AppendAnswer&&>(std::move(answer.value));
    said.keep_rows(range.count);
    if (!said.accounts_for(range.count)) {
      return delivery::unclear(append, std::move(answer),
                               "the answer does not say what became of each of " + name_of(range));
    }
    for (RejectedRow& row : said.rejected) row.index += range.first;
    for (Issue& issue : said.issues) issue.message += " (" + name_of(range) + ")";
    std::move(said.rejected.begin(), said.rejected.end(), std::back_inserter(report_.rejected));
    std::move(said.issues.begin(), said.issues.end(), std::back_inserter(report_.issues));
    // At most the rows of one call, or accounts_for() would have said no.
    report_.accepted_count += static_cast<std::size_t>(said.accepted_count);
    report_.answered.count = range.first + range.count;
    return std::nullopt;
  }

  static std::string name_of(RowRange range) {
    return "rows " + std::to_string(range.first) + " to " +
           std::to_string(range.first + range.count - 1);
  }

  void tell_progress() const {
    if (!options_.on_progress) return;
    try {
      options_.on_progress({report_.answered.count, rows_.values.size(), report_.accepted_count,
                            report_.rejected.size()});
    } catch (...) {
      // A listener must not change what becomes of the rows.
    }
  }

  AppendReport stopped_at(RowRange range, Error error) && {
    const bool is_unknown = error.outcome == Outcome::unknown;
    report_.unknown = {range.first, is_unknown ? range.count : 0};
    report_.error = std::move(error);
    return std::move(*this).finished_at(range.first + report_.unknown.count);
  }

  /// From `next` on nothing was added.
  AppendReport finished_at(std::size_t next) && {
    if (report_.unknown.empty()) report_.unknown.first = next;
    report_.not_added = {next, rows_.values.size() - next};
    return std::move(report_);
  }

  const Pipeline& pipeline_;
  const std::string path_;
  const ContactRows& rows_;
  const AppendOptions& options_;
  const CallOptions call_options_;
  AppendReport report_;
};

AppendReport nothing_added(const ContactRows& rows, Error error) {
  AppendReport report;
  report.not_added.count = rows.values.size();
  report.error = std::move(error);
  return report;
}

}  // namespace

Result<ContactList> create_contact_list(const Pipeline& pipeline, std::string_view list_name,
                                        const CallOptions& options) {
  Checker check;
  check_name(check, list_name);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return delivery::call_for<ContactList>(pipeline, create, "/list", encode_list_name(list_name),
                                         options);
}

Result<ContactList> get_contact_list(const Pipeline& pipeline, std::string_view list_id,
                                     const CallOptions& options) {
  Checker check;
  check_id(check, list_id);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return delivery::call_for<ContactList>(pipeline, get, path_of(list_id), {}, options);
}

Result<void> rename_contact_list(const Pipeline& pipeline, std::string_view list_id,
                                 std::string_view list_name, const CallOptions& options) {
  Checker check;
  check_id(check, list_id);
  check_name(check, list_name);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return without_value(pipeline, rename, path_of(list_id), encode_list_name(list_name), options);
}

Result<void> delete_contact_list(const Pipeline& pipeline, std::string_view list_id,
                                 const CallOptions& options) {
  Checker check;
  check_id(check, list_id);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  auto removed = without_value(pipeline, remove, path_of(list_id), {}, options);
  if (!removed && delivery::is_gone(removed.error())) return {};
  return removed;
}

AppendReport append_contacts(const Pipeline& pipeline, std::string_view list_id,
                             const ContactRows& rows, const AppendOptions& options) {
  Checker check;
  check_id(check, list_id);
  if (options.rows_per_call < 1 || options.rows_per_call > max_rows_per_call) {
    check.error("rows_per_call", IssueCode::out_of_range, "must be 1 to 10,000");
  }
  check.add(validate(rows));
  if (auto error = refusal_of(std::move(check).result()))
    return nothing_added(rows, *std::move(error));
  return Appender(pipeline, list_id, rows, options).run();
}

}  // namespace dropcowboy
