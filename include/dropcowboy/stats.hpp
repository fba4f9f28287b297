#pragma once

#include <cstdint>

namespace dropcowboy {

/// What a client has done since it was made, and what it is doing now. Counts are of calls, unless
/// they say otherwise. A message counts once, when it has its final outcome, also if it is refused
/// at once; of the other calls, those that passed their checks count. What append_contacts() or
/// delete_contact_list() concludes from an answer that came is in its result, and not counted here.
struct Stats {
  /// Handed over to send_async and not attempted yet.
  std::uint64_t queued = 0;
  /// Attempts under way at this moment, send and send_async together.
  std::uint64_t in_flight = 0;

  /// Taken by the service.
  std::uint64_t accepted = 0;
  /// Refused by the service.
  std::uint64_t rejected = 0;
  /// Perhaps taken, perhaps not.
  std::uint64_t unknown = 0;
  /// Certainly not taken by the service; those that were refused at once are among them.
  std::uint64_t not_sent = 0;

  /// Attempts made after a first one.
  std::uint64_t retries = 0;
  /// Connections made; reused ones count once.
  std::uint64_t connections_opened = 0;

  /// Whether the breaker lets no message start, or only a few to try: see BreakerOptions.
  bool breaker_open = false;
  /// How often it has opened; a failed probe opens it again.
  std::uint64_t breaker_opened = 0;
};

}  // namespace dropcowboy
