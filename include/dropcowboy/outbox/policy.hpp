#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/outbox/message.hpp"

namespace dropcowboy::outbox {

/// No more than `attempts` messages that may have reached one number within any span of `within`.
struct ContactLimit {
  /// Default 3, range 1 to 1,000.
  int attempts = 3;
  /// Default 72 hours, range 1 hour to 366 days.
  std::chrono::hours within{72};
};

/// What must hold before a message leaves. It helps to keep rules; it does not know the law of a
/// place, a person's time zone, or a do-not-call registry: see docs/outbox.md.
struct Policy {
  /// Send only to numbers whose last recorded word is a "yes". Default true; false: somebody else
  /// checks it. A "no" is obeyed in any case.
  bool require_consent = true;
  /// A message waits until every limit lets it go. A message of unknown outcome counts, one that
  /// certainly never left does not. Default: three in 72 hours, as the vendor's accounts have it.
  /// Empty: no limit.
  std::vector<ContactLimit> limits{ContactLimit{}};
  /// When a message may go, for example in the person's calling hours: now or earlier for at once,
  /// a later moment to be asked again then, nothing for never. Called on the thread of run(),
  /// without a lock held, before each mark. If it throws, the message is held. With Options::engine
  /// several runs may ask about the same message before one of them marks it. Default: null, at
  /// once.
  std::function<std::optional<TimePoint>(const RvmRequest& request, TimePoint now)> earliest{};
  /// The same for keyed messages, asked before each repeat, too: nothing then means that it is not
  /// sent again. If only `earliest` is set, keyed messages are held: nobody meant them to go at any
  /// time. Default: null, at once.
  std::function<std::optional<TimePoint>(const v2::RvmRequest& request, TimePoint now)>
      earliest_keyed{};
};

/// The word of a person about one number. The latest by `at` counts; of two at the same moment the
/// "no". None is ever deleted.
struct Permission {
  /// In E.164 form.
  std::string phone_number{};
  /// Whether messages may be sent to it.
  bool allowed = false;
  /// When the person said so. A "yes" must not lie in the future. Default: the moment of recording.
  std::optional<TimePoint> at{};
  /// Where it comes from: "sign-up form", "registry 2026-05". Required.
  std::string source{};
  /// What proves it, for example where the record is kept. Default: empty.
  std::string proof{};
};

}  // namespace dropcowboy::outbox
