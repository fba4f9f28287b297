#pragma once

#include "dropcowboy/webhook.hpp"

namespace dropcowboy::receiver {

/// Whether a callback says that nothing may be sent to the contact any more.
inline bool is_opt_out(const Webhook& callback) noexcept {
  return callback.dnc == true || callback.known_reason == Reason::internal_dnc ||
         callback.known_reason == Reason::opt_in_revoked;
}

}  // namespace dropcowboy::receiver
