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
  const auto word = box.permission_of(number).value();
  if (!word) ++stored.without_consent;
  if (word && !word->allowed) ++stored.forbidden;
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

RvmRequest request_of(const EntryFlags& flags) {
  RvmRequest request;
  if (!flags.json.empty()) request = RvmRequest::from_json(read_text(flags.json)).value();
  std::vector<Issue> issues = apply(flags.values, request);
  if (issues.empty()) return request;
  Error error;
  error.kind = ErrorKind::invalid_request;
  error.outcome = Outcome::not_sent;
  error.message = "the request has an error, so nothing was stored";
  error.issues = std::move(issues);
  throw Exception(std::move(error));
}

dropcowboy::v2::RvmRequest keyed_request_of(const EntryFlags& flags) {
  dropcowboy::v2::RvmRequest request;
  if (!flags.json.empty()) {
    request = dropcowboy::v2::RvmRequest::from_json(read_text(flags.json)).value();
  }
  v2::apply(flags.values, request);
  return request;
}

// Words first: whatever happens then, what people said is true all the same.
Stored store(const Outbox& box, const Batch& batch, const CancelToken& stop) {
  const std::size_t total = batch.entries.size();
  Stored stored;
  for (std::size_t at = 0; at < batch.words.size(); at += entries_per_commit) {
    record(box, part(batch.words, at, at + entries_per_commit));
  }
  ProgressBar bar(total > entries_per_commit ? total : 0, "messages");
  for (std::size_t at = 0; at < total; at += entries_per_commit) {
    stored.interrupted = stop.cancelled();
    if (stored.interrupted) break;
    const auto entries = part(batch.entries, at, at + entries_per_commit);
    const auto added = box.add(entries);
    if (!added) {
      stored.error = added.error();
      break;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ++((*added)[i].was_there ? stored.was_there : stored.added);
      count_consent(box, entries[i].request.phone_number, stored);
    }
    if (total == 1) stored.foreign_ids.push_back((*added)[0].foreign_id);
    bar.show(std::min(total, at + entries_per_commit));
  }
  return stored;
}

Stored store(const Outbox& box, const outbox::KeyedEntry& entry, const std::vector<Word>& words) {
  Stored stored;
  if (!words.empty()) record(box, words);
  const auto added = box.add_keyed({entry});
  if (!added) {
    stored.error = added.error();
    return stored;
  }
  ++((*added)[0].was_there ? stored.was_there : stored.added);
  count_consent(box, entry.request.to.value_or(""), stored);
  stored.foreign_ids.push_back((*added)[0].foreign_id);
  return stored;
}

}  // namespace dropcowboy::tool
