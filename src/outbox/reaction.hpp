#pragma once

#include <chrono>
#include <string>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/result.hpp"

namespace dropcowboy::outbox {

/// What an answer makes of a message that was handed to the client.
struct Reaction {
  /// accepted, unknown, ready, refused or held.
  State state = State::unknown;
  Refusal refusal = Refusal::none;
  /// The fault is the account's, the machine's or the configuration's: no other message would fare
  /// better.
  bool stops_run = false;
  /// If `ready`: the service asked for at least so long.
  std::chrono::milliseconds wait{};
  /// In our words only.
  std::string note{};
};

/// Pure. Whatever is not certain is unknown.
Reaction react(const Result<Receipt>& answer);

/// How long a message waits that came back for the n-th time (from 1): 1 s, 2 s, 4 s, up to 5
/// minutes.
std::chrono::milliseconds backoff(int returned) noexcept;

}  // namespace dropcowboy::outbox
