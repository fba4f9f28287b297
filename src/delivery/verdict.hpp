#pragma once

#include "dropcowboy/error.hpp"
#include "dropcowboy/transport.hpp"

namespace dropcowboy::delivery {

/// How the body of a 2xx answer reads.
enum class Reading {
  success,  ///< what was asked for
  refusal,  ///< an understood "no"
  unclear,  ///< neither
};

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
/// one, what certainly never left is not_sent; anything else is unknown. `reading` counts for 2xx
/// only.
Verdict judge(const HttpOutcome& observed, Reading reading,
              bool service_unavailable_is_rejection) noexcept;

}  // namespace dropcowboy::delivery
