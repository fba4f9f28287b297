#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/result.hpp"
#include "dropcowboy/rvm.hpp"
#include "dropcowboy/v2/message.hpp"
#include "dropcowboy/webhook.hpp"

namespace dropcowboy::outbox {

/// A moment by the calendar. It is stored in milliseconds.
using TimePoint = std::chrono::system_clock::time_point;

/// Where a message stands. Once it may have left (sending to opted_out) it never becomes ready
/// again, with one exception: what was `sending` and certainly did not reach the service. A keyed
/// message can become `sending` once more when it is unknown; see KeyedEntry.
enum class State {
  ready,      ///< waits to be sent, at `due` or later
  sending,    ///< may be on its way: marked on disk before its request leaves
  accepted,   ///< the service took it; its callback is awaited
  unknown,    ///< it may have been accepted: its callback decides, or after 72 hours a person; a
              ///< keyed one is repeated before that, see Message::repeat_at
  delivered,  ///< a callback said: it reached the contact
  failed,     ///< a callback said: it did not
  opted_out,  ///< a callback said: nothing may be sent to this person any more
  refused,    ///< not sent, by policy: see Refusal
  held,       ///< not sent: a person has to look, see Message::note
  cancelled,  ///< not sent, and never will be: a person's decision
};

/// Why a message was refused.
enum class Refusal {
  none,
  no_consent,         ///< nobody has recorded that this person agreed
  forbidden,          ///< the last word about this number is a "no"
  too_many_attempts,  ///< a limit would let it go only after it has expired
  expired,            ///< its time passed, or it may go only after that
  by_hook,            ///< Policy::earliest said never
  by_client,          ///< ClientOptions::may_send said no
};

/// All states, in order.
inline constexpr std::array all_states = {
    State::ready,  State::sending,   State::accepted, State::unknown, State::delivered,
    State::failed, State::opted_out, State::refused,  State::held,    State::cancelled};
/// All reasons but none, in order.
inline constexpr std::array all_refusals = {Refusal::no_consent,        Refusal::forbidden,
                                            Refusal::too_many_attempts, Refusal::expired,
                                            Refusal::by_hook,           Refusal::by_client};

/// The enumerator's name, for logs and metrics: "opted_out".
DROPCOWBOY_API std::string_view to_string(State state) noexcept;
DROPCOWBOY_API std::string_view to_string(Refusal refusal) noexcept;
/// The state of that name; nothing if there is none.
DROPCOWBOY_API std::optional<State> state_called(std::string_view name) noexcept;

/// A message to be sent.
struct Entry {
  /// Its foreign_id is at most 200 characters, which leaves room for a tag. Without one it is given
  /// a fresh id; adding the same entry again then adds a second message.
  RvmRequest request{};
  /// Not sent before. Default: at once.
  std::optional<TimePoint> not_before{};
  /// Refused from this moment on. Default: never.
  std::optional<TimePoint> expires{};
};

/// A message to be sent over the v2 API, under an idempotency key: what of it is in doubt is
/// settled by sending it again, by run() itself.
///
/// run() prepares it when it may go, and marks it: from then on its key and the bytes of its body
/// are stored, and never change while it may have left. If sending ends as unknown, or the process
/// dies meanwhile, run() sends it again under that key, after 1 s, 2 s, and so on up to 5 minutes,
/// until the service has said yes, or a callback has come. The last time is less than 23
/// hours after the first: the service remembers a key for 24. After that it stays unknown, and is
/// treated like any other. What certainly never reached the service is ready again, and gets a new
/// key when its time comes.
///
/// It is sent again only as long as nothing keeps it from leaving: no "no" for its number, neither
/// its expiry nor a word of Policy::earliest_keyed. The first attempt may have been lost, and the
/// next one be what reaches the person. It then stays unknown. Policy::limits do not count again:
/// all of it is one contact attempt.
struct KeyedEntry {
  /// As Entry::request. It must have `to`, by which consent and limits go; and it should have a
  /// callback_url: webhooks do not tell which message they are about.
  v2::RvmRequest request{};
  /// Not sent before. Default: at once.
  std::optional<TimePoint> not_before{};
  /// Refused, and not repeated, from this moment on. Default: never.
  std::optional<TimePoint> expires{};
};

/// A foreign_id for a message of a batch, "<batch>-<22 characters>": always the same for the same
/// two texts, on every machine, so that adding the message again adds nothing. `key` tells the
/// messages of the batch apart: an order number, or the phone number for one message to each. It is
/// a digest and no secret: who knows the batch can find out a phone number by trying all of them.
/// Error (invalid_request) if `batch` is empty, has more than 100 characters or is not printable
/// UTF-8, and if `key` is empty.
DROPCOWBOY_API Result<std::string> repeatable_id(std::string_view batch, std::string_view key);

/// What became of an Entry.
struct Added {
  /// The entry's own, or the one that it was given.
  std::string foreign_id{};
  /// A message with this id and the same content was there already: nothing was added.
  bool was_there = false;
};

/// What the outbox knows about one message; everything but its text.
struct Message {
  /// In order of adding, from 1.
  std::int64_t id = 0;
  /// Your id of it.
  std::string foreign_id{};
  /// In E.164 form. Keep it out of logs.
  std::string phone_number{};
  /// Where it stands.
  State state = State::ready;
  /// For refused messages.
  Refusal refusal = Refusal::none;
  /// When it is looked at next, if it is ready.
  TimePoint due{};
  /// From then on it is not sent any more; nothing: never.
  std::optional<TimePoint> expires{};
  /// When it may have left: a contact attempt counts from here.
  std::optional<TimePoint> marked_at{};
  /// When it came to the state that it is in, unless that is ready or sending.
  std::optional<TimePoint> settled_at{};
  /// How often it came back as certainly not sent, and was made ready again.
  int returned = 0;
  /// What the first callback with a result said.
  DropStatus result = DropStatus::other;
  /// Why, as that callback said.
  Reason reason = Reason::none;
  /// The service's id of the drop, if it told one.
  std::string drop_id{};
  /// In plain words, for people: why it is held, for instance. Holds no phone number and quotes
  /// nothing of the service's.
  std::string note{};
  /// The message that this one is sent instead of; empty if there is none.
  std::string resend_of{};
  /// Who decided that; never changes.
  std::string resent_by{};
  /// Whether it was added as a KeyedEntry.
  bool keyed = false;
  /// Of a keyed one: how often it was sent again after an unknown outcome.
  int repeats = 0;
  /// Of a keyed one that is unknown: when it is sent again. Nothing: it is not, see `note`.
  std::optional<TimePoint> repeat_at{};
};

/// What list() looks for; every condition that is set must hold.
struct Query {
  /// Only those that stand there.
  std::optional<State> state{};
  /// Settled, or marked, longer ago than this; what waits counts from `due`. Default: any.
  std::optional<std::chrono::seconds> older_than{};
  /// Only those to this number, in E.164 form.
  std::optional<std::string> phone_number{};
  /// Only this one.
  std::optional<std::string> foreign_id{};
  /// Only messages after this id: Page::next of the page before. Default 0, the first page.
  std::int64_t after = 0;
  /// Messages in a page. Default 1,000; less than 1 counts as 1, more than 10,000 as 10,000.
  std::size_t limit = 1'000;
};

/// A part of what was looked for, in order of adding.
struct Page {
  /// At most Query::limit.
  std::vector<Message> messages{};
  /// For Query::after; nothing if this was the last page. After a full page the next may be empty.
  std::optional<std::int64_t> next{};
};

}  // namespace dropcowboy::outbox
