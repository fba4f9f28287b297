#pragma once

#include <chrono>
#include <string_view>

#include "dropcowboy/webhook.hpp"

namespace dropcowboy::receiver {

/// Where a send stands.
enum class DropState {
  accepted,   ///< the service has taken it, and nothing more is known
  unknown,    ///< the send ended with an unknown outcome, and no callback has resolved it
  delivered,  ///< the voicemail is in the mailbox
  failed,     ///< it is not, and will not be by itself
  opted_out,  ///< the contact is on a do-not-call list or has revoked: nothing may be sent to it
};

/// The enumerator's name, for logs and metrics: "opted_out".
DROPCOWBOY_API std::string_view to_string(DropState state) noexcept;

/// What the callbacks of one message have said so far: what to store between them. Start with the
/// state that the send ended with, accepted or unknown.
struct DropRecord {
  /// Where the send stands.
  DropState state = DropState::unknown;
  /// What the first callback with a result said; other before that.
  DropStatus result = DropStatus::other;
  /// The reason that came with what decided the state.
  Reason reason = Reason::none;
};

/// What one callback changed.
struct DropChange {
  /// What is known after it.
  DropRecord drop{};
  /// Whether that differs from before: what to store.
  bool changed = false;
  /// The callback says success where an earlier one said failure, or the other way round. Somebody
  /// is wrong or lies: worth a look by a person.
  bool contradiction = false;
};

/// Takes one callback into account. The first result stays, whatever comes later; that the contact
/// must not be called (Webhook::opted_out()) wins over everything, at any time. A callback without
/// a result changes nothing. An unknown send is resolved like an accepted one: its callback proves
/// that the service had taken it.
///
/// Pure. That the callback belongs to this message is the caller's knowledge. Nothing here sends:
/// a failed drop is no reason to send again by itself, see Webhook::advice().
DROPCOWBOY_API DropChange record(const DropRecord& before, const Webhook& callback) noexcept;

/// Whether a send has been silent for longer than callbacks take: it stands at accepted or unknown,
/// no result has come, and its `age` is beyond `due`. It is not delivered because of that, nor
/// failed: accepted does not even mean authorized, and results get lost. Have a person look, and
/// above all check the credentials when many are overdue.
///
/// `age`: how long ago the send was accepted. `due`: 72 hours by default, because a drop made at
/// night waits until morning. Pure.
DROPCOWBOY_API bool is_overdue(const DropRecord& drop, std::chrono::seconds age,
                               std::chrono::seconds due = std::chrono::hours(72)) noexcept;

}  // namespace dropcowboy::receiver
