#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dropcowboy/outbox/outbox.hpp"
#include "outbox/bell.hpp"
#include "outbox/commit_queue.hpp"
#include "outbox/storage.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox {

/// What an Outbox is made of. Thread-safe.
class Core {
 public:
  /// Throws Exception if the file cannot be used.
  explicit Core(Options options);

  const Options& options() const noexcept { return options_; }
  Runtime& runtime() const noexcept { return *runtime_; }
  TimePoint now() const { return storage_->now(); }
  Storage& storage() noexcept { return *storage_; }
  const Storage& storage() const noexcept { return *storage_; }
  Reader& reader() noexcept { return storage_->reader(); }
  Reader& quick_reader() noexcept { return storage_->quick_reader(); }
  const CommitQueue& commits() const noexcept { return commits_; }

  /// Blocks until it is on disk; throws Exception if it is not.
  void write(const CommitQueue::Work& work) { take(commits_.run(work)); }
  /// The same without throwing.
  Result<void> try_write(const CommitQueue::Work& work) { return commits_.run(work); }

  /// False in a child made by fork().
  bool is_own_process() const noexcept;

  /// Rung when there may be something to send.
  const std::shared_ptr<Bell> bell = std::make_shared<Bell>();
  std::atomic<bool> running{false};
  std::atomic<bool> breaker_open{false};
  std::atomic<std::uint64_t> marks{0};
  std::atomic<std::uint64_t> callbacks_matched{0};
  std::atomic<std::uint64_t> callbacks_unmatched{0};
  std::atomic<std::uint64_t> callbacks_contradictory{0};
  std::atomic<std::uint64_t> callbacks_for_unsent{0};

 private:
  static void take(Result<void> result) { result.value(); }

  const Options options_;
  const std::shared_ptr<Runtime> runtime_;
  const long process_;
  const std::unique_ptr<Storage> storage_;
  CommitQueue commits_;
};

/// Of what is not this library's.
inline constexpr const char* threw = "a function of the application's threw an exception";

/// Notes by which resend() knows a result that may be wrong.
inline constexpr const char* contradicted =
    "callbacks contradict each other: it may have been delivered";
inline constexpr const char* unproven = "its result came in a callback that nobody vouches for";

/// Everything that is wrong with the options.
std::vector<Issue> problems_with(const Options& options);

/// The error of a database that has to be adopted first.
Error adoption_error(const std::string& name);

/// What may not be done to a message; nothing was changed.
[[noreturn]] void refuse(std::string_view foreign_id, std::string why);

/// What people do, and callbacks. All of them throw Exception.
std::vector<Added> add(Core& core, const std::vector<Entry>& entries);
std::vector<Added> add_keyed(Core& core, const std::vector<KeyedEntry>& entries);
Added resend(Core& core, std::string_view foreign_id, std::string new_foreign_id,
             std::string_view who);
void permit(Core& core, const std::vector<Permission>& permissions);
void cancel(Core& core, std::string_view foreign_id);
void release(Core& core, std::string_view foreign_id);
std::uint64_t release_adopted(Core& core);
PurgeReport purge(Core& core, TimePoint settled_before);
std::uint64_t adopt(Core& core);
Recorded record(Core& core, const receiver::CallbackEvent& event);
Status status(Core& core);
CheckReport check_file(Core& core);
/// Either client may be null, but not both.
RunReport run(Core& core, const Client* client, const v2::Client* keyed_client,
              const RunOptions& options);

}  // namespace dropcowboy::outbox
