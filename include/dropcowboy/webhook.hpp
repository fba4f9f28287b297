#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/issue.hpp"
#include "dropcowboy/result.hpp"

namespace dropcowboy {

/// What a callback says became of a drop.
enum class DropStatus {
  success,  ///< it reached the contact: a voicemail is in the mailbox
  failure,  ///< it did not; see Webhook::reason
  other,    ///< absent, or a word that this library does not know: see Webhook::status_text
};

/// What to do about a failure. Advice for your program or a person: nothing in this library sends
/// again because of it.
enum class Advice {
  none,            ///< nothing to do
  fix_and_resend,  ///< the request or the account is at fault: mend it first
  try_later,       ///< the phone could not be reached just now
  do_not_resend,   ///< sending again is useless or unlawful
  not_known,       ///< a failure whose remedy this library does not know: a person has to look
};

/// The reasons that the vendor documents, with its numeric codes as values; the two without a
/// documented code, and `other`, are negative. Source: the vendor's documentation of webhooks.
enum class Reason : int {
  none = 0,  ///< delivered, or no reason given
  no_funds = 3000,
  invalid_audio_file = 3001,
  no_voice = 3002,
  not_authorized = 3007,
  not_e164 = 3011,
  invalid_phone_number = 3012,
  invalid_ivr_or_route = 3013,
  audio_url_not_allowed = 3014,
  no_tts = 3015,
  byoc_not_enabled = 3016,
  invalid_sti_orig_id = 3017,
  invalid_attestation = 3018,
  invalid_callback = 3019,
  tts_too_long = 3021,
  not_allowed_in_trial = 3022,
  idempotency_key_conflict = 3027,
  idempotency_key_invalid = 3028,
  media_not_found = 3033,
  test_numbers_only = 3040,
  voicemail_not_detected = 4000,
  voicemail_not_setup = 4001,
  voicemail_full = 4002,
  number_not_reachable = 4004,
  no_answer = 4005,
  user_busy = 4006,
  spam_detected = 4008,
  no_caller_id = 4010,
  outside_calling_hours = 4011,
  too_many_attempts = 4013,
  internal_dnc = 4016,
  known_litigator = 4017,
  reassigned_number = 4019,
  rnd_error = 4021,
  carrier_denied_use_case = 6000,
  carrier_suspension = 6001,
  pool_suspended = 6002,
  pool_not_ready = 6003,
  opt_in_flagged = 6004,
  opt_in_revoked = 6005,
  opt_in_pending = 6006,
  opt_in_missing = 6011,
  invalid_message = -3,              ///< SMS
  invalid_or_no_sms_caller_id = -2,  ///< SMS
  other = -1,                        ///< a text or code that this library does not know
};

/// The enumerator's name, for logs and metrics: "voicemail_full".
DROPCOWBOY_API std::string_view to_string(DropStatus status) noexcept;
DROPCOWBOY_API std::string_view to_string(Advice advice) noexcept;
DROPCOWBOY_API std::string_view to_string(Reason reason) noexcept;

/// The vendor's numeric code of a reason; nothing where it documents none.
DROPCOWBOY_API std::optional<int> code_of(Reason reason) noexcept;

/// What a reason calls for. The vendor's documentation says: fix and resend for 3000 to 3040; try
/// later for voicemail_not_detected, no_answer and user_busy; do not resend for
/// voicemail_not_setup, voicemail_full, internal_dnc, known_litigator, reassigned_number and
/// opt_in_revoked. Where it says nothing, this library is on the side of the person called:
///
/// - do_not_resend: spam_detected, carrier_denied_use_case, opt_in_flagged, opt_in_pending and
///   opt_in_missing, because somebody objects, or nobody has agreed yet;
/// - try_later: number_not_reachable, outside_calling_hours, too_many_attempts, rnd_error and
///   pool_not_ready, which pass by themselves;
/// - fix_and_resend: no_caller_id, carrier_suspension, pool_suspended, invalid_message and
///   invalid_or_no_sms_caller_id, which are faults of the account or the request;
/// - none: none; not_known: other.
DROPCOWBOY_API Advice advice_for(Reason reason) noexcept;

/// An exact amount of US dollars, in millionths.
struct Money {
  /// A dollar is 1,000,000.
  std::int64_t micro_dollars = 0;

