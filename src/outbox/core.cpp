#include "outbox/core.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/engine.hpp"
#include "outbox/sqlite/storage.hpp"
#include "platform/platform.hpp"
#include "text/characters.hpp"

namespace dropcowboy::outbox {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

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
  if (options.path.empty() && !options.engine) {
    report("path", IssueCode::missing, "is required: a file on a local disk");
  }
  if (!options.path.empty() && options.engine) {
    report("path", IssueCode::invalid_value, "cannot be given together with an engine");
  }
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

Error adoption_error(const std::string& name) {
  return not_sent(ErrorKind::storage,
                  name +
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
      storage_(options_.engine ? options_.engine->open(options_) : sqlite::open_storage(options_)),
      commits_(*storage_, runtime_) {}

bool Core::is_own_process() const noexcept { return process_ == platform::process_id(); }

}  // namespace dropcowboy::outbox
