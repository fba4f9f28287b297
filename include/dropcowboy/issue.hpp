#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/export.hpp"

namespace dropcowboy {

/// In a Validation an error stops the send before any byte leaves; a warning never does. In what
/// was received it names a member that could not be read.
enum class Severity { error, warning };

/// What is wrong, as a stable code to branch on; the message is for people and may change.
enum class IssueCode {
  // mostly of errors
  missing,                  ///< a required value is absent or empty
  blank,                    ///< an optional value is set but holds only white space
  invalid_utf8,             ///< text that is not UTF-8
  control_character,        ///< a control character where none may be
  invalid_phone_number,     ///< not E.164, or not a possible +1 number
  no_audio_source,          ///< none of recording, audio URL and text-to-speech
  several_audio_sources,    ///< more than one of them
  incomplete_pair,          ///< one half of audio_url/audio_type or voice_id/tts_body
  no_reply_route,           ///< nothing tells where a reply goes
  conflicting_reply_route,  ///< forwarding_number together with phone_ivr_id
  too_long,                 ///< over the documented length
  invalid_postal_code,      ///< neither ZIP, ZIP+4 nor Canadian
  invalid_url,              ///< not an absolute http(s) URL with a host
  url_with_credentials,     ///< a URL that carries user:password
  not_a_json_object,        ///< text that must be a JSON object and is not
  reserved_key,             ///< extra_json names a key that has a field of its own
  invalid_value,            ///< a value outside its documented set or type
  out_of_range,             ///< a number, duration or limit outside its range
  insecure_url,             ///< plain http where https is required
  no_opt_in,                ///< an SMS without the sender's word that the recipient agreed
  unknown_field,            ///< a column that contact lists do not have
  no_phone_field,           ///< contacts without a phone column, or a row without a number
  wrong_width,              ///< a row that is not as long as the list of fields
  // mostly of warnings
  toll_free_forwarding,  ///< some carriers block calls forwarded to toll-free numbers
  caller_id_only_route,  ///< the caller ID is the only way back; works on BYOC accounts only
  default_route,  ///< no route of its own: the account's default takes replies, if it has one
  default_line,   ///< no line of its own: the account's default sends, if it has one
  recommended,    ///< highly recommended by the vendor and absent
  unencrypted_callback,  ///< callback_url is plain http
  unreachable_callback,  ///< callback_url names a loopback or private host
  not_a_guid,            ///< an id that does not look like one
  needs_approval,        ///< works only after the vendor's approval
  speech_too_long,       ///< text-to-speech over 1,200 characters fails in the callback
  ssml_unsupported,      ///< SSML with a voice that would read the markup aloud
  sample_value,          ///< a value copied from the documentation
  several_segments,      ///< a text that takes more than one SMS
  short_secret,          ///< fewer characters than a secret has
  rounded,               ///< digits beyond a millionth were rounded
};

/// The code's name as written above, for logs: "invalid_phone_number".
DROPCOWBOY_API std::string_view to_string(IssueCode code) noexcept;

/// One thing that is wrong, or worth a second look.
struct Issue {
  /// Whether it stops the send.
  Severity severity = Severity::error;
  /// The field's name on the wire ("phone_number") or in the options ("credentials.secret").
  /// Refers to static storage: safe to keep.
  std::string_view field{};
  /// What to branch on.
  IssueCode code = IssueCode::invalid_value;
  /// What is wrong and what to do about it. Never quotes the value, which may be personal or
  /// secret.
  std::string message{};
};

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const Issue& a, const Issue& b) noexcept;
inline bool operator!=(const Issue& a, const Issue& b) noexcept { return !(a == b); }
/// @}

/// One line: "error phone_number: ...".
DROPCOWBOY_API std::string to_string(const Issue& issue);
DROPCOWBOY_API std::ostream& operator<<(std::ostream& out, const Issue& issue);

/// Everything found at once. Holding no issue allocates nothing.
struct [[nodiscard]] Validation {
  /// What stops a send.
  std::vector<Issue> errors{};
  /// What does not, but deserves a second look.
  std::vector<Issue> warnings{};

  /// True if nothing stops a send.
  bool ok() const noexcept { return errors.empty(); }
};

/// All issues, errors first, one per line: "error phone_number: ...".
DROPCOWBOY_API std::string to_string(const Validation& validation);
DROPCOWBOY_API std::ostream& operator<<(std::ostream& out, const Validation& validation);

}  // namespace dropcowboy