  /// @{
  /// Amounts compare as numbers.
  friend bool operator==(Money a, Money b) noexcept { return a.micro_dollars == b.micro_dollars; }
  friend bool operator!=(Money a, Money b) noexcept { return !(a == b); }
  friend bool operator<(Money a, Money b) noexcept { return a.micro_dollars < b.micro_dollars; }
  /// @}
};

/// Stops at the ends of the range instead of overflowing: amounts come from outside.
DROPCOWBOY_API Money operator+(Money a, Money b) noexcept;
inline Money& operator+=(Money& a, Money b) noexcept { return a = a + b; }

/// In dollars, at least two decimals and no more than needed: "0.099", "1.50", "-0.0029".
DROPCOWBOY_API std::string to_string(Money amount);
DROPCOWBOY_API std::ostream& operator<<(std::ostream& out, Money amount);

/// The carrier's network behind the contact's number.
struct Network {
  /// The carrier, as sent.
  std::string name{};
  /// As sent, for example "wireless"; empty when the callback holds a plain string, which is
  /// `name`.
  std::string type{};
};

/// A member of the callback that this library does not know.
struct UnknownMember {
  /// Its key.
  std::string name{};
  /// Its value as JSON text, without insignificant white space.
  std::string json{};
};

/// A delivery callback of the v1 API or of the vendor's v2, as POSTed to
/// callback_url, or an event of the v2 service's webhooks: an envelope of `event_id`, `event`,
/// `event_at` and an object `data`, whose members fill the fields below as if they stood outside.
/// One with a `data` that is an object is an envelope. Only events whose name ends in ".status" or
/// ".receipt" are about a message of the account's: others, such as "contact.msg.received", have no
/// result, whatever their `status` says.
///
/// Every member that the service left out, sent as null, or sent with another type than documented
/// is unset here and reported in `issues`; it never fails the whole. Nor does what is no text
/// inside a string (half of a surrogate pair, a byte of Latin-1): it is replaced by U+FFFD and
/// reported. A callback with a readable reason_code is one of v2, which has neither spam nor
/// network, and foreign_id only if the message had one: their absence is not reported there.
///
/// parse() asks nobody whether the callback is genuine: callbacks of v1 are not signed, and anybody
/// who finds the URL can POST one. receiver::WebhookReceiver authenticates them. Treat a callback
/// as a hint, and never send again by itself because of one.
struct Webhook {
  /// Reads the body of a callback. Error (bad_response): the body is not one JSON object, is larger
  /// than 64 KiB, nests deeper than 32 levels, holds a number beyond a double's range or more than
  /// 256 members without a field below; the message quotes nothing of it. Of a repeated key the
  /// last one counts, but `dnc` and `spam` stay set once they are. Pure and thread-safe.
  DROPCOWBOY_API static Result<Webhook> parse(std::string_view body);

  /// The service's id of the attempt: 24 hexadecimal digits or a UUID. A status event and a receipt
  /// event about the same drop may have different ones: do not join them by it.
  std::optional<std::string> drop_id{};
  /// The contact, in E.164 form. Of an event it is `to` if its name ends in ".status" or
  /// ".receipt", and `from` if it came from the contact: ".received", ".missed", or an opt-out.
  std::optional<std::string> phone_number{};
  /// What the request carried: with a ClientOptions::foreign_id_tagger the tagged id, which
  /// receiver::WebhookReceiver turns back into the caller's.
  std::optional<std::string> foreign_id{};
  /// When the attempt was made.
  std::optional<std::chrono::system_clock::time_point> attempt_date{};

  /// The result.
  DropStatus status = DropStatus::other;
  /// The status as sent.
  std::string status_text{};
  /// The reason as sent: free text for people, empty on success. Its wording may change.
  std::string reason{};
  /// The reason as far as it is known: by `reason_code` if that is the code of a failure, else
  /// by its text, without regard to case, spaces and punctuation.
  Reason known_reason = Reason::none;

