#pragma once

#include <string>

#include "dropcowboy/receiver/webhook_receiver.hpp"

namespace dropcowboy::receiver {

/// What makes two callbacks the same event: event_id and event where the service's signature
/// vouches for them (or nobody vouches for anything); else foreign_id as it came, phone number,
/// drop_id, status, reason, whether it is an opt-out, and attempt_date (the whole body if that
/// cannot be read), so that the holder of one tag cannot make another message's callback look old;
/// and the whole body of a callback that names neither message nor drop. An empty id names nothing.
std::string dedup_key(const CallbackEvent& event);

}  // namespace dropcowboy::receiver
