#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "dropcowboy/export.hpp"

namespace dropcowboy::receiver {

/// What a Deduplicator knows about an event.
enum class Claim {
  fresh,        ///< nothing: it is the caller's now, to be confirmed or released
  in_progress,  ///< somebody else has claimed it and not finished
  seen,         ///< it was handed over before
};

/// Remembers which events have reached the application. Put your database behind it if several
/// processes receive, or if one that restarts must not hand an event on again: one table with a
/// unique key, whose insertion is the claim. There a claim that is neither confirmed nor released
/// should lapse after a minute, or a crash would make its event wait for ever.
///
/// Keys are 43 characters out of A-Z, a-z, 0-9, - and _, and do not show the event. Keep them for
/// at least 72 hours. Every member must be thread-safe. What claim() throws becomes a 503; what the
/// others throw is ignored, and the claim then has to lapse.
class DROPCOWBOY_API Deduplicator {
 public:
  Deduplicator() = default;
  Deduplicator(const Deduplicator&) = delete;
  Deduplicator& operator=(const Deduplicator&) = delete;
  virtual ~Deduplicator() = default;

  /// Of any number of callers at once, one is told `fresh`.
  virtual Claim claim(const std::string& key) = 0;
  /// The event has reached the application.
  virtual void confirm(const std::string& key) = 0;
  /// It has not: it is as if it had never been claimed.
  virtual void release(const std::string& key) = 0;
};

/// Settings of an InMemoryDeduplicator.
struct DeduplicatorOptions {
  /// Events remembered at most, about 200 bytes each; past that the oldest is forgotten early, so
  /// for 72 hours this must be as many as come in 72 hours. Must be positive. Default 500,000.
  std::size_t capacity = 500'000;
  /// How long an event is remembered, at least 72 hours: a drop made at night waits until morning,
  /// and a callback may be repeated. Default 72 h.
  std::chrono::hours retention{72};
  /// Default: null, steady_clock.
  std::function<std::chrono::steady_clock::time_point()> now{};
};

/// Remembers in this process's memory only: after a restart everything is new. Thread-safe.
class DROPCOWBOY_API InMemoryDeduplicator final : public Deduplicator {
 public:
  /// Throws Exception (configuration) if the options are out of range.
  explicit InMemoryDeduplicator(DeduplicatorOptions options = {});
  ~InMemoryDeduplicator() override;

  Claim claim(const std::string& key) override;
  void confirm(const std::string& key) override;
  void release(const std::string& key) override;

  /// Events remembered now.
  std::size_t size() const;
  /// Events forgotten before their time because of `capacity`: if this grows, raise it.
  std::size_t forgotten_early() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dropcowboy::receiver
