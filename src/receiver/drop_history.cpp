#include "dropcowboy/receiver/drop_history.hpp"

namespace dropcowboy::receiver {

namespace {

bool is_opt_out(const Webhook& callback) noexcept {
  return callback.dnc == true || callback.known_reason == Reason::internal_dnc ||
         callback.known_reason == Reason::opt_in_revoked;
}

}  // namespace

std::string_view to_string(DropState state) noexcept {
  switch (state) {
    case DropState::accepted: return "accepted";
    case DropState::unknown: return "unknown";
    case DropState::delivered: return "delivered";
    case DropState::failed: return "failed";
    case DropState::opted_out: break;
  }
  return "opted_out";
}

DropChange apply(const DropHistory& before, const Webhook& callback) noexcept {
  DropChange change{before};
  DropHistory& drop = change.drop;
  const bool has_result = callback.delivered() || callback.failed();
  const bool is_first = has_result && before.result == DropStatus::other;
  change.contradiction = has_result && !is_first && callback.status != before.result;
  if (is_first) drop.result = callback.status;

  if (is_opt_out(callback) && before.state != DropState::opted_out) {
    drop.state = DropState::opted_out;
    drop.reason = callback.known_reason;
  } else if (is_first && before.state != DropState::opted_out) {
    drop.state = callback.delivered() ? DropState::delivered : DropState::failed;
    drop.reason = callback.known_reason;
  }
  change.changed = drop.state != before.state || drop.result != before.result;
  return change;
}

}  // namespace dropcowboy::receiver
