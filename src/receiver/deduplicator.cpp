#include "dropcowboy/receiver/deduplicator.hpp"

#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/make_error.hpp"

namespace dropcowboy::receiver {

namespace {

constexpr std::chrono::hours shortest_memory{72};

void require_valid(const DeduplicatorOptions& options) {
  std::vector<Issue> issues;
  if (options.capacity == 0) {
    issues.push_back({Severity::error, "capacity", IssueCode::out_of_range, "must be at least 1"});
  }
  if (options.retention < shortest_memory || options.retention > std::chrono::hours(24 * 366)) {
    issues.push_back({Severity::error, "retention", IssueCode::out_of_range,
                      "must be 72 hours, within which a callback may come, to a year"});
  }
  if (issues.empty()) return;
  throw Exception(bad_configuration("the deduplicator cannot work", std::move(issues)));
}

}  // namespace

struct InMemoryDeduplicator::State {
  using TimePoint = std::chrono::steady_clock::time_point;

  /// A key in `entries`, which does not move, and when it was confirmed.
  struct Record {
    const std::string* key = nullptr;
    TimePoint confirmed{};
  };
  struct Entry {
    std::list<Record>::iterator record{};
    bool is_confirmed = false;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  TimePoint now() const { return options.now ? options.now() : std::chrono::steady_clock::now(); }

  /// The entry of a key, made if there is none.
  std::pair<Entry*, bool> entry_of(const std::string& key) {
    const auto known = entries.find(key);  // which needs no memory, so confirm() cannot fail
    if (known != entries.end()) return {&known->second, false};
    std::list<Record> made(1);  // before the entry, so that there is never one without the other
    const auto position = entries.try_emplace(key).first;
    made.front().key = &position->first;
    position->second.record = made.begin();
    claimed.splice(claimed.end(), made);
    return {&position->second, true};
  }

  void forget_oldest() {
    entries.erase(entries.find(*confirmed.front().key));
    confirmed.pop_front();
  }

  void forget_expired(TimePoint time) {
    while (!confirmed.empty() && time - confirmed.front().confirmed >= options.retention)
      forget_oldest();
  }

  DeduplicatorOptions options;
  mutable std::mutex mutex;
  Entries entries;
  std::list<Record> claimed;
  std::list<Record> confirmed;  ///< oldest first
  std::size_t forgotten_early = 0;
};

InMemoryDeduplicator::InMemoryDeduplicator(DeduplicatorOptions options)
    : state_(std::make_unique<State>()) {
  require_valid(options);
  state_->options = std::move(options);
}

InMemoryDeduplicator::~InMemoryDeduplicator() = default;

Claim InMemoryDeduplicator::claim(const std::string& key) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  state.forget_expired(state.now());
  const auto [entry, is_new] = state.entry_of(key);
  if (is_new) return Claim::fresh;
  return entry->is_confirmed ? Claim::seen : Claim::in_progress;
}

void InMemoryDeduplicator::confirm(const std::string& key) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const auto now = state.now();  // which may throw
  State::Entry& entry = *state.entry_of(key).first;
  if (entry.is_confirmed) return;
  entry.is_confirmed = true;
  entry.record->confirmed = now;
  state.confirmed.splice(state.confirmed.end(), state.claimed, entry.record);
  if (state.confirmed.size() <= state.options.capacity) return;
  state.forget_oldest();
  ++state.forgotten_early;
}

void InMemoryDeduplicator::release(const std::string& key) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const auto position = state.entries.find(key);
  if (position == state.entries.end()) return;
  const State::Entry& entry = position->second;
  (entry.is_confirmed ? state.confirmed : state.claimed).erase(entry.record);
  state.entries.erase(position);
}

std::size_t InMemoryDeduplicator::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->confirmed.size();
}

std::size_t InMemoryDeduplicator::forgotten_early() const {
  const std::lock_guard lock(state_->mutex);
  return state_->forgotten_early;
}

}  // namespace dropcowboy::receiver
