#pragma once

#include <optional>
#include <vector>

#include "dropcowboy/outbox/policy.hpp"

namespace dropcowboy::outbox {

/// What is known about a message when it might be sent.
struct Facts {
  TimePoint now{};
  std::optional<TimePoint> expires{};
  /// The last word about its number; nothing if there is none.
  std::optional<bool> allowed{};
  /// What Policy::earliest answered; `now` if there is no such hook.
  std::optional<TimePoint> earliest{};
  /// When messages may have reached its number, the latest first. At least those that a limit
  /// counts.
  std::vector<TimePoint> attempts{};
};

struct Decision {
  enum class Verdict { send, refuse, wait };

  Verdict verdict = Verdict::send;
  /// If refused.
  Refusal why = Refusal::none;
  /// If it has to wait: ask again then.
  TimePoint until{};
};

/// Whether a message may be sent now. Pure. In this order: expired, forbidden, no consent, the
/// hook, the limits; what would have to wait until it has expired is refused at once.
Decision decide(const Facts& facts, bool require_consent, const std::vector<ContactLimit>& limits);

/// What is known about a keyed message of unknown outcome when it might be sent again.
struct RepeatFacts {
  TimePoint now{};
  /// Until when the service certainly remembers its key.
  TimePoint key_until{};
  /// When it was sent last.
  TimePoint last_attempt{};
  std::optional<TimePoint> expires{};
  std::optional<bool> allowed{};
  std::optional<TimePoint> earliest{};
};

/// Whether it may be sent again, under the same key. Pure. `wait` is always until before the key is
/// forgotten; `refuse` means never, and it stays unknown. A limit does not count here: whether the
/// person is reached by this attempt or by the one before, it is the one contact attempt that has
/// been counted. All else does: the attempt before may not have arrived, so this one may be what
/// reaches a person who has said no meanwhile, or whose message has expired.
Decision decide_repeat(const RepeatFacts& facts, bool require_consent);

/// How far back and how many attempts decide() needs to know.
struct LookBack {
  std::chrono::milliseconds within{};
  int attempts = 0;
};
LookBack look_back(const std::vector<ContactLimit>& limits) noexcept;

}  // namespace dropcowboy::outbox
