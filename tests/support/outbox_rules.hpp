#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "outbox/times.hpp"
#include "outbox/transitions.hpp"
#include "support/keyed_outbox.hpp"

namespace dropcowboy::support {

/// An outbox whose rules somebody tries to break by hand.
class WithOutboxRules : public WithKeyedOutbox {
 protected:
  using State = outbox::State;
  using Stored = outbox::Stored;

  static constexpr Stored hours_23 =
      outbox::to_stored(std::chrono::milliseconds(std::chrono::hours(23)));
  Stored at(std::chrono::milliseconds after = {}) const { return outbox::to_stored(start + after); }

  bool may(const std::string& sql) const { return by_hand(sql).empty(); }

  /// The first message changes like this.
  static std::string change(const std::string& what) {
    return "UPDATE message SET " + what + " WHERE id = 1;";
  }
  /// A message of v1 comes to this state.
  std::string plain_move(State to) const {
    return change(set_state(to) + ", why = " + (to == State::refused ? "1" : "0") +
                  ", marked_at = " + if_marked(to, at()));
  }
  /// A keyed one does.
  std::string keyed_move(State to) const {
    const std::string is_repeat = to == State::sending ? "1" : "0";
    return change(
        set_state(to) + ", why = " + (to == State::refused ? "1" : "0") +
        ", marked_at = " + if_marked(to, at()) + ", attempted_at = " + std::to_string(at()) +
        ", repeat_until = " + if_marked(to, at() + hours_23, "repeat_until") +
        ", repeats = repeats + CASE " + "WHEN state = 3 THEN " + is_repeat + " ELSE 0 END");
  }

  /// Tries every pair of states, with moves as `move` writes them; `before` is done first.
  template <class Move, class MayMove>
  void expect_rules(const std::string& before, Move move, MayMove may_move) const {
    for (const State from : outbox::all_states) {
      std::string way = "BEGIN;" + before;
      for (const State step : way_to(from)) way += move(step);
      ASSERT_EQ(by_hand(way), "") << "to " << to_string(from);
      for (const State to : outbox::all_states) {
        if (from == to) continue;
        const std::string said = by_hand(way + move(to));
        EXPECT_EQ(said.empty(), may_move(from, to))
            << to_string(from) << " to " << to_string(to) << ": " << said;
      }
    }
  }

 private:
  static std::string if_marked(State to, Stored value, const std::string& column = "marked_at") {
    return outbox::may_have_left(to) ? "coalesce(" + column + ", " + std::to_string(value) + ")"
                                     : "NULL";
  }
  /// By moves that are allowed.
  static std::vector<State> way_to(State state) {
    switch (state) {
      case State::ready: return {};
      case State::sending:
      case State::refused:
      case State::held:
      case State::cancelled: return {state};
      default: return {State::sending, state};
    }
  }
};

}  // namespace dropcowboy::support
