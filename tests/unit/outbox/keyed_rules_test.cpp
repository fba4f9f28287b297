// What the database itself forbids about keyed messages, to programs and people alike.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "outbox/times.hpp"
#include "outbox/transitions.hpp"
#include "support/keyed_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;

class OutboxKeyedRules : public support::WithKeyedOutbox {
 protected:
  static constexpr Stored hours_23 = to_stored(std::chrono::milliseconds(23h));
  Stored at(std::chrono::milliseconds after = 0ms) const { return to_stored(start + after); }

  /// What an operator does with the sqlite3 program; true if it was allowed.
  bool may(const std::string& sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    const bool was_allowed =
        sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    return was_allowed;
  }
  /// The message is ready, and was prepared.
  bool prepare() const { return may("INSERT INTO prepared VALUES (1, 'key and bytes')"); }
  bool mark() const {
    return may("UPDATE message SET state = 1, marked_at = " + std::to_string(at()) +
               ", attempted_at = " + std::to_string(at()) +
               ", repeat_until = " + std::to_string(at() + hours_23));
  }
  bool move(State to) const {
    return may("UPDATE message SET state = " + std::to_string(static_cast<int>(to)));
  }
  /// From unknown to sending, at this moment.
  bool repeat(Stored moment, int repeats = 1) const {
    return may("UPDATE message SET state = 1, repeats = " + std::to_string(repeats) +
               ", repeat_at = NULL, attempted_at = " + std::to_string(moment));
  }
  void start_anew() const {
    for (const char* end : {"", "-wal", "-shm", ".marks"}) {
      std::filesystem::remove(path() + end);
    }
  }

  std::string to_sql(State to) const {
    const bool is_marked = may_have_left(to);
    const std::string marked = "coalesce(marked_at, " + std::to_string(at()) + ")";
    return "UPDATE message SET state = " + std::to_string(static_cast<int>(to)) +
           ", why = " + (to == State::refused ? "1" : "0") +
           ", marked_at = " + (is_marked ? marked : "NULL") +
           ", attempted_at = " + std::to_string(at()) + ", repeat_until = " +
           (is_marked ? "coalesce(repeat_until, " + std::to_string(at() + hours_23) + ")"
                      : "NULL") +
           ", repeats = repeats + (state = 3 AND " + (to == State::sending ? "1" : "0") + ")";
  }
};

std::vector<State> way_to(State state) {
  switch (state) {
    case State::ready: return {};
    case State::sending:
    case State::refused:
    case State::held:
    case State::cancelled: return {state};
    default: return {State::sending, state};
  }
}

TEST_F(OutboxKeyedRules, AreTheSameAsInTheTable) {
  for (const State from : all_states) {
    for (const State to : all_states) {
      if (from == to) continue;
      const Outbox box = open();
      add_keyed(box, "a");
      ASSERT_TRUE(prepare());
      for (const State step : way_to(from)) ASSERT_TRUE(may(to_sql(step))) << to_string(step);
      EXPECT_EQ(may(to_sql(to)), may_move_keyed(from, to))
          << to_string(from) << " to " << to_string(to);
      start_anew();
    }
  }
}

TEST_F(OutboxKeyedRules, NothingIsMarkedWithoutItsKeyOnDisk) {
  const Outbox box = open();
  add_keyed(box, "a");
  EXPECT_FALSE(mark());
  ASSERT_TRUE(prepare());
  EXPECT_FALSE(may("UPDATE message SET state = 1, marked_at = 5")) << "nor without an end";
  EXPECT_TRUE(mark());
}

TEST_F(OutboxKeyedRules, ARepeatIsAllowedWithinItsTimeOnly) {
  const Outbox box = open();
  add_keyed(box, "a");
  ASSERT_TRUE(prepare() && mark() && move(State::unknown));
  EXPECT_FALSE(repeat(at(23h)));
  EXPECT_FALSE(repeat(at(1h), 0)) << "each one counts";
  EXPECT_FALSE(repeat(at(1h), 2));
  EXPECT_FALSE(may("UPDATE message SET state = 1, repeats = 1, attempted_at = NULL"));
  EXPECT_TRUE(repeat(at(23h - 1ms)));
}

