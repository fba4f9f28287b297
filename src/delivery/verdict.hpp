#pragma once

#include "delivery/understood.hpp"
#include "dropcowboy/error.hpp"
#include "dropcowboy/transport.hpp"

namespace dropcowboy::delivery {

/// What is known after one attempt.
struct Verdict {
  Outcome outcome = Outcome::unknown;
  /// Whether the same request may succeed later.
  bool transient = false;
  /// The cause; of no meaning when accepted.
  ErrorKind kind = ErrorKind::service;
  /// Whether a repetition needs a new connection (HTTP 421, 425).
  bool fresh_connection = false;
};

/// Judges what was observed of one attempt. Pure. In this order: a final status decides; without
/// one, what certainly never left is not_sent; anything else is unknown. `meaning` counts for 2xx
/// only.
Verdict judge(const HttpResult& observed, Meaning meaning,
              bool service_unavailable_is_rejection) noexcept;

}  // namespace dropcowboy::delivery
