#include "outbox/core.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/files.hpp"
#include "outbox/sqlite/schema.hpp"
#include "platform/platform.hpp"
#include "text/characters.hpp"

namespace dropcowboy::outbox {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const std::string& made(const std::string& path) {
  make_private_file(path);
  return path;
}

bool is_in_range(const ContactLimit& limit) noexcept {
  return limit.attempts >= 1 && limit.attempts <= 1'000 && limit.within >= hours(1) &&
         limit.within <= hours(24 * 366);
}

}  // namespace

std::vector<Issue> problems_with(const Options& options) {
  std::vector<Issue> found;
  const auto report = [&](std::string_view field, IssueCode code, std::string message) {
    found.push_back({Severity::error, field, code, std::move(message)});
  };
  if (options.path.empty())
    report("path", IssueCode::missing, "is required: a file on a local disk");
  if (text::is_blank(options.team_id)) {
    report("team_id", IssueCode::missing, "is required: whose messages these are");
  }
  for (const ContactLimit& limit : options.policy.limits) {
    if (is_in_range(limit)) continue;
    report("policy.limits", IssueCode::out_of_range,
           "must be 1 to 1,000 attempts within 1 hour to 366 days");
  }
  if (options.lock_timeout < milliseconds(0) || options.lock_timeout > hours(24)) {
    report("lock_timeout", IssueCode::out_of_range, "must be 0 to 24 hours");
  }
  return found;
}

Error adoption_error(const std::string& path) {
  return not_sent(ErrorKind::storage,
                  path +
                      " is a copy, or older than it was, or another copy of it is in use: what "
                      "it holds as ready may have been sent. Make sure that this is the only "
                      "one, then call adopt()");
}

void refuse(std::string_view foreign_id, std::string why) {
  Error error = not_sent(ErrorKind::invalid_request, std::move(why));
  error.foreign_id = foreign_id;
  throw Exception(std::move(error));
}

Core::Core(Options options)
    : options_(std::move(options)),
      runtime_(options_.runtime ? options_.runtime : Runtime::system()),
      process_(platform::process_id()),
      opened_at_(place_of(made(options_.path))),
      open_file_(opened_at_, options_.path),
      log_is_strange_(look_without_log()),
      commits_(options_.path, options_.lock_timeout, runtime_) {
  sqlite::prepare(commits_.database(), options_.team_id, opened_at_, options_.lock_timeout);
  commits_.prepare_statements();
  commits_.before_commit = [this] { expect_file_in_place(); };
  commits_.after_checkpoint = [this](std::int64_t count) {
    MarksFile(marks_path()).write_without_log(count);
  };
  if (log_is_strange_) {
    write([](sqlite::Store& store) { store.set_place("put back beside a log of another state"); });
  }
  reader_.emplace(options_.path, options_.lock_timeout);
  quick_reader_.emplace(options_.path, options_.lock_timeout);
}

TimePoint Core::now() const {
  return options_.now ? options_.now() : std::chrono::system_clock::now();
}

std::string Core::place() const { return place_of(options_.path); }

// What is written to a file without a name is gone when it is closed.
void Core::expect_file_in_place() const {
  if (place() == opened_at_) return;
  throw Exception(
      not_sent(ErrorKind::storage,
               options_.path +
                   " was moved, deleted or replaced while it was open: put it back, start again"));
}

/// Whether the file has fewer marks of its own than it had: then it was put back, and its log was
/// left there. SQLite takes that for its own, and what the file lost would look ready. Before
/// anything is opened, since closing it writes the log into the file.
bool Core::look_without_log() const {
  const MarksFile marks_file(marks_path());
  const std::int64_t known = marks_file.read_without_log();  // first: it can only grow
  const std::int64_t there = sqlite::marks_without_log(options_.path);
  if (there > known) marks_file.write_without_log(there);
  return there < known;
}

bool Core::needs_adoption() {
  return quick_reader_->place() != place() ||
         MarksFile(marks_path()).read() > quick_reader_->marks();
}

bool Core::is_own_process() const noexcept { return process_ == platform::process_id(); }

}  // namespace dropcowboy::outbox
