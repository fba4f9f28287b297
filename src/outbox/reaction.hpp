#pragma once

#include <chrono>
#include <string>

#include "dropcowboy/error.hpp"
#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox {

/// What an answer makes of a message that was handed to the client.
struct Reaction {
  /// accepted, unknown, ready, refused or held.
  State state = State::unknown;
  Refusal refusal = Refusal::none;
  /// The fault is the account's, the machine's or the configuration's: no other message would fare
  /// better.
  bool stops_run = false;
  /// If `ready` or `unknown`: the service asked for at least so long.
  std::chrono::milliseconds wait{};
  /// In our words only.
  std::string note{};
};

/// Pure; `error` is null if the service took the message. Whatever is not certain is unknown, and
/// nothing but a yes is certain of one that was sent before: it is the attempt before that is in
/// doubt.
Reaction react(const Error* error, bool was_sent_before = false);

/// How long a message waits that came back, or is in doubt, for the n-th time (from 1): 1 s, 2 s,
/// 4 s, up to 5 minutes.
std::chrono::milliseconds backoff(int returned) noexcept;

}  // namespace dropcowboy::outbox
