#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "outbox/core.hpp"
#include "text/characters.hpp"
#include "text/phone_number.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr int per_commit = 10'000;
constexpr const char* adopted = "ready when the file was adopted: it may have been sent";
constexpr const char* stopped_before_adoption =
    "it was so when the file was adopted: it may have been released and sent since";

void check_permission(const Permission& permission, TimePoint now, std::vector<Issue>& issues) {
  const auto report = [&](std::string_view field, IssueCode code, std::string message) {
    issues.push_back({Severity::error, field, code, std::move(message)});
  };
  if (text::check_phone_number(permission.phone_number) != text::PhoneFault::none) {
    report("phone_number", IssueCode::invalid_phone_number, "must be in E.164 form: +15552223333");
  }
  if (permission.allowed && permission.at && *permission.at > now + clock_error) {
    report("at", IssueCode::out_of_range, "a yes cannot lie in the future");
  }
  if (text::is_blank(permission.source)) {
    report("source", IssueCode::missing, "is required: where this is known from");
  }
  if (!text::is_utf8(permission.source)) {
    report("source", IssueCode::invalid_utf8, "is not UTF-8");
  }
  if (!text::is_utf8(permission.proof)) report("proof", IssueCode::invalid_utf8, "is not UTF-8");
}

/// The message, which must be in one of these states.
Found find_in(Store& store, std::string_view foreign_id, std::initializer_list<State> states,
              const char* otherwise) {
  auto found = store.find(foreign_id);
  if (!found) refuse(foreign_id, "there is no such message");
  if (std::find(states.begin(), states.end(), found->state) == states.end()) {
    refuse(foreign_id, "it is " + std::string(to_string(found->state)) + ": " + otherwise);
  }
  return *std::move(found);
}

/// Writes in pieces until one of them does nothing; the sum.
template <class Piece>
std::uint64_t write_in_pieces(Core& core, Piece piece) {
  std::uint64_t sum = 0;
  for (;;) {
    std::int64_t done = 0;
    core.write([&](Store& store) { done = piece(store); });
    if (done == 0) return sum;
    sum += static_cast<std::uint64_t>(done);
  }
}

/// What a person finds held or refused in a file that lacks what happened since.
void warn_held(Core& core) {
  std::int64_t after = 0;
  for (bool is_more = true; is_more;) {
    std::int64_t next = after;
    core.write([&](Store& store) {
      next = after;
      is_more = store.warn_held(next, stopped_before_adoption, adopted, per_commit);
    });
    after = next;
  }
}

}  // namespace

void permit(Core& core, const std::vector<Permission>& permissions) {
  const TimePoint now = core.now();
  std::vector<Issue> problems;
  for (std::size_t index = 0; index < permissions.size(); ++index) {
    std::vector<Issue> issues;
    check_permission(permissions[index], now, issues);
    for (Issue& issue : issues) {
      issue.message.insert(0, "(entry " + std::to_string(index) + ") ");
      problems.push_back(std::move(issue));
    }
  }
  if (!problems.empty()) {
    Error error = invalid_request(std::move(problems));
    error.message = "permissions are not in order, so none was recorded";
    throw Exception(std::move(error));
  }
  if (permissions.empty()) return;
  core.write([&](Store& store) {
    for (const Permission& one : permissions) {
      if (!one.allowed && !one.at) {
        store.forbid(one.phone_number, to_stored(now), one.source, one.proof);
      } else {
        store.permit(one.phone_number, to_stored(one.at.value_or(now)), one.allowed, one.source,
                     one.proof);
      }
    }
  });
}

void cancel(Core& core, std::string_view foreign_id) {
  core.write([&](Store& store) {
    const auto found = find_in(store, foreign_id, {State::ready, State::held, State::refused},
                               "only what has not left can be cancelled");
    store.cancel(found, to_stored(core.now()));
  });
}

void release(Core& core, std::string_view foreign_id) {
  core.write([&](Store& store) {
    const auto found = find_in(store, foreign_id, {State::held, State::refused},
                               "only what is held or refused can be released");
    store.release(found, to_stored(core.now()));
  });
  core.bell->ring();
}

std::uint64_t release_adopted(Core& core) {
  const std::uint64_t released = write_in_pieces(core, [&](Store& store) {
    return store.release_held(adopted, to_stored(core.now()), per_commit);
  });
  core.bell->ring();
  return released;
}

PurgeReport purge(Core& core, TimePoint settled_before) {
  constexpr int texts_per_commit = 1'000;
  const Stored before = to_stored(settled_before);
  PurgeReport report;
  std::int64_t after = 0;
  for (bool is_done = false; !is_done;) {
    std::int64_t next = after;
    std::optional<std::int64_t> deleted;
    core.write([&](Store& store) {
      next = after;
      deleted = store.purge(next, before, texts_per_commit);
    });
    after = next;
    is_done = !deleted;
    report.texts += static_cast<std::uint64_t>(deleted.value_or(0));
  }
  return report;
}

std::uint64_t adopt(Core& core) {
  Storage& storage = core.storage();
  const auto alone = storage.start_adoption();
  const Stored now = to_stored(core.now());
  write_in_pieces(core, [&](Store& store) { return store.settle_abandoned(left_behind, now); });
  warn_held(core);
  const std::uint64_t held = write_in_pieces(
      core, [&](Store& store) { return store.hold_ready(adopted, now, per_commit); });
  std::int64_t marks = 0;
  core.write([&](Store& store) {
    store.set_identity(storage.identity());
    marks = store.marks();
  });
  storage.note_adoption(marks);
  return held;
}

Status status(Core& core) {
  Status status;
  core.quick_reader().fill(status, to_stored(core.now()));
  status.needs_adoption = core.storage().needs_adoption();
  status.running = core.running;
  status.breaker_open = core.breaker_open;
  status.marks = core.marks;
  status.callbacks_matched = core.callbacks_matched;
  status.callbacks_unmatched = core.callbacks_unmatched;
  status.callbacks_contradictory = core.callbacks_contradictory;
  status.callbacks_for_unsent = core.callbacks_for_unsent;
  const CommitQueue::Counts counts = core.commits().counts();
  status.commits = counts.commits;
  status.commit_requests = counts.requests;
  status.commit_p99 = counts.p99;
  core.storage().fill(status);
  return status;
}

CheckReport check_file(Core& core) {
  CheckReport report;
  report.problems = core.reader().problems();
  if (core.storage().needs_adoption()) {
    report.problems.push_back(adoption_error(core.storage().name()).message);
  }
  return report;
}

}  // namespace dropcowboy::outbox
