#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/receipt.hpp"
#include "dropcowboy/result.hpp"

namespace dropcowboy {

/// The file type behind RvmRequest::audio_url.
enum class AudioType { mp3, wav };

/// Whether the contact's phone shows a caller ID (off) or "Unknown Caller" (full).
enum class Privacy { off, full };

/// As on the wire: "mp3", "off".
DROPCOWBOY_API std::string_view to_string(AudioType type) noexcept;
DROPCOWBOY_API std::string_view to_string(Privacy privacy) noexcept;

/// One ringless voicemail to one person: the body of `POST /rvm`, field names as on the wire.
///
/// Exactly one audio source: recording_id, or audio_url with audio_type, or voice_id with tts_body.
/// At least one way for a reply to come back: forwarding_number or phone_ivr_id (not both), pool_id
/// (with either, or alone), on BYOC accounts caller_id or byoc, or else use_default_route. Wrong
/// combinations can be written down; validate() names everything that is wrong with them at once.
/// Source of the rules: the API Endpoint page of the vendor's v1 documentation.
struct RvmRequest {
  /// The brand's id from the account's trust center (a GUID). Required.
  std::string brand_id{};
  /// The contact, in E.164 form: "+15552223333". Required.
  std::string phone_number{};

  /// Audio source 1: a recording on the platform (a GUID).
  std::optional<std::string> recording_id{};
  /// Audio source 2: an http(s) URL of an mp3 or wav file. Needs the vendor's approval.
  std::optional<std::string> audio_url{};
  /// What audio_url leads to; required together with it.
  std::optional<AudioType> audio_type{};
  /// Audio source 3: the voice (a GUID, see voices) that reads tts_body.
  std::optional<std::string> voice_id{};
  /// The text to speak, best below 1,200 characters; required together with voice_id.
  std::optional<std::string> tts_body{};

  /// Where calls and texts go when the contact replies, in E.164 form. Toll-free numbers are
  /// blocked by some carriers.
  std::optional<std::string> forwarding_number{};
  /// The phone IVR that takes call-backs (a GUID); not together with forwarding_number.
  std::optional<std::string> phone_ivr_id{};
  /// A private number pool (a GUID); default is the vendor's shared public pool.
  std::optional<std::string> pool_id{};
  /// An explicit caller ID in E.164 form. BYOC accounts only; ignored on others.
  std::optional<std::string> caller_id{};
  /// Send although nothing above says where a reply goes: the account's default route takes it. The
  /// vendor's API page demands a route, but its newest README calls them all optional; whether your
  /// account has a default this library cannot see. Not sent as a key of its own; kept by to_json()
  /// and from_json(); without effect if a route is set. Default false: a missing route is an error.
  bool use_default_route = false;
  /// Wholesale accounts: SIP trunk and STIR/SHAKEN settings as the text of a JSON object, whose
  /// shape is agreed with the vendor; passed through as written.
  std::optional<std::string> byoc{};

  /// Your id of this message and no other, echoed in its callback; at most 256 characters. If not
  /// set, a fresh UUIDv7 is sent and returned in the receipt or the Error.
  std::optional<std::string> foreign_id{};
  /// Default off.
  std::optional<Privacy> privacy{};
  /// The contact's ZIP ("02101", "90210-0001") or Canadian postal code; makes the legal calling
  /// hours exact. Highly recommended.
  std::optional<std::string> postal_code{};
  /// Where the delivery result is POSTed, instead of the account's webhook URL. Highly recommended.
  std::optional<std::string> callback_url{};
  /// A mapping name that the vendor gave you for Webhook::status_code; leave unset otherwise.
  std::optional<std::string> status_format{};

  /// The text of a JSON object whose members are added to the body: for keys that this library does
  /// not know yet. A key that has a field above is refused, whether that field is set or not.
  std::optional<std::string> extra_json{};

  /// Reads what to_json() writes: one JSON object with the keys above, at most 1 MiB and 32 levels
  /// deep. A field that is null is not set; for a repeated one the last counts; keys without a
  /// field are kept in extra_json, as written but for the space between tokens, and so is byoc;
  /// `team_id` and `secret` are dropped. Mistyped values are all reported in one Error
  /// (invalid_request, not_sent). Does not validate() the rules above. Takes time in
  /// proportion to the text; throws std::bad_alloc where there is no memory.
  DROPCOWBOY_API static Result<RvmRequest> from_json(std::string_view text);
};

/// The request as one JSON object, keys as on the wire, without credentials: for files and queues.
/// Where use_default_route is set it is a key, too, which the service never sees.
/// Text that is not UTF-8 has each faulty byte replaced by U+FFFD, and extra_json and byoc stand as
/// they are: validate() reports both.
DROPCOWBOY_API std::string to_json(const RvmRequest& request);

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const RvmRequest& a, const RvmRequest& b) noexcept;
inline bool operator!=(const RvmRequest& a, const RvmRequest& b) noexcept { return !(a == b); }
/// @}

/// Everything that is wrong or doubtful about a request. Pure and thread-safe; allocates only to
/// report an issue, or to look into byoc and extra_json.
DROPCOWBOY_API Validation validate(const RvmRequest& request);

/// One of the vendor's documented text-to-speech voices.
struct Voice {
  /// For RvmRequest::voice_id.
  const char* id;
  /// As the vendor calls it.
  std::string_view name;
  /// Whether tts_body may be SSML markup; a voice that does not take it reads the tags aloud.
  bool takes_ssml;
};

/// The voices that the vendor's documentation names. Accounts can have more.
namespace voices {
/// A woman's voice; takes SSML.
inline constexpr Voice female{"c42629ad-c6ac-4499-87b4-2e87f3a7fbf7", "female", true};
/// A man's voice; takes SSML.
inline constexpr Voice male{"436e221c-b9b8-4825-8fce-5924dc1a2792", "male", true};
/// Tony; plain text only.
inline constexpr Voice tony{"dc786997-e027-4986-8d0b-b1efa0c26937", "Tony", false};
/// Myra; plain text only.
inline constexpr Voice myra{"bbf0eb48-2da5-4929-8945-a5920b76b6c1", "Myra", false};
}  // namespace voices

}  // namespace dropcowboy
