// status, list, export, check: what only reads.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "console.hpp"
#include "outbox_box.hpp"
#include "system.hpp"
#include "time_argument.hpp"

namespace dropcowboy::tool {

using nlohmann::ordered_json;
using outbox::Message;
using outbox::Outbox;
using outbox::Page;
using outbox::Query;

namespace {

std::string or_empty(const std::optional<outbox::TimePoint>& time) {
  return time ? in_utc(*time) : std::string();
}

std::string result_of(const Message& message) {
  return message.result == DropStatus::other ? "" : std::string(to_string(message.result));
}

/// As RFC 4180 has it.
void append_value(std::string& line, const std::string& value) {
  if (!line.empty()) line += ',';
  if (value.find_first_of(",\"\r\n") == std::string::npos) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

constexpr const char* csv_names =
    "id,foreign_id,phone_number,state,refusal,due,expires,marked_at,settled_at,returned,result,"
    "reason,drop_id,note,resend_of,resent_by\r\n";

std::string csv_line(const Message& message) {
  const bool is_ready = message.state == outbox::State::ready;
  const bool is_refused = message.refusal != outbox::Refusal::none;
  std::string line = std::to_string(message.id);
  for (const std::string& value :
       {message.foreign_id, message.phone_number, std::string(to_string(message.state)),
        is_refused ? std::string(to_string(message.refusal)) : std::string(),
        is_ready ? in_utc(message.due) : std::string(), or_empty(message.expires),
        or_empty(message.marked_at), or_empty(message.settled_at), std::to_string(message.returned),
        result_of(message),
        message.reason == Reason::none ? std::string() : std::string(to_string(message.reason)),
        message.drop_id, message.note, message.resend_of, message.resent_by}) {
    append_value(line, value);
  }
  return line + "\r\n";
}

/// A new file that only its owner may read.
class PrivateFile {
 public:
  explicit PrivateFile(const std::string& path)
      : path_(path), file_(make_private_file(file_named(path))) {
    if (file_ == nullptr) fail();
  }
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  ~PrivateFile() {
    if (file_ != nullptr) std::fclose(file_);
  }

  void write(const std::string& text) const {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }

  /// Says whether everything is there.
  void close() {
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw UsageError("cannot write " + path_ + ": " + std::strerror(errno) +
                     (errno == EEXIST ? "; choose a new name" : ""));
  }

  const std::string path_;
  std::FILE* file_;
};

std::uint64_t export_to(const PrivateFile& file, const Outbox& box, Query query) {
  query.limit = 1'000;
  std::uint64_t count = 0;
  file.write(csv_names);
  for (;;) {
    const Page page = box.list(query).value();
    std::string lines;
    for (const Message& message : page.messages) lines += csv_line(message);
    file.write(lines);
    count += page.messages.size();
    if (!page.next) return count;
    query.after = *page.next;
  }
}

}  // namespace

ExitCode run(const OutboxStatus& command) {
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  const outbox::Status status = box.status().value();
  if (say_alerts(status) == 0) say_success("nothing that a person has to look at");
  print_document(to_document(status));
  return ExitCode::accepted;
}

ExitCode run(const OutboxList& command) {
  Query query = to_query(command.query);
  query.foreign_id = command.id;
  query.after = command.after;
  query.limit = command.limit;
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  const Page page = box.list(query).value();
  auto messages = ordered_json::array();
  for (const Message& message : page.messages) messages.push_back(to_document(message));
  ordered_json document = {{"messages", std::move(messages)}};
  if (page.next) document["next"] = *page.next;
  say("messages: " + std::to_string(page.messages.size()) +
      (page.next ? "; more of them: --after " + std::to_string(*page.next) : ""));
  print_document(document);
  return ExitCode::accepted;
}

ExitCode run(const OutboxExport& command) {
  const Query query = to_query(command.query);
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  PrivateFile file(command.csv);
  const std::uint64_t count = export_to(file, box, query);
  file.close();
  say_success(std::to_string(count) + " messages in " + command.csv);
  print_document({{"exported", count}, {"file", command.csv}});
  return ExitCode::accepted;
}

ExitCode run(const OutboxCheck& command) {
  const Outbox box = open_outbox(command.outbox, IfMissing::refuse);
  const outbox::CheckReport report = box.check_file().value();
  for (const std::string& problem : report.problems) say_error(problem);
  if (report.ok()) say_success("the file is in order");
  print_document({{"ok", report.ok()}, {"problems", report.problems}});
  return report.ok() ? ExitCode::accepted : ExitCode::usage;
}

}  // namespace dropcowboy::tool
