#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/error.hpp"
#include "dropcowboy/result.hpp"

namespace dropcowboy::v2 {

/// The STIR/SHAKEN identity of a BYOC account's call.
struct Byoc {
  /// The origination id, a UUID.
  std::string sti_orig_id{};
  /// The attestation: "A", "B" or "C".
  std::string sti_attestation{};
};

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const Byoc& a, const Byoc& b) noexcept;
inline bool operator!=(const Byoc& a, const Byoc& b) noexcept { return !(a == b); }
/// @}

/// One ringless voicemail to one person: the body of `POST /rvm`, field names as on the wire.
///
/// Exactly one of to and contact_id, and exactly one audio source: media_id, or tts_body with
/// voice_id, or audio_url. What happens when the contact calls back is set in the phone line's
/// routing, not here. Source of the rules: the vendor's repository.
struct RvmRequest {
  /// The contact, in E.164 form: "+15552223333".
  std::optional<std::string> to{};
  /// Instead of `to`: a contact of the account (a UUID).
  std::optional<std::string> contact_id{};
  /// The voice line that sends (a UUID, see Client::list_phone_lines). Default: the account's
  /// default voice line; without one the message fails late.
  std::optional<std::string> phone_line_id{};

  /// Audio source 1: a file of the account's whose upload is complete (a UUID).
  std::optional<std::string> media_id{};
  /// Audio source 2: the text to speak, at most 1,200 characters once the service has filled in
  /// its merge fields; required together with voice_id.
  std::optional<std::string> tts_body{};
  /// The voice (a UUID, see Client::list_voices) that reads tts_body.
  std::optional<std::string> voice_id{};
  /// Audio source 3: an http(s) URL of an MP3 or WAV file. BYOC plans only, with the vendor's
  /// leave.
  std::optional<std::string> audio_url{};

  /// The number to show, in E.164 form. BYOC accounts only; silently ignored on others.
  std::optional<std::string> caller_id{};
  /// BYOC accounts only.
  std::optional<Byoc> byoc{};
  /// The brand (a UUID), if the account must register brands.
  std::optional<std::string> brand_id{};
  /// The contact's ZIP or Canadian postal code, for the legal calling hours.
  std::optional<std::string> postal_code{};

  /// Your id of this message, at most 256 characters. Only callback_url brings it back. If not set,
  /// a fresh UUIDv7 is sent and returned in the receipt or the Error.
  std::optional<std::string> foreign_id{};
  /// Where the result is POSTed, once and unsigned: the only place that tells of a wrong key or
  /// secret, and that repeats the foreign_id. Highly recommended.
  std::optional<std::string> callback_url{};

  /// The text of a JSON object whose members are added to the body: for keys that this library does
  /// not know yet. A key that has a field above is refused, whether that field is set or not.
  std::optional<std::string> extra_json{};

  /// Reads what to_json() writes: one JSON object with the keys above, at most 1 MiB and 32 levels
  /// deep. A field that is null is not set; for a repeated one the last counts; keys without a
  /// field are kept in extra_json, as written but for the space between tokens; `team_id` and
  /// `secret` are dropped. Mistyped values, and what byoc does not know, are all reported in one
  /// Error (invalid_request, not_sent). Does not validate() the rules above. Takes time in
  /// proportion to the text; throws std::bad_alloc where there is no memory.
  DROPCOWBOY_API static Result<RvmRequest> from_json(std::string_view text);
};

/// The request as one JSON object, keys as on the wire, without credentials: for files and queues.
/// Text that is not UTF-8 has each faulty byte replaced by U+FFFD; validate() reports it.
DROPCOWBOY_API std::string to_json(const RvmRequest& request);

/// One text message to one person: the body of `POST /sms`, field names as on the wire. The account
/// needs an approved brand and campaign; consent is recorded by Client::record_consent().
struct SmsRequest {
  /// The contact, in E.164 form. Exactly one of this and contact_id.
  std::optional<std::string> to{};
  /// Instead of `to`: a contact of the account (a UUID).
  std::optional<std::string> contact_id{};
  /// The line of type sms that sends (a UUID). Required.
  std::string phone_line_id{};
  /// The text, at most 1,600 characters. Required.
  std::string body{};
  /// Pictures, by http(s) URL. Not together with media_ids.
  std::vector<std::string> media_urls{};
  /// Pictures of the account (UUIDs).
  std::vector<std::string> media_ids{};

  /// Your id of this message, at most 256 characters. The vendor does not say whether texts carry
  /// one: so it is sent only if it is set (or tagged); if not, a fresh UUIDv7 is returned in the
  /// receipt or the Error all the same.
  std::optional<std::string> foreign_id{};
  /// Where the result is POSTed.
  std::optional<std::string> callback_url{};

  /// As RvmRequest::extra_json.
  std::optional<std::string> extra_json{};
};

/// @{
/// Everything that is wrong or doubtful about a request. Pure and thread-safe; allocates only to
/// report an issue.
DROPCOWBOY_API Validation validate(const RvmRequest& request);
DROPCOWBOY_API Validation validate(const SmsRequest& request);
/// @}

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const RvmRequest& a, const RvmRequest& b) noexcept;
inline bool operator!=(const RvmRequest& a, const RvmRequest& b) noexcept { return !(a == b); }
DROPCOWBOY_API bool operator==(const SmsRequest& a, const SmsRequest& b) noexcept;
inline bool operator!=(const SmsRequest& a, const SmsRequest& b) noexcept { return !(a == b); }
/// @}

/// The service's word that it has queued a request. It proves nothing else: a wrong secret, a wrong
/// number or a file that does not exist are answered the same, and fail in the callback.
struct Receipt {
  /// As answered: "queued".
  std::string status{};
  /// The service's id of the request, for its dashboard and its support. No result ever carries it:
  /// it is not a drop_id, and not to be matched with one.
  std::string message_id{};
  /// The key under which the service remembers the message for 24 hours.
  std::string idempotency_key{};
  /// Your id of this message: the request's, or the one made for it.
  std::string foreign_id{};
  /// What was sent as foreign_id, and comes back in the callback; empty if none was sent. Whoever
  /// knows a tagged id can forge callbacks about this one message: keep it out of logs.
  std::string wire_foreign_id{};
  /// The service's id of the exchange, when it gave one.
  std::optional<std::string> request_id{};
  /// 202, or another 2xx.
  int http_status = 0;
  /// Every attempt made by this call, in order; the last one was accepted.
  std::vector<Attempt> attempts{};
  /// The answer as received, the secret cut out.
  std::string body{};
};

}  // namespace dropcowboy::v2
