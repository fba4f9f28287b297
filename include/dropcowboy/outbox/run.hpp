#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "dropcowboy/cancel_token.hpp"
#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox {

/// What happened to one message while run() worked. Holds no phone number.
struct Change {
  /// Your id of it.
  std::string foreign_id{};
  /// What it is now. `ready`: it certainly did not leave, and will be tried again.
  State state = State::ready;
  /// Why, if it is refused.
  Refusal refusal = Refusal::none;
  /// As Message::note.
  std::string note{};
};

/// How run() sends.
struct RunOptions {
  /// Messages marked and not answered at once, at most. If the process dies, as many become
  /// unknown. More than LimitOptions::max_in_flight keeps the client busy while marks are written
  /// to disk. Two clients get half of it each. Default 128, range 1 to 10,000; with two clients
  /// from 2.
  int max_unanswered = 128;
  /// Return once nothing is ready any more, now or later, nor to be repeated. Messages with a `due`
  /// or a `repeat_at` in the future are waited for. Default false: wait for new ones.
  bool until_empty = false;
  /// Return once nothing is due now; what is due, or repeated, later stays. Default false.
  bool until_idle = false;
  /// Stops the run: nothing more is marked, and what is under way ends. Default: nobody stops it.
  CancelToken stop = CancelToken::never();
  /// How long a stopped run waits for what the client already has. After that it is cancelled: what
  /// never left is ready again, what was under way is unknown. Default 30 s; 0: at once; a week at
  /// most.
  std::chrono::milliseconds drain_for{30'000};
  /// How often to look for what another process has added. Default 200 ms, range 1 ms to
  /// a week.
  std::chrono::milliseconds poll_every{200};
  /// @name Where several machines send from one database
  /// What the account allows all of them together: each run takes the limit divided by the number
  /// of runs that live. Only for Options::engine; give all of them the same.
  /// @{

  /// Requests per second. A run sets its client's rate to its part, and leaves it so. Default 0:
  /// each client keeps its own; range up to 10,000.
  double account_rate = 0;
  /// Messages under way. Default 99, for the service asks for fewer than 100; 0: no common limit;
  /// range up to 10,000.
  int account_in_flight = 99;
  /// @}
  /// Told of every change after it is on disk, on the thread of run(). What it throws is swallowed.
  /// Not told of one whose commit took effect though its answer was lost. Default: none.
  std::function<void(const Change&)> on_change{};
};

/// What a run did.
struct RunReport {
  /// Marked, and handed to the client.
  std::uint64_t handed_over = 0;
  /// Taken by the service.
  std::uint64_t accepted = 0;
  /// A keyed message counts each time.
  std::uint64_t unknown = 0;
  /// Certainly not sent, and ready again; a message counts each time.
  std::uint64_t returned = 0;
  /// Not sent, by policy.
  std::uint64_t refused = 0;
  /// Not sent: rejected by the service, or unreadable.
  std::uint64_t held = 0;
  /// Left behind by a run that died: unknown now, and repeated if it has a key.
  std::uint64_t abandoned = 0;
  /// Keyed messages handed to the client again after an unknown outcome; they count in handed_over,
  /// too.
  std::uint64_t repeated = 0;
  /// Put off, because a limit or Policy::earliest said so; a message counts each time.
  std::uint64_t postponed = 0;
  /// Why the run could not go on: a fault of the account, the machine, the configuration or the
  /// database. What was not sent is ready again. Nothing if it was stopped, or done.
  std::optional<Error> error{};

  /// Whether nothing stopped it but its end, or a token.
  bool ok() const noexcept { return !error; }
};

}  // namespace dropcowboy::outbox
