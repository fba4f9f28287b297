#include "dropcowboy/receiver/drop_record.hpp"
#include "outbox/core.hpp"
#include "outbox/transitions.hpp"
#include "text/characters.hpp"
#include "text/phone_number.hpp"

namespace dropcowboy::outbox {

namespace {

using receiver::DropState;

constexpr const char* sent_elsewhere =
    "a callback came for it, though it was never sent from this file";

constexpr const char* conflict =
    "the service knows its key with other bytes: what became of it is not known";

/// Such a callback is about a repeat, which was not taken; it says nothing of the attempt before.
bool is_about_a_repeat(const Found& found, const Webhook& callback) noexcept {
  return found.keyed && callback.known_reason == Reason::idempotency_key_conflict;
}

constexpr bool is_authentic(const receiver::CallbackEvent& event) noexcept {
  return event.authenticity != receiver::Authenticity::none;
}

DropState drop_state(State state) noexcept {
  switch (state) {
    case State::accepted: return DropState::accepted;
    case State::delivered: return DropState::delivered;
    case State::failed: return DropState::failed;
    case State::opted_out: return DropState::opted_out;
    default: return DropState::unknown;
  }
}

/// What record() makes of a message moves it to one of three states.
State message_state(DropState state, State otherwise) noexcept {
  switch (state) {
    case DropState::delivered: return State::delivered;
    case DropState::failed: return State::failed;
    case DropState::opted_out: return State::opted_out;
    case DropState::accepted:
    case DropState::unknown: break;
  }
  return otherwise;
}

receiver::DropRecord record_of(const Found& found) noexcept {
  receiver::DropRecord record;
  record.state = drop_state(found.state);
  if (found.result) record.result = static_cast<DropStatus>(*found.result);
  record.reason = static_cast<Reason>(found.reason);
  return record;
}

/// The number that an event is about in E.164 form; empty if it holds none.
std::string number_in(const Webhook& callback) {
  if (!callback.phone_number) return {};
  std::string number = "+" + text::digits_of(*callback.phone_number);
  return text::check_phone_number(number) == text::PhoneFault::none ? number : std::string();
}

/// An authentic callback for a message that never left from here.
void hold_all_runs(Store& store, const Found& found, bool is_resolved, Stored now) {
  if (found.state == State::ready && !is_resolved) store.hold(found.id, sent_elsewhere, now);
  store.require_adoption(sent_elsewhere);
}

/// What a person who would send it again has to know.
void annotate_result(Store& store, const Found& found, const receiver::CallbackEvent& event,
                     const receiver::DropChange& change) {
  const bool has_result = event.callback.delivered() || event.callback.failed();
  if (change.contradiction) {
    store.annotate(found.id, contradicted);
  } else if (change.changed && has_result && !is_authentic(event)) {
    store.annotate(found.id, unproven);
  } else if (has_result && is_authentic(event) && found.note == unproven) {
    store.annotate(found.id, "");
  }
}

void record_for(Store& store, const Found& found, const receiver::CallbackEvent& event, Stored now,
                Recorded& recorded) {
  recorded.matched = true;
  const bool has_left = may_have_left(found.state);
  if (!has_left && !is_authentic(event)) return;
  if (has_left && is_about_a_repeat(found, event.callback)) {
    if (found.state == State::unknown) store.annotate(found.id, conflict);
    return;
  }
  const auto change = receiver::record(record_of(found), event.callback);
  recorded.contradiction = change.contradiction;
  if (change.changed) {
    std::optional<std::int64_t> result;
    if (change.drop.result != DropStatus::other) {
      result = static_cast<std::int64_t>(change.drop.result);
    }
    recorded.changed =
        store.resolve(found, message_state(change.drop.state, found.state), result,
                      static_cast<std::int64_t>(change.drop.reason), event.callback.drop_id, now);
  }
  annotate_result(store, found, event, change);
  if (has_left) return;
  recorded.for_unsent = true;
  hold_all_runs(store, found, recorded.changed, now);
}

}  // namespace

Recorded record(Core& core, const receiver::CallbackEvent& event) {
  const Webhook& callback = event.callback;
  const Stored now = to_stored(core.now());
  Recorded recorded;
  core.write([&](Store& store) {
    recorded = {};
    std::optional<Found> found;
    if (callback.foreign_id) found = store.find(*callback.foreign_id);
    if (callback.opted_out()) {
      const std::string number = found ? found->phone : number_in(callback);
      recorded.opted_out = !number.empty();
      if (recorded.opted_out) store.forbid(number, now, "callback", callback.drop_id.value_or(""));
    }
    if (found) record_for(store, *found, event, now, recorded);
  });
  ++(recorded.matched ? core.callbacks_matched : core.callbacks_unmatched);
  if (recorded.contradiction) ++core.callbacks_contradictory;
  if (recorded.for_unsent) ++core.callbacks_for_unsent;
  if (recorded.for_unsent) core.bell->ring();
  return recorded;
}

}  // namespace dropcowboy::outbox
