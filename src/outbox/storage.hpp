#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "dropcowboy/outbox/status.hpp"
#include "outbox/store.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox {

class KeyedReader;

/// All that only reads; it holds up no writer. Thread-safe. Its functions throw Exception
/// (storage).
class Reader {
 public:
  virtual ~Reader() = default;

  /// What is due of v1, the first first.
  virtual std::vector<Candidate> due(Stored now, int limit) = 0;
  /// When the next ready message of v1 is due; nothing if none is ready.
  virtual std::optional<Stored> next_due() = 0;
  virtual Page list(const Query& query, Stored now) = 0;
  /// Of a message of v1.
  virtual std::optional<std::string> request_of(std::string_view foreign_id) = 0;
  virtual std::optional<Permission> permission_of(std::string_view phone) = 0;
  /// The same of keyed messages.
  virtual KeyedReader& keyed() noexcept = 0;
  /// All but what only this process knows.
  virtual void fill(Status& status, Stored now) = 0;
  /// Damage, broken rules and wrong sums, in words.
  virtual std::vector<std::string> problems() = 0;
};

/// Held while a run, or an adoption, is at work.
class RunRight {
 public:
  virtual ~RunRight() = default;
  /// Told how many marks there have been, once they are on disk.
  virtual void note_marks(std::int64_t marks) noexcept = 0;
  /// How often Store::beat() has to be called; zero: never.
  virtual std::chrono::milliseconds beat_every() const noexcept { return {}; }
};

/// The database of an outbox, open. What CommitQueue uses of it is for one thread at a time, all
/// else is thread-safe. Its functions throw Exception.
class Storage {
 public:
  virtual ~Storage() = default;

  /// For people: which database it is.
  virtual const std::string& name() const noexcept = 0;
  /// The calendar that counts.
  virtual TimePoint now() const = 0;

  // For CommitQueue.
  virtual Store& store() noexcept = 0;
  /// Throws if nothing may be written any more.
  virtual void before_commit() = 0;
  /// After each commit, done or failed.
  virtual void after_commit() noexcept = 0;

  /// For what may take its time.
  virtual Reader& reader() noexcept = 0;
  /// For the runner and for status(), which wait for no list() and no check_file().
  virtual Reader& quick_reader() noexcept = 0;
  /// Adds what only this object knows.
  virtual void fill(Status& status) const = 0;

  /// What tells the database from a copy of it: compared with Store::identity().
  virtual std::string identity() const = 0;
  /// Whether a person has to say that no other copy is used.
  virtual bool needs_adoption() = 0;
  /// Told how many marks there have been, once the database is accepted as the only one.
  virtual void note_adoption(std::int64_t marks) = 0;

  /// Whether several runs work at once: then each claims what it sends.
  virtual bool is_shared() const noexcept { return false; }
  /// Throws Exception (storage, transient) while somebody else's stands in the way.
  virtual std::unique_ptr<RunRight> start_run() = 0;
  virtual std::unique_ptr<RunRight> start_adoption() = 0;
};

}  // namespace dropcowboy::outbox