  /// @name Flags
  /// Unset if absent or null. "true", "yes", 1 and their opposites are read; whatever else cannot
  /// be read counts as true and is reported.
  /// @{
  std::optional<bool> dnc{};  ///< the contact is on a do-not-call list; of a receipt also where its
                              ///< campaign_session says so
  std::optional<bool> spam{};  ///< a carrier took it for spam
  /// @}
  /// @name Costs
  /// Digits beyond a millionth of a dollar are rounded, and reported; 4 billion dollars or more are
  /// taken for no amount.
  /// @{
  std::optional<Money> product_cost{};    ///< for the message itself
  std::optional<Money> compliance_fee{};  ///< for checking it against the law's lists
  std::optional<Money> tts_fee{};         ///< for text-to-speech
  /// @}
  /// The carrier's network behind the number.
  std::optional<Network> network{};

  /// Only for requests with a status_format; a number is kept as its digits.
  std::optional<std::string> status_code{};

  /// @name Sent by v2 only
  /// Not reported when absent.
  /// @{
  std::optional<int> reason_code{};           ///< the number behind `reason`; 0 is success. Text
                                              ///< that is nothing but digits is read, too
  std::optional<std::string> team_id{};       ///< the account
  std::optional<std::string> contact_id{};    ///< the contact, as the service knows it
  std::optional<std::string> session_id{};    ///< the service's own bookkeeping
  std::optional<std::string> log_id{};        ///< likewise
  std::optional<std::string> caller_id{};     ///< the number that was shown
  std::optional<std::string> product_code{};  ///< what was charged for
  std::optional<std::string> quantity{};      ///< how much of it; a number is kept as its digits
  std::optional<std::string> proof_of_delivery_url{};  ///< where the proof can be fetched
  /// @}

  /// @name The envelope of the v2 service
  /// Unset in callbacks of v1.
  /// @{
  std::optional<std::string> event_id{};  ///< the same for every delivery of one event
  std::optional<std::string> event{};     ///< "contact.rvm.status" and the like
  /// When the event happened.
  std::optional<std::chrono::system_clock::time_point> event_at{};
  std::optional<std::string> to{};             ///< the number that the message or call went to
  std::optional<std::string> from{};           ///< the number that it came from
  std::optional<std::string> campaign_id{};    ///< unset for messages sent one by one
  std::optional<std::string> campaign_type{};  ///< "rvm" and the like
  /// Of a receipt: since when the proof can be fetched, for seven days.
  std::optional<std::chrono::system_clock::time_point> receipt_ready_at{};
  /// @}

  /// Members without a field above, in order of appearance; a repeated one as often as it came.
  /// Those inside the envelope's data are named "data.NAME".
  std::vector<UnknownMember> unknown{};
  /// What was missing or rounded (warnings) and mistyped (error), one issue a field at most. Does
  /// not quote values.
  std::vector<Issue> issues{};
  /// The body as received.
  std::string body{};

  /// The service says that it reached the contact: a voicemail is in the mailbox.
  bool delivered() const noexcept { return status == DropStatus::success; }
  /// The service says that it did not.
  bool failed() const noexcept { return status == DropStatus::failure; }
  /// Nothing may be sent to the contact any more: `dnc` is true, the reason is internal_dnc or
  /// opt_in_revoked, or the event is an opt-out ("contact.msg.opt", "contact.msg.opt_out",
  /// "contact.consent.revoked").
  DROPCOWBOY_API bool opted_out() const noexcept;
  /// do_not_resend whenever opted_out(); else what the reason calls for, which is never another
  /// send when this one was delivered. A failure with an unknown reason_code of 3000 to 3999 calls
  /// for fix_and_resend; one about which nothing is known has not_known, never none.
  DROPCOWBOY_API Advice advice() const noexcept;
  /// The sum of the costs and fees that were sent.
  DROPCOWBOY_API Money total_cost() const noexcept;
};

}  // namespace dropcowboy
