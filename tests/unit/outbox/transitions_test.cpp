#include "outbox/transitions.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dropcowboy::outbox {
namespace {

// Rows: from; columns: to; in the order of State.
constexpr const char* table[] = {
    // rsaudfoRhc
    ".x..xxxxxx",  // ready
    "x.xxxxxxx.",  // sending
    "....xxx...",  // accepted
    "..x.xxx...",  // unknown
    "......x...",  // delivered
    "......x...",  // failed
    "..........",  // opted_out
    "x...xxx..x",  // refused
    "x...xxx..x",  // held
    "....xxx...",  // cancelled
};

TEST(Transitions, EveryPair) {
  for (const State from : all_states) {
    for (const State to : all_states) {
      const char expected = table[static_cast<int>(from)][static_cast<int>(to)];
      EXPECT_EQ(may_move(from, to), expected == 'x') << to_string(from) << " to " << to_string(to);
    }
  }
}

TEST(Transitions, WhatMayHaveLeftIsNeverReadyAgain) {
  for (const State from : all_states) {
    if (may_have_left(from) && from != State::sending) {
      EXPECT_FALSE(may_move(from, State::ready)) << to_string(from);
      EXPECT_FALSE(may_move(from, State::sending)) << to_string(from);
      EXPECT_FALSE(may_move(from, State::held)) << to_string(from);
    }
  }
}

// However many moves it takes.
TEST(Transitions, NoWayLeadsBackFromUnknownOrAccepted) {
  for (const State start : {State::accepted, State::unknown, State::delivered, State::failed}) {
    bool reached[10] = {};
    reached[static_cast<int>(start)] = true;
    for (int round = 0; round < 10; ++round) {
      for (const State from : all_states) {
        if (!reached[static_cast<int>(from)]) continue;
        for (const State to : all_states) {
          if (may_move(from, to)) reached[static_cast<int>(to)] = true;
        }
      }
    }
    EXPECT_FALSE(reached[static_cast<int>(State::ready)]) << to_string(start);
    EXPECT_FALSE(reached[static_cast<int>(State::sending)]) << to_string(start);
  }
}

TEST(Transitions, AKeyAddsTheOneMoveFromUnknownToSending) {
  for (const State from : all_states) {
    for (const State to : all_states) {
      const bool is_repeat = from == State::unknown && to == State::sending;
      EXPECT_EQ(may_move_keyed(from, to), is_repeat || may_move(from, to))
          << to_string(from) << " to " << to_string(to);
    }
  }
}

TEST(Transitions, StatesAreFoundByTheirNames) {
  for (const State state : all_states) EXPECT_EQ(state_called(to_string(state)), state);
  EXPECT_FALSE(state_called("sent"));
}

TEST(Transitions, RefusalsHaveTheirNames) {
  const std::string names[] = {"none",    "no_consent", "forbidden", "too_many_attempts",
                               "expired", "by_hook",    "by_client"};
  int number = 0;
  for (const std::string& name : names) {
    EXPECT_EQ(to_string(static_cast<Refusal>(number++)), name);
  }
}

}  // namespace
}  // namespace dropcowboy::outbox
