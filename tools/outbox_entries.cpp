#include "outbox_entries.hpp"

#include <algorithm>

#include "console.hpp"
#include "input.hpp"
#include "v2_request_flags.hpp"

namespace dropcowboy::tool {

using outbox::Outbox;

namespace {

constexpr std::size_t entries_per_commit = 500;

void count_consent(const Outbox& box, const std::string& number, Stored& stored) {
  const auto last = box.permission_of(number).value();
  if (!last) ++stored.without_consent;
  if (last && !last->allowed) ++stored.forbidden;
}

Result<std::vector<outbox::Added>> add_to(const Outbox& box,
                                          const std::vector<outbox::Entry>& entries) {
  return box.add(entries);
}

Result<std::vector<outbox::Added>> add_to(const Outbox& box,
                                          const std::vector<outbox::KeyedEntry>& entries) {
  return box.add_keyed(entries);
}

/// The part from `begin` to `end`.
template <class T>
std::vector<T> part(const std::vector<T>& all, std::size_t begin, std::size_t end) {
  const auto at = [&](std::size_t index) {
    return all.begin() + static_cast<std::ptrdiff_t>(std::min(index, all.size()));
  };
  return {at(begin), at(end)};
}

}  // namespace

std::vector<Issue> set(const FlagValues& values, RvmRequest& request) {
  return apply(values, request);
}

std::vector<Issue> set(const FlagValues& values, dropcowboy::v2::RvmRequest& request) {
  v2::apply(values, request);
  return {};
}

std::string number_of(const RvmRequest& request) { return request.phone_number; }

std::string number_of(const dropcowboy::v2::RvmRequest& request) { return request.to.value_or(""); }

template <class Request>
Request request_of(const EntryFlags& flags) {
  Request request;
  if (!flags.json.empty()) request = Request::from_json(read_text(flags.json)).value();
  std::vector<Issue> issues = set(flags.values, request);
  if (issues.empty()) return request;
  Error error;
  error.kind = ErrorKind::invalid_request;
  error.outcome = Outcome::not_sent;
  error.message = "the request has an error, so nothing was stored";
  error.issues = std::move(issues);
  throw Exception(std::move(error));
}

template RvmRequest request_of(const EntryFlags&);
template dropcowboy::v2::RvmRequest request_of(const EntryFlags&);

// Words first: whatever happens then, what people said is true all the same.
template <class Entry>
Stored store(const Outbox& box, const Batch<Entry>& batch, const CancelToken& stop) {
  const std::size_t total = batch.entries.size();
  Stored stored;
  for (std::size_t at = 0; at < batch.permissions.size(); at += entries_per_commit) {
    record(box, part(batch.permissions, at, at + entries_per_commit));
  }
  ProgressBar bar(total > entries_per_commit ? total : 0, "messages");
  for (std::size_t at = 0; at < total; at += entries_per_commit) {
    stored.interrupted = stop.cancelled();
    if (stored.interrupted) break;
    const auto entries = part(batch.entries, at, at + entries_per_commit);
    const auto added = add_to(box, entries);
    if (!added) {
      stored.error = added.error();
      break;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ++((*added)[i].was_there ? stored.was_there : stored.added);
      count_consent(box, number_of(entries[i].request), stored);
    }
    if (total == 1) stored.foreign_ids.push_back((*added)[0].foreign_id);
    bar.show(std::min(total, at + entries_per_commit));
  }
  return stored;
}

template Stored store(const Outbox&, const Batch<outbox::Entry>&, const CancelToken&);
template Stored store(const Outbox&, const Batch<outbox::KeyedEntry>&, const CancelToken&);

}  // namespace dropcowboy::tool
