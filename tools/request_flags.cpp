#include "request_flags.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dropcowboy::tool {

namespace {

template <class Request>
using OptionalText = std::pair<std::string_view, std::optional<std::string> Request::*>;
template <class Request>
using RequiredText = std::pair<std::string_view, std::string Request::*>;

template <class Request, class Members>
void apply_texts(const FlagValues& values, Request& request, const Members& members) {
  for (const auto& [key, member] : members) {
    if (const auto given = values.find(key); given != values.end()) request.*member = given->second;
  }
}

/// A word that is none of `words` is an error, and the first of them then stands in for it, so that
/// no other rule misses the key.
template <class Word>
void apply_word(const FlagValues& values, std::string_view key, std::optional<Word>& member,
                const std::array<Word, 2>& words, std::vector<Issue>& errors) {
  const auto given = values.find(key);
  if (given == values.end()) return;
  const auto* found = std::find_if(words.begin(), words.end(),
                                   [&](Word word) { return to_string(word) == given->second; });
  if (found == words.end()) {
    errors.push_back({Severity::error, key, IssueCode::invalid_value,
                      "must be " + std::string(to_string(words[0])) + " or " +
                          std::string(to_string(words[1]))});
  }
  member = found == words.end() ? words[0] : *found;
}

}  // namespace

const std::vector<RequestFlag>& rvm_flags() {
  static const std::vector<RequestFlag> flags = {
      {"brand_id", "GUID", "your brand, from the trust center (see: brands)"},
      {"phone_number", "NUMBER", "who hears it, in E.164 form: +15552223333", "to"},
      {"recording_id", "GUID", "audio: a recording on the platform (see: recordings)", "media-id"},
      {"audio_url", "URL", "audio: a file of yours; needs the vendor's approval"},
      {"audio_type", "mp3|wav", "what audio-url is"},
      {"voice_id", "GUID", "audio: the voice that reads tts-body"},
      {"tts_body", "TEXT", "the text to speak, best below 1,200 characters"},
      {"forwarding_number", "NUMBER", "where replies go"},
      {"phone_ivr_id", "GUID", "replies: the IVR that takes them, instead"},
      {"pool_id", "GUID", "replies: a private number pool (see: pools)"},
      {"use_default_route", "true", "replies: where the account's own settings lead"},
      {"caller_id", "NUMBER", "the caller ID to show; BYOC accounts only"},
      {"byoc", "JSON", "SIP trunk and STIR/SHAKEN settings, as agreed"},
      {"foreign_id", "ID", "your id of this message, echoed in its callback"},
      {"privacy", "off|full", "full shows \"Unknown Caller\""},
      {"postal_code", "CODE", "the contact's; makes the calling hours exact"},
      {"callback_url", "URL", "where the result is POSTed"},
      {"status_format", "NAME", "only when the vendor says so"},
  };
  return flags;
}

const std::vector<RequestFlag>& sms_flags() {
  static const std::vector<RequestFlag> flags = {
      {"phone_number", "NUMBER", "who gets it, in E.164 form: +15552223333", "to"},
      {"caller_id", "NUMBER", "where replies go"},
      {"pool_id", "ID", "a number pool registered for SMS (see: pools)"},
      {"sms_body", "TEXT", "plain text of at most 160 characters", "body"},
      {"opt_in", "true", "your word that this person agreed to get texts"},
      {"foreign_id", "ID", "your id of this message, echoed in its callback"},
      {"callback_url", "URL", "where the result is POSTed"},
  };
  return flags;
}

std::vector<Issue> apply(const FlagValues& values, RvmRequest& request) {
  constexpr std::array<RequiredText<RvmRequest>, 2> required = {{
      {"brand_id", &RvmRequest::brand_id},
      {"phone_number", &RvmRequest::phone_number},
  }};
  constexpr std::array<OptionalText<RvmRequest>, 13> optional = {{
      {"recording_id", &RvmRequest::recording_id},
      {"audio_url", &RvmRequest::audio_url},
      {"voice_id", &RvmRequest::voice_id},
      {"tts_body", &RvmRequest::tts_body},
      {"forwarding_number", &RvmRequest::forwarding_number},
      {"phone_ivr_id", &RvmRequest::phone_ivr_id},
      {"pool_id", &RvmRequest::pool_id},
      {"caller_id", &RvmRequest::caller_id},
      {"byoc", &RvmRequest::byoc},
      {"foreign_id", &RvmRequest::foreign_id},
      {"postal_code", &RvmRequest::postal_code},
      {"callback_url", &RvmRequest::callback_url},
      {"status_format", &RvmRequest::status_format},
  }};
  apply_texts(values, request, required);
  apply_texts(values, request, optional);
  std::vector<Issue> errors;
  apply_word(values, "audio_type", request.audio_type, {AudioType::mp3, AudioType::wav}, errors);
  apply_word(values, "privacy", request.privacy, {Privacy::off, Privacy::full}, errors);
  if (const auto given = values.find("use_default_route"); given != values.end()) {
    request.use_default_route = given->second == "true";
    if (given->second != "true" && given->second != "false") {
      errors.push_back(
          {Severity::error, given->first, IssueCode::invalid_value, "must be true or false"});
    }
  }
  return errors;
}

std::vector<Issue> apply(const FlagValues& values, SmsRequest& request) {
  constexpr std::array<RequiredText<SmsRequest>, 4> required = {{
      {"phone_number", &SmsRequest::phone_number},
      {"caller_id", &SmsRequest::caller_id},
      {"pool_id", &SmsRequest::pool_id},
      {"sms_body", &SmsRequest::sms_body},
  }};
  constexpr std::array<OptionalText<SmsRequest>, 2> optional = {{
      {"foreign_id", &SmsRequest::foreign_id},
      {"callback_url", &SmsRequest::callback_url},
  }};
  apply_texts(values, request, required);
  apply_texts(values, request, optional);
  // Anything but the word is no consent; validate() says so.
  if (const auto given = values.find("opt_in"); given != values.end()) {
    request.opt_in = given->second == "true";
  }
  return {};
}

}  // namespace dropcowboy::tool
