#pragma once

#include <array>

#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox {

/// Whether a message in this state may have left: it counts as a contact attempt.
constexpr bool may_have_left(State state) noexcept {
  return state >= State::sending && state <= State::opted_out;
}

/// Whether a message may go from one state to another; staying is no move. The database has the
/// same table in a trigger.
///
/// The rule behind it: what may have left is never made ready again, unless it is `sending` and
/// certainly did not reach the service. What never left may be found to have left, by an authentic
/// callback: then another copy of the file is in use.
bool may_move(State from, State to) noexcept;

/// The same of a keyed message. It has one move more: what is unknown may be sent again, within its
/// time and with the key and the bytes that it had. And some less, which depend on more than the
/// state: what was unknown once has no way to ready, refused or held, `sending` or not.
bool may_move_keyed(State from, State to) noexcept;

}  // namespace dropcowboy::outbox
