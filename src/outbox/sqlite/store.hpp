#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "outbox/decide.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox::sqlite {

/// How many messages are in each state, and of the refused ones how many for each reason.
using Tally = std::array<std::array<std::int64_t, 7>, 10>;

/// A message to be inserted.
struct NewMessage {
  std::string_view foreign_id{};
  std::string_view content{};
  std::string_view phone{};
  std::string_view request{};
  Stored not_before = 0;
  Stored due = 0;
  Stored expires = never;
  std::optional<std::int64_t> resend_of{};
  std::optional<std::string> resent_by{};
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
};

/// All that changes the file, in a transaction of one writer. Every move names the state that it
/// starts from, so that one which came too late changes nothing. Its functions throw Exception
/// (storage).
class Store {
 public:
  explicit Store(Database& database);

  // The transaction, and a part of it that can be undone.
  void begin();
  void commit();
  void roll_back() noexcept;
  void begin_part();
  void end_part();
  /// False if SQLite has rolled back everything.
  bool undo_part() noexcept;

  // The runner. Each of these is false if the message was not in the state that it starts from.
  bool mark(std::int64_t id, Stored now);
  bool refuse(std::int64_t id, Refusal why, Stored now);
  bool postpone(std::int64_t id, Stored due);
  bool hold(std::int64_t id, std::string_view note, Stored now);
  bool end_accepted(std::int64_t id, const std::optional<std::string>& drop_id, Stored now);
  bool end_unknown(std::int64_t id, std::string_view note, Stored now);
  bool end_ready(std::int64_t id, std::string_view note, Stored due);
  bool end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now);
  bool end_held(std::int64_t id, std::string_view note, Stored now);
  /// What is sending becomes unknown; how many.
  std::int64_t rescue(std::string_view note, Stored now);
  /// How often it came back already.
  int returned(std::int64_t id);
  /// The last word about a number, and when messages may have reached it.
  std::optional<bool> allowed(std::string_view phone);
  void attempts(std::string_view phone, Stored after, int limit, std::vector<TimePoint>& into);
  /// Counts marks; how many there have been in all.
  std::int64_t count_marks(std::int64_t more);

  // Everybody else.
  /// The id of the new message; nothing if there is one with this foreign_id.
  std::optional<std::int64_t> insert(const NewMessage& message);
  std::optional<Found> find(std::string_view foreign_id);
  std::optional<std::string> request_of(std::int64_t id);
  bool is_resent(std::int64_t id);
  /// A "no" that is said now: it outranks whatever was said before, by whatever clock.
  void forbid(std::string_view phone, Stored now, std::string_view source, std::string_view proof);
  void permit(std::string_view phone, Stored at, bool allowed, std::string_view source,
              std::string_view proof);
  /// A result; what was never marked counts as marked now.
  bool resolve(const Found& found, State state, std::optional<std::int64_t> result,
               std::int64_t reason, const std::optional<std::string>& drop_id, Stored now);
  /// Sets the note; empty for none.
  void annotate(std::int64_t id, std::string_view note);
  bool cancel(const Found& found, Stored now);
  bool release(const Found& found, Stored now);
  /// Up to so many at a time; how many.
  std::int64_t hold_ready(std::string_view note, Stored now, int limit);
  std::int64_t release_held(std::string_view note, Stored now, int limit);
  /// Adds to the notes of what is held or refused among the messages after `after`, `limit` at a
  /// time, unless they say so or are `but`; `after` is moved on. False if there was none left.
  bool warn_held(std::int64_t& after, std::string_view note, std::string_view but, int limit);
  /// Deletes texts of settled messages among the next `limit` texts after `after`, which is moved
  /// on; nothing if there was none left.
  std::optional<std::int64_t> purge(std::int64_t& after, Stored settled_before, int limit);

  std::string place();
  void set_place(const std::string& place);
  std::int64_t marks();

 private:
  void count(State from, Refusal from_why, State to, Refusal to_why, std::int64_t times = 1);
  void count(State from, State to) { count(from, Refusal::none, to, Refusal::none); }
  void flush_tally();

  Database& database_;
  Tally changes_{};
  Tally changes_before_part_{};

  Statement begin_, commit_, begin_part_, end_part_;
  Statement mark_, refuse_, postpone_, hold_;
  Statement accept_, to_unknown_, to_ready_, to_refused_, to_held_, rescue_, returned_;
  Statement allowed_, attempts_, count_marks_, marks_;
  Statement insert_, insert_payload_, find_, request_, is_resent_, permit_, forbid_, resolve_;
  Statement annotate_, warn_held_, last_id_;
  Statement cancel_, release_, hold_ready_, release_held_, purge_, purge_end_;
  Statement place_, set_place_, tally_;
};

}  // namespace dropcowboy::outbox::sqlite
