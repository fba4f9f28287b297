#pragma once

#include <array>
#include <cstdint>

#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox::sqlite {

/// How many messages are in each state, and of the refused ones how many for each reason.
using Tally = std::array<std::array<std::int64_t, all_refusals.size() + 1>, all_states.size()>;

constexpr std::size_t index_of(State state) noexcept { return static_cast<std::size_t>(state); }
constexpr std::size_t index_of(Refusal why) noexcept { return static_cast<std::size_t>(why); }

/// So many messages went from one place to another.
inline void count(Tally& tally, State from, Refusal from_why, State to, Refusal to_why,
                  std::int64_t times = 1) noexcept {
  tally[index_of(from)][index_of(from_why)] -= times;
  tally[index_of(to)][index_of(to_why)] += times;
}

}  // namespace dropcowboy::outbox::sqlite
