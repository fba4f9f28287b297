#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "outbox/decide.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox {

class KeyedStore;

/// A message to be inserted.
struct NewMessage {
  std::string foreign_id{};
  std::string content{};
  std::string phone{};
  std::string request{};
  Stored not_before = 0;
  Stored due = 0;
  Stored expires = never;
  std::optional<std::int64_t> resend_of{};
  std::optional<std::string> resent_by{};
  bool keyed = false;
};

/// A message as it is stored, for what people and callbacks do to it.
struct Found {
  std::int64_t id = 0;
  std::string phone{};
  std::string content{};
  State state = State::ready;
  Refusal why = Refusal::none;
  Stored not_before = 0;
  Stored expires = never;
  std::optional<Stored> marked_at{};
  std::optional<Stored> settled_at{};
  std::optional<std::int64_t> result{};
  std::int64_t reason = 0;
  std::string note{};
  bool keyed = false;
};

/// A message that is due, as the runner reads it.
struct Candidate {
  std::int64_t id = 0;
  std::string foreign_id{};
  std::string phone{};
  Stored expires = never;
  /// Nothing if its text is gone.
  std::optional<std::string> request{};
};

/// What a run learns of those that work with it.
struct Fellows {
  /// How many runs live, itself among them.
  int runs = 1;
  /// When the breaker of another one opened, the last that did and is open.
  std::optional<Stored> breaker_opened_at{};
};

/// The note of what settle_abandoned() finds.
inline constexpr const char* left_behind = "a run died while it may have been on its way";

/// All that changes the database, in a transaction. Every move names the state that it starts from,
/// so that one which came too late changes nothing. For one thread at a time. Its functions throw
/// Exception (storage).
class Store {
 public:
  virtual ~Store() = default;

  // The transaction, and a part of it that can be undone.
  virtual void begin() = 0;
  /// Sends what was collected so far; throws if a row was not as expected, so before the commit.
  virtual void flush() {}
  virtual void commit() = 0;
  virtual void roll_back() noexcept = 0;
  virtual void begin_part() = 0;
  virtual void end_part() = 0;
  /// False if nothing of the transaction is left.
  virtual bool undo_part() noexcept = 0;
  /// Whether the last failure was a conflict with another transaction: the same work may go well if
  /// it is done again from the start.
  virtual bool is_repeatable() const noexcept { return false; }
  /// The moment of the transaction, by the calendar that counts.
  virtual TimePoint now() = 0;

  // A run among several: for storage that is_shared().
  /// A sign of life of the run at work, with the moment at which its client's breaker opened, if it
  /// is open.
  virtual Fellows beat(Stored, std::optional<Stored>) { return {}; }
  /// What this run has marked and not handed over is ready again: a commit failed, and took effect
  /// all the same. How many.
  virtual std::int64_t give_back(const std::vector<std::int64_t>&, Stored) { return 0; }
  /// Told which answers will be written, all at once.
  virtual void expect_answers(const std::vector<std::int64_t>&) {}
  /// What is due of v1, the first first, locked together with its number, so that no other run
  /// decides about either; and what decide() needs to know is read.
  virtual std::vector<Candidate> claim(Stored, int, const LookBack&) { return {}; }
  /// The same of these, of either kind; those that were claimed.
  virtual std::vector<std::int64_t> claim_these(const std::vector<std::int64_t>&, Stored, int,
                                                const LookBack&) {
    return {};
  }
  /// No run claims anything before this moment.
  virtual void pause_all(Stored) {}

  // The runner. Each of these is false if the message was not in the state that it starts from.
  virtual bool mark(std::int64_t id, Stored now) = 0;
  virtual bool refuse(std::int64_t id, Refusal why, Stored now) = 0;
  virtual bool postpone(std::int64_t id, Stored due) = 0;
  virtual bool hold(std::int64_t id, std::string_view note, Stored now) = 0;
  virtual bool end_accepted(std::int64_t id, const std::optional<std::string>& drop_id,
                            Stored now) = 0;
  virtual bool end_unknown(std::int64_t id, std::string_view note, Stored now) = 0;
  virtual bool end_ready(std::int64_t id, std::string_view note, Stored due) = 0;
  virtual bool end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now) = 0;
  virtual bool end_held(std::int64_t id, std::string_view note, Stored now) = 0;
  /// What is sending, and no living run vouches for, becomes unknown, and keyed messages among it
  /// are soon sent again; how many.
  virtual std::int64_t settle_abandoned(std::string_view note, Stored now) = 0;
  /// How often it came back already.
  virtual int returned(std::int64_t id) = 0;
  /// The last word about a number, and when messages may have reached it.
  virtual std::optional<bool> allowed(std::string_view phone) = 0;
  virtual void attempts(std::string_view phone, Stored after, int limit,
                        std::vector<TimePoint>& into) = 0;
  /// Counts marks; how many there have been in all.
  virtual std::int64_t count_marks(std::int64_t more) = 0;

  // Everybody else.
  /// The id of the new message; nothing if there is one with this foreign_id.
  virtual std::optional<std::int64_t> insert(const NewMessage& message) = 0;
  /// The same for many; whether each was inserted.
  virtual std::vector<bool> insert_all(const std::vector<NewMessage>& messages) {
    std::vector<bool> inserted;
    inserted.reserve(messages.size());
    for (const NewMessage& one : messages) inserted.push_back(insert(one).has_value());
    return inserted;
  }
  virtual std::optional<Found> find(std::string_view foreign_id) = 0;
  virtual std::optional<std::string> request_of(std::int64_t id) = 0;
  virtual bool is_resent(std::int64_t id) = 0;
  /// A "no" that is said now: it outranks whatever was said before, by whatever clock.
  virtual void forbid(std::string_view phone, Stored now, std::string_view source,
                      std::string_view proof) = 0;
  virtual void permit(std::string_view phone, Stored at, bool allowed, std::string_view source,
                      std::string_view proof) = 0;
  /// A result; what was never marked counts as marked now.
  virtual bool resolve(const Found& found, State state, std::optional<std::int64_t> result,
                       std::int64_t reason, const std::optional<std::string>& drop_id,
                       Stored now) = 0;
  /// Sets the note; empty for none.
  virtual void annotate(std::int64_t id, std::string_view note) = 0;
  virtual bool cancel(const Found& found, Stored now) = 0;
  virtual bool release(const Found& found, Stored now) = 0;
  /// Up to so many at a time; how many.
  virtual std::int64_t hold_ready(std::string_view note, Stored now, int limit) = 0;
  virtual std::int64_t release_held(std::string_view note, Stored now, int limit) = 0;
  /// Adds to the notes of what is held or refused among the messages after `after`, `limit` at a
  /// time, unless they say so or are `but`; `after` is moved on. False if there was none left.
  virtual bool warn_held(std::int64_t& after, std::string_view note, std::string_view but,
                         int limit) = 0;
  /// Deletes texts of settled messages among the next `limit` texts after `after`, which is moved
  /// on; nothing if there was none left.
  virtual std::optional<std::int64_t> purge(std::int64_t& after, Stored settled_before,
                                            int limit) = 0;

  /// What else can be done to keyed messages.
  virtual KeyedStore& keyed() noexcept = 0;

  /// What the database was when it was made, or adopted last; see Storage::identity().
  virtual std::string identity() = 0;
  virtual void set_identity(const std::string& identity) = 0;
  /// No run sends from now on, until somebody adopts the database. `why` is found in it.
  void require_adoption(const char* why) { set_identity(why); }
  virtual std::int64_t marks() = 0;
};

}  // namespace dropcowboy::outbox
