#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "outbox/decide.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/sqlite/keyed.hpp"
#include "outbox/sqlite/tally.hpp"
#include "outbox/store.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox::sqlite {

/// The file's.
class Store final : public outbox::Store {
 public:
  Store(Database& database, std::function<TimePoint()> calendar);

  void begin() override;
  void commit() override;
  void roll_back() noexcept override;
  void begin_part() override;
  void end_part() override;
  bool undo_part() noexcept override;
  TimePoint now() override { return calendar_(); }

  bool mark(std::int64_t id, Stored now) override;
  bool refuse(std::int64_t id, Refusal why, Stored now) override;
  bool postpone(std::int64_t id, Stored due) override;
  bool hold(std::int64_t id, std::string_view note, Stored now) override;
  bool end_accepted(std::int64_t id, const std::optional<std::string>& drop_id,
                    Stored now) override;
  bool end_unknown(std::int64_t id, std::string_view note, Stored now) override;
  bool end_ready(std::int64_t id, std::string_view note, Stored due) override;
  bool end_refused(std::int64_t id, Refusal why, std::string_view note, Stored now) override;
  bool end_held(std::int64_t id, std::string_view note, Stored now) override;
  std::int64_t settle_abandoned(std::string_view note, Stored now) override;
  int returned(std::int64_t id) override;
  std::optional<bool> allowed(std::string_view phone) override;
  void attempts(std::string_view phone, Stored after, int limit,
                std::vector<TimePoint>& into) override;
  std::int64_t count_marks(std::int64_t more) override;

  std::optional<std::int64_t> insert(const NewMessage& message) override;
  std::optional<Found> find(std::string_view foreign_id) override;
  std::optional<std::string> request_of(std::int64_t id) override;
  bool is_resent(std::int64_t id) override;
  void forbid(std::string_view phone, Stored now, std::string_view source,
              std::string_view proof) override;
  void permit(std::string_view phone, Stored at, bool allowed, std::string_view source,
              std::string_view proof) override;
  bool resolve(const Found& found, State state, std::optional<std::int64_t> result,
               std::int64_t reason, const std::optional<std::string>& drop_id, Stored now) override;
  void annotate(std::int64_t id, std::string_view note) override;
  bool cancel(const Found& found, Stored now) override;
  bool release(const Found& found, Stored now) override;
  std::int64_t hold_ready(std::string_view note, Stored now, int limit) override;
  std::int64_t release_held(std::string_view note, Stored now, int limit) override;
  bool warn_held(std::int64_t& after, std::string_view note, std::string_view but,
                 int limit) override;
  std::optional<std::int64_t> purge(std::int64_t& after, Stored settled_before, int limit) override;

  KeyedStore& keyed() noexcept override { return keyed_; }

  std::string identity() override;
  void set_identity(const std::string& identity) override;
  std::int64_t marks() override;

 private:
  void count(State from, Refusal from_why, State to, Refusal to_why, std::int64_t times = 1) {
    sqlite::count(changes_, from, from_why, to, to_why, times);
  }
  void count(State from, State to) { count(from, Refusal::none, to, Refusal::none); }
  void flush_tally();

  Database& database_;
  const std::function<TimePoint()> calendar_;
  Tally changes_{};
  Tally changes_before_part_{};
  KeyedMoves keyed_;

  Statement begin_, commit_, begin_part_, end_part_;
  Statement mark_, refuse_, postpone_, hold_;
  Statement accept_, to_unknown_, to_ready_, to_refused_, to_held_, settle_abandoned_, returned_;
  Statement allowed_, attempts_, count_marks_, marks_;
  Statement insert_, insert_payload_, find_, request_, is_resent_, permit_, forbid_, resolve_,
      resolve_unsent_;
  Statement annotate_, warn_held_, last_id_;
  Statement cancel_, release_, hold_ready_, release_held_, purge_, purge_keys_, purge_end_;
  Statement identity_, set_identity_, tally_;
};

}  // namespace dropcowboy::outbox::sqlite
