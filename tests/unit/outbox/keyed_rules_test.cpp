// What the database itself forbids about keyed messages, to programs and people alike.

#include <gtest/gtest.h>

#include "support/outbox_rules.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;

class OutboxKeyedRules : public support::WithOutboxRules {
 protected:
  static constexpr const char* prepare_first = "INSERT INTO prepared VALUES (1, 'key and bytes');";
  /// The message is ready, and was prepared.
  bool prepare() const { return may(prepare_first); }
  bool mark() const { return may(keyed_move(State::sending)); }
  bool move(State to) const { return may(change(set_state(to))); }
  /// From unknown to sending, at this moment.
  bool repeat(Stored moment, int repeats = 1) const {
    return may(change(set_state(State::sending) + ", repeats = " + std::to_string(repeats) +
                      ", repeat_at = NULL, attempted_at = " + std::to_string(moment)));
  }
};

TEST_F(OutboxKeyedRules, AreTheSameAsInTheTable) {
  const Outbox box = open();
  add_keyed(box, "a");
  expect_rules(
      prepare_first, [this](State to) { return keyed_move(to); }, may_move_keyed);
}

TEST_F(OutboxKeyedRules, NothingIsMarkedWithoutItsKeyOnDisk) {
  const Outbox box = open();
  add_keyed(box, "a");
  EXPECT_FALSE(mark());
  ASSERT_TRUE(prepare());
  EXPECT_FALSE(may(plain_move(State::sending))) << "nor without an end";
  EXPECT_TRUE(mark());
}

TEST_F(OutboxKeyedRules, ARepeatIsAllowedWithinItsTimeOnly) {
  const Outbox box = open();
  add_keyed(box, "a");
  ASSERT_TRUE(prepare() && mark() && move(State::unknown));
  EXPECT_FALSE(repeat(at(23h)));
  EXPECT_FALSE(repeat(at(1h), 0)) << "each one counts";
  EXPECT_FALSE(repeat(at(1h), 2));
  EXPECT_FALSE(may(change(set_state(State::sending) + ", repeats = 1, attempted_at = NULL")));
  EXPECT_TRUE(repeat(at(23h - 1ms)));
}

TEST_F(OutboxKeyedRules, ItsTimeIs23HoursFromTheFirstMarkAndStaysSo) {
  const Outbox box = open();
  add_keyed(box, "a");
  ASSERT_TRUE(prepare());
  EXPECT_FALSE(may(change(set_state(State::sending) +
                          ", marked_at = 5, repeat_until = " + std::to_string(5 + hours_23 + 1))));
  ASSERT_TRUE(mark());
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(may(change("repeat_until = repeat_until - 1")));
    EXPECT_FALSE(may(change("repeat_until = NULL")));
    EXPECT_FALSE(may(change("marked_at = marked_at + 1")));
    EXPECT_FALSE(may(change("repeats = repeats - 1")));
    ASSERT_TRUE(move(State::unknown));
  }
}

TEST_F(OutboxKeyedRules, WhatWasUnknownOnceHasNoWayBack) {
  const Outbox box = open();
  add_keyed(box, "a");
  ASSERT_TRUE(prepare() && mark() && move(State::unknown) && repeat(at(1h)));
  const std::string clean = ", marked_at = NULL, repeat_until = NULL";
  EXPECT_FALSE(may(change(set_state(State::ready) + clean)));
  EXPECT_FALSE(may(change(set_state(State::refused) + ", why = 1" + clean)));
  EXPECT_FALSE(may(change(set_state(State::held) + clean)));
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
      "INSERT INTO prepared VALUES (1, 'x') ON CONFLICT (message) DO UPDATE SET text = 'x'",
      overwrite_prepared,
  };
  ASSERT_TRUE(mark());
  for (const char* change : changes) EXPECT_FALSE(may(change)) << "sending: " << change;
  ASSERT_TRUE(move(State::unknown));
  for (const char* change : changes) EXPECT_FALSE(may(change)) << "unknown: " << change;
  ASSERT_TRUE(move(State::delivered));
  EXPECT_FALSE(may(changes[0])) << "it may still be compared";
  EXPECT_TRUE(may(changes[1])) << "its text may be deleted then";
  EXPECT_FALSE(prepare());
}

TEST_F(OutboxKeyedRules, OnlyWhatIsUnknownAndHasAKeyIsToBeRepeated) {
  const Outbox box = open();
  add_keyed(box, "a");
  EXPECT_FALSE(may(change("repeat_at = 5")));
  ASSERT_TRUE(prepare() && mark());
  EXPECT_FALSE(may(change("repeat_at = 5")));
  ASSERT_TRUE(move(State::unknown));
  EXPECT_FALSE(may(change("repeat_at = repeat_until")));
  EXPECT_TRUE(may(change("repeat_at = repeat_until - 1")));
}

}  // namespace
}  // namespace dropcowboy::outbox
