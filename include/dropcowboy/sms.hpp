#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/receipt.hpp"
#include "dropcowboy/result.hpp"

namespace dropcowboy {

/// One text message to one person: the body of `POST /sms`, field names as on the wire.
/// Source of the rules: the vendor's OpenAPI description of v1.
struct SmsRequest {
  /// The contact, in E.164 form: "+15552223333". Required.
  std::string phone_number{};
  /// Where replies go, in E.164 form. Required.
  std::string caller_id{};
  /// The number pool that you registered for SMS. Required.
  std::string pool_id{};
  /// Plain text of at most 160 characters. Required. Those beyond the alphabet of SMS (GSM 03.38),
  /// a curly quote or an emoji say, make it travel as UCS-2, of which a segment holds 70:
  /// validate() warns where it takes several segments, and says how many.
  std::string sms_body{};
  /// Your word that this person agreed to get text messages from you, as the law demands. The
  /// service takes nothing but true, and no default says it for you. Required.
  bool opt_in = false;

  /// Your id of this message, echoed in its callback; at most 256 characters. If not set, a fresh
  /// UUIDv7 is sent and returned in the receipt or the Error.
  std::optional<std::string> foreign_id{};
  /// Where the delivery result is POSTed, instead of the account's webhook URL.
  std::optional<std::string> callback_url{};

  /// The text of a JSON object whose members are added to the body: for keys that this library does
  /// not know yet. A key that has a field above is refused, whether that field is set or not.
  std::optional<std::string> extra_json{};

  /// Reads what to_json() writes, under the terms of RvmRequest::from_json().
  DROPCOWBOY_API static Result<SmsRequest> from_json(std::string_view text);
};

/// The request as one JSON object, keys as on the wire, without credentials: for files and queues.
/// Text that is not UTF-8 has each faulty byte replaced by U+FFFD, and extra_json stands as it is:
/// validate() reports both.
DROPCOWBOY_API std::string to_json(const SmsRequest& request);

/// @{
/// Whether all of it is the same.
DROPCOWBOY_API bool operator==(const SmsRequest& a, const SmsRequest& b) noexcept;
inline bool operator!=(const SmsRequest& a, const SmsRequest& b) noexcept { return !(a == b); }
/// @}

/// Everything that is wrong or doubtful about a request. Pure and thread-safe; allocates only to
/// report an issue, or to look into extra_json.
DROPCOWBOY_API Validation validate(const SmsRequest& request);

}  // namespace dropcowboy
