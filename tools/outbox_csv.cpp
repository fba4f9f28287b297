// Rows of a CSV file as messages.
#include <dropcowboy/rvm.hpp>
#include <unordered_map>
#include <utility>

#include "csv_table.hpp"
#include "outbox_entries.hpp"
#include "time_argument.hpp"
#include "v2_request_flags.hpp"

namespace dropcowboy::tool {

namespace {

/// What a column is for, besides the keys of a request.
constexpr std::string_view other_columns[] = {"not_before", "expires", "consent_source",
                                              "consent_at", "consent_proof"};

/// What a column can be called, and what the number is called among it.
struct Columns {
  const std::vector<RequestFlag>& flags;
  std::string_view number;
};

Columns columns_of(const outbox::Entry&) { return {rvm_flags(), "phone_number"}; }
Columns columns_of(const outbox::KeyedEntry&) { return {v2::rvm_flags(), "to"}; }

/// The key of a request, or one of the above, that a column of this name sets; empty if none. The
/// number has the names of both APIs, so that one file of people serves both.
std::string_view key_called(const std::string& name, const Columns& columns) {
  if (name == "phone" || name == "phone_number" || name == "to") return columns.number;
  for (const RequestFlag& flag : columns.flags) {
    if (flag.key == name) return flag.key;
  }
  for (const std::string_view other : other_columns) {
    if (other == name) return other;
  }
  return {};
}

template <class Entry>
class BatchReader {
  using Request = decltype(Entry::request);

 public:
  explicit BatchReader(const OutboxImport& command)
      : command_(command),
        table_(read_csv_table(command.csv, command.separator)),
        base_(request_of<Request>(command.entry)) {
    if (base_.foreign_id) {
      throw UsageError(
          "foreign_id is an id of one message: give each row its own in a column foreign_id, or "
          "let --batch make them");
    }
    read_names();
  }

  Batch<Entry> read() {
    for (const CsvRow& row : table_.rows) read_row(row);
    return std::move(batch_);
  }

 private:
  bool is_ignored(const std::string& name) const {
    const std::string all = ',' + command_.ignore + ',';
    return all.find(',' + name + ',') != std::string::npos;
  }

  void read_names() {
    const Columns columns = columns_of(Entry());
    for (const std::string& name : table_.names) {
      keys_.push_back(is_ignored(name) ? std::string_view() : key_called(name, columns));
      if (keys_.back().empty() && !is_ignored(name)) {
        throw UsageError("the CSV has a column " + name +
                         ", which is no key of a request: correct its name, or leave it out by "
                         "--ignore " +
                         name);
      }
      for (std::size_t i = 0; i + 1 < keys_.size(); ++i) {
        if (!keys_.back().empty() && keys_[i] == keys_.back()) {
          throw UsageError("the CSV has the column " + std::string(keys_[i]) + " twice");
        }
      }
    }
  }

  FlagValues values_of(const CsvRow& row) const {
    FlagValues values;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (!keys_[i].empty() && !row.values[i].empty()) values[keys_[i]] = row.values[i];
    }
    return values;
  }

  void read_row(const CsvRow& row) {
    const std::size_t issues_before = batch_.issues.size();
    const std::string place = "line " + std::to_string(row.line);
    const FlagValues values = values_of(row);
    Entry entry;
    entry.request = base_;
    std::vector<Issue> issues = set(values, entry.request);
    give_id(entry.request, issues);
    Validation found = validate(entry.request);
    issues.insert(issues.end(), found.errors.begin(), found.errors.end());
    const std::string number = number_of(entry.request);
    if (number.empty() && found.ok()) {
      issues.push_back({Severity::error, "to", IssueCode::missing,
                        "is required instead of contact_id: consent and limits go by the number"});
    }
    for (Issue& issue : issues) {
      issue.message += " (" + place + ')';
      batch_.issues.push_back(std::move(issue));
    }
    entry.not_before = time_of(values, "not_before", command_.entry.not_before, place);
    entry.expires = time_of(values, "expires", command_.entry.expires, place);
    note_word(values, number, place);
    if (batch_.issues.size() == issues_before) take(std::move(entry), row.line);
  }

  void give_id(Request& request, std::vector<Issue>& issues) const {
    if (request.foreign_id) return;
    if (command_.batch.empty()) {
      throw UsageError(
          "the rows have no id: say --batch NAME for one message to each number, or give the CSV "
          "a column foreign_id");
    }
    const std::string number = number_of(request);
    if (number.empty()) return;  // read_row() says so
    auto id = outbox::repeatable_id(command_.batch, number);
    if (id) {
      request.foreign_id = *std::move(id);
    } else {
      for (const Issue& issue : id.error().issues) issues.push_back(issue);
    }
  }

  static std::optional<outbox::TimePoint> time_of(const FlagValues& values, std::string_view key,
                                                  const std::optional<std::string>& flag,
                                                  const std::string& place) {
    const auto own = values.find(key);
    if (own != values.end()) {
      return moment_from(place + ": " + std::string(key), own->second);
    }
    if (flag) return moment_from("--" + std::string(key == "expires" ? key : "not-before"), *flag);
    return std::nullopt;
  }

  /// A "yes", if the row or a flag says where it comes from.
  void note_word(const FlagValues& values, const std::string& number, const std::string& place) {
    const auto own = [&](std::string_view key) -> std::optional<std::string> {
      const auto found = values.find(key);
      return found == values.end() ? std::nullopt : std::optional(found->second);
    };
    const PermissionFlags row = {own("consent_source"), own("consent_at"), own("consent_proof")};
    const PermissionFlags& flags = command_.entry.consent;
    const bool is_said =
        row.source || row.at || row.proof || flags.source || flags.at || flags.proof;
    if (is_said) batch_.permissions.push_back(permission_from(number, true, flags, row, place));
  }

  /// The same id twice in one file is one message, if all else is the same.
  void take(Entry entry, std::size_t line) {
    const auto [first, is_new] =
        index_of_.emplace(*entry.request.foreign_id, batch_.entries.size());
    if (is_new) {
      batch_.entries.push_back(std::move(entry));
      batch_.lines.push_back(line);
      return;
    }
    if (batch_.entries[first->second].request == entry.request) {
      ++batch_.repeated_rows;
      return;
    }
    batch_.issues.push_back(
        {Severity::error, "foreign_id", IssueCode::invalid_value,
         "is that of line " + std::to_string(batch_.lines[first->second]) +
             ", too, but the message is another one: give each a foreign_id of its own, or take "
             "one out (line " +
             std::to_string(line) + ')'});
  }

  const OutboxImport& command_;
  const CsvTable table_;
  const Request base_;
  std::vector<std::string_view> keys_{};  // by column; empty: ignored
  std::unordered_map<std::string, std::size_t> index_of_{};
  Batch<Entry> batch_{};
};

}  // namespace

template <class Entry>
Batch<Entry> read_batch(const OutboxImport& command) {
  return BatchReader<Entry>(command).read();
}

template Batch<outbox::Entry> read_batch(const OutboxImport&);
template Batch<outbox::KeyedEntry> read_batch(const OutboxImport&);

}  // namespace dropcowboy::tool
