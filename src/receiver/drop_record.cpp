#include "dropcowboy/receiver/drop_record.hpp"

namespace dropcowboy::receiver {

namespace {

/// The result that decided the state, also if only the state was kept.
DropStatus earlier_result(const DropRecord& drop) noexcept {
  if (drop.result != DropStatus::other) return drop.result;
  if (drop.state == DropState::delivered) return DropStatus::success;
  if (drop.state == DropState::failed) return DropStatus::failure;
  return DropStatus::other;
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

bool is_overdue(const DropRecord& drop, std::chrono::seconds age,
                std::chrono::seconds due) noexcept {
  const bool is_open = drop.state == DropState::accepted || drop.state == DropState::unknown;
  return is_open && drop.result == DropStatus::other && age > due;
}

DropChange record(const DropRecord& before, const Webhook& callback) noexcept {
  DropChange change{before};
  DropRecord& drop = change.drop;
  const bool has_result = callback.delivered() || callback.failed();
  const DropStatus earlier = earlier_result(before);
  const bool is_first = has_result && earlier == DropStatus::other;
  change.contradiction = has_result && !is_first && callback.status != earlier;
  if (is_first) drop.result = callback.status;

  if (callback.opted_out() && before.state != DropState::opted_out) {
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
