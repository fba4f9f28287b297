// What the database itself forbids, to programs and people alike.

#include <gtest/gtest.h>

#include "support/outbox_rules.hpp"

namespace dropcowboy::outbox {
namespace {

using OutboxRules = support::WithOutboxRules;

TEST_F(OutboxRules, AreTheSameAsInTheTable) {
  const Outbox box = open();
  add(box, "a");
  expect_rules(
      "", [this](State to) { return plain_move(to); }, may_move);
}

TEST_F(OutboxRules, AnOperatorCannotBreakThem) {
  const Outbox box = open();
  permit(box, "+15550010001", false);
  add(box, "a");
  const char* const forbidden[] = {
      "UPDATE message SET marked_at = 5",  // a ready message was not sent
      "UPDATE message SET foreign_id = 'b'",
      "UPDATE message SET phone = '+15550010002'",
      "UPDATE message SET content = 'x'",
      "DELETE FROM message",
      "DELETE FROM permission",
      "UPDATE permission SET source = 'x'",
      "INSERT INTO message (foreign_id, content, phone, state, not_before, due, expires, marked_at)"
      " VALUES ('z', '', '', 2, 0, 0, 0, 5)",
  };
  for (const char* sql : forbidden) EXPECT_FALSE(may(sql)) << sql;
}

TEST_F(OutboxRules, AMessageOfV1IsNeverSentAgain) {
  const Outbox box = open();
  add(box, "a");
  EXPECT_FALSE(may(change("keyed = 1")));
  EXPECT_FALSE(may("INSERT INTO prepared VALUES (1, 'x')"));
  ASSERT_TRUE(may(plain_move(State::sending)));
  EXPECT_FALSE(may(change("repeat_until = marked_at + 1")));
  ASSERT_TRUE(may(plain_move(State::unknown)));
  EXPECT_FALSE(may(change("repeat_at = 6")));
  for (const char* repeats : {"", ", repeats = 1"}) {
    EXPECT_FALSE(may(change(set_state(State::sending) + ", attempted_at = 6" + repeats)));
  }
  EXPECT_FALSE(may(change(set_state(State::ready) + ", marked_at = NULL")));
}

}  // namespace
}  // namespace dropcowboy::outbox
