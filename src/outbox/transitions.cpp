#include "outbox/transitions.hpp"

namespace dropcowboy::outbox {

namespace {

constexpr bool is_result(State state) noexcept {
  return state == State::delivered || state == State::failed || state == State::opted_out;
}

}  // namespace

bool may_move(State from, State to) noexcept {
  switch (from) {
    case State::ready:
      return to == State::sending || to == State::refused || to == State::held ||
             to == State::cancelled || is_result(to);
    case State::sending: return to != State::sending && to != State::cancelled;
    case State::accepted: return is_result(to);
    case State::unknown: return to == State::accepted || is_result(to);
    case State::delivered:
    case State::failed: return to == State::opted_out;
    case State::opted_out: return false;
    case State::refused:
    case State::held: return to == State::ready || to == State::cancelled || is_result(to);
    case State::cancelled: return is_result(to);
  }
  return false;
}

bool may_move_keyed(State from, State to) noexcept {
  return may_move(from, to) || (from == State::unknown && to == State::sending);
}

std::string_view to_string(State state) noexcept {
  switch (state) {
    case State::ready: return "ready";
    case State::sending: return "sending";
    case State::accepted: return "accepted";
    case State::unknown: return "unknown";
    case State::delivered: return "delivered";
    case State::failed: return "failed";
    case State::opted_out: return "opted_out";
    case State::refused: return "refused";
    case State::held: return "held";
    case State::cancelled: break;
  }
  return "cancelled";
}

std::optional<State> state_called(std::string_view name) noexcept {
  for (const State state : all_states) {
    if (to_string(state) == name) return state;
  }
  return std::nullopt;
}

std::string_view to_string(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::none: return "none";
    case Refusal::no_consent: return "no_consent";
    case Refusal::forbidden: return "forbidden";
    case Refusal::too_many_attempts: return "too_many_attempts";
    case Refusal::expired: return "expired";
    case Refusal::by_hook: return "by_hook";
    case Refusal::by_client: break;
  }
  return "by_client";
}

}  // namespace dropcowboy::outbox