TEST_F(OutboxKeyedRules, ItsTimeIs23HoursFromTheFirstMarkAndStaysSo) {
  const Outbox box = open();
  add_keyed(box, "a");
  ASSERT_TRUE(prepare());
  EXPECT_FALSE(may("UPDATE message SET state = 1, marked_at = 5, repeat_until = " +
                   std::to_string(5 + hours_23 + 1)));
  ASSERT_TRUE(mark());
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(may("UPDATE message SET repeat_until = repeat_until - 1"));
    EXPECT_FALSE(may("UPDATE message SET repeat_until = NULL"));
    EXPECT_FALSE(may("UPDATE message SET marked_at = marked_at + 1"));
    EXPECT_FALSE(may("UPDATE message SET repeats = repeats - 1"));
    ASSERT_TRUE(move(State::unknown));
  }
}

TEST_F(OutboxKeyedRules, WhatWasUnknownOnceHasNoWayBack) {
  const Outbox box = open();
  add_keyed(box, "a");
  ASSERT_TRUE(prepare() && mark() && move(State::unknown) && repeat(at(1h)));
  const std::string clean = ", marked_at = NULL, repeat_until = NULL";
  EXPECT_FALSE(may("UPDATE message SET state = 0" + clean));
  EXPECT_FALSE(may("UPDATE message SET state = 7, why = 1" + clean));
  EXPECT_FALSE(may("UPDATE message SET state = 8" + clean));
  EXPECT_TRUE(move(State::unknown));
}

TEST_F(OutboxKeyedRules, KeyAndBytesStayWhileItMayHaveLeft) {
  const Outbox box = open();
  add_keyed(box, "a");
  add_keyed(box, "other");
  ASSERT_TRUE(prepare());
  ASSERT_TRUE(may("UPDATE prepared SET text = 'another key'")) << "nobody has seen it yet";
  EXPECT_FALSE(may("UPDATE prepared SET message = 2"));
  const char* const changes[] = {
      "UPDATE prepared SET text = 'x' WHERE message = 1",
      "DELETE FROM prepared WHERE message = 1",
      "INSERT OR REPLACE INTO prepared VALUES (1, 'x')",
      "INSERT INTO prepared VALUES (1, 'x') ON CONFLICT (message) DO UPDATE SET text = 'x'",
  };
  ASSERT_TRUE(may("UPDATE message SET state = 1, marked_at = 5, repeat_until = 6 WHERE id = 1"));
  for (const char* change : changes) EXPECT_FALSE(may(change)) << "sending: " << change;
  ASSERT_TRUE(may("UPDATE message SET state = 3 WHERE id = 1"));
  for (const char* change : changes) EXPECT_FALSE(may(change)) << "unknown: " << change;
  ASSERT_TRUE(may("UPDATE message SET state = 4 WHERE id = 1"));
  EXPECT_TRUE(may("DELETE FROM prepared WHERE message = 1")) << "its text may be deleted then";
  EXPECT_FALSE(may("INSERT INTO prepared VALUES (1, 'x')"));
}

TEST_F(OutboxKeyedRules, OnlyWhatIsUnknownAndHasAKeyIsToBeRepeated) {
  const Outbox box = open();
  add_keyed(box, "a");
  EXPECT_FALSE(may("UPDATE message SET repeat_at = 5"));
  ASSERT_TRUE(prepare() && mark());
  EXPECT_FALSE(may("UPDATE message SET repeat_at = 5"));
  ASSERT_TRUE(move(State::unknown));
  EXPECT_FALSE(may("UPDATE message SET repeat_at = repeat_until"));
  EXPECT_TRUE(may("UPDATE message SET repeat_at = repeat_until - 1"));
}

TEST_F(OutboxKeyedRules, AMessageOfV1IsNeverSentAgain) {
  const Outbox box = open();
  add(box, "a");
  EXPECT_FALSE(may("UPDATE message SET keyed = 1"));
  EXPECT_FALSE(prepare());
  ASSERT_TRUE(may("UPDATE message SET state = 1, marked_at = 5"));
  EXPECT_FALSE(may("UPDATE message SET repeat_until = 6"));
  ASSERT_TRUE(move(State::unknown));
  EXPECT_FALSE(may("UPDATE message SET repeat_at = 6"));
  EXPECT_FALSE(repeat(6));
  EXPECT_FALSE(repeat(6, 0));
  EXPECT_FALSE(may("UPDATE message SET state = 0, marked_at = NULL"));
}

}  // namespace
}  // namespace dropcowboy::outbox
