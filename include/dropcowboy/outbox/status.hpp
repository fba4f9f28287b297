#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox {

/// Figures for a person or a monitor. The counts of messages are kept on disk; those of a process
/// begin with open().
struct Status {
  /// By State.
  std::array<std::uint64_t, all_states.size()> messages{};
  /// Refused messages, by Refusal.
  std::array<std::uint64_t, all_refusals.size() + 1> refusals{};
  /// How many are in this state.
  std::uint64_t count(State state) const noexcept {
    return messages[static_cast<std::size_t>(state)];
  }
  /// How many were refused for this reason.
  std::uint64_t count(Refusal refusal) const noexcept {
    return refusals[static_cast<std::size_t>(refusal)];
  }

  /// How long the first message that is due has been waiting; nothing if none is due. Alert on it.
  std::optional<std::chrono::milliseconds> oldest_due_age{};
  /// When the next message is due that is not due yet.
  std::optional<TimePoint> next_due{};
  /// Keyed messages that are unknown and will be sent again by a run() with a client for them.
  std::uint64_t to_be_repeated = 0;
  /// Unknown for more than 72 hours: a person has to decide. Alert on it.
  std::uint64_t unknown_past_72_hours = 0;
  /// The file is not where it was, or older than it was: see Outbox::adopt(). Alert on it.
  bool needs_adoption = false;
  /// On PostgreSQL: a synchronous standby is named, so a failover to it loses no mark. After one to
  /// an asynchronous standby messages would be sent again: needs_adoption says so then.
  bool synchronous_standby = false;
  /// A run() of this process is at work.
  bool running = false;
  /// What Stats::breaker_open of the run's client said last.
  bool breaker_open = false;

  /// @name Since open(), of this process
  /// @{
  std::uint64_t commits = 0;
  /// Pieces of work in them: 1 a commit means that nobody shares.
  std::uint64_t commit_requests = 0;
  /// The slowest 1% of the last 1,024 commits took at least this long.
  std::chrono::microseconds commit_p99{};
  /// Messages marked.
  std::uint64_t marks = 0;
  std::uint64_t callbacks_matched = 0;
  std::uint64_t callbacks_unmatched = 0;      ///< about no message of this file
  std::uint64_t callbacks_contradictory = 0;  ///< success after failure, or the other way round
  std::uint64_t callbacks_for_unsent = 0;     ///< about one that was never sent from here: alert
  /// Pages of 4 KiB in the write-ahead log after the last commit.
  std::uint64_t wal_pages = 0;
  std::uint64_t checkpoints = 0;
  /// Checkpoints that a reader kept from finishing.
  std::uint64_t checkpoints_blocked = 0;
  /// Checkpoints at which the disk failed: look after it. The log only grows meanwhile.
  std::uint64_t checkpoints_failed = 0;
  /// @}
};

/// What record() made of a callback.
struct Recorded {
  /// It is about a message of this outbox.
  bool matched = false;
  /// The message's state is another one now.
  bool changed = false;
  /// See receiver::DropChange::contradiction.
  bool contradiction = false;
  /// From now on nothing is sent to this number.
  bool opted_out = false;
  /// An authentic callback about a message that was never sent from this file: somebody else sends
  /// the same messages, most likely from a copy of it. The run stops; see Outbox::adopt().
  bool for_unsent = false;
};

/// What check_file() found.
struct CheckReport {
  /// In plain words, each with its remedy; empty if all is well.
  std::vector<std::string> problems{};
  /// Whether there is none.
  bool ok() const noexcept { return problems.empty(); }
};

/// What purge() deleted.
struct PurgeReport {
  /// Messages whose text is gone; what became of them is kept.
  std::uint64_t texts = 0;
};

}  // namespace dropcowboy::outbox
