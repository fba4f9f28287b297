#include "testing/late_judge.hpp"

#include <algorithm>
#include <string_view>

#include "testing/http_url.hpp"
#include "testing/judge_tools.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;
using Fault = std::optional<DropResult>;

constexpr std::size_t max_speech = 1200;
constexpr std::size_t max_sms = 160;

constexpr DropResult not_authorized{3007, "Not authorized"};
constexpr DropResult audio_not_valid{3001, "Audio file not valid"};
constexpr DropResult no_voice{3002, "No Voice"};
constexpr DropResult must_be_e164{3011, "Must be E.164 format"};
constexpr DropResult number_not_valid{3012, "Phone number not valid"};
constexpr DropResult invalid_route{3013, "Invalid IVR or Route"};
constexpr DropResult audio_url_not_allowed{3014, "Not allowed audio_url"};
constexpr DropResult no_speech{3015, "No TTS"};
constexpr DropResult byoc_not_enabled{3016, "BYOC not enabled"};
constexpr DropResult orig_id_not_a_uuid{3017, "sti_orig_id not a UUID"};
constexpr DropResult wrong_attestation{3018, "attestation not A, B or C"};
constexpr DropResult speech_too_long{3021, "TTS too long"};
constexpr DropResult media_not_found{3033, "Media Not Found"};
constexpr DropResult pool_not_ready{6003, "Pool Not Ready"};
constexpr DropResult opt_in_missing{6011, "Opt-in Missing"};
constexpr DropResult invalid_message{0, "Invalid message"};
constexpr DropResult invalid_caller_id{0, "Invalid caller ID or not SMS enabled"};

bool has(const json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && !found->is_null();
}

/// Empty if it is absent or no string.
std::string text_at(const json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::string> echo_of(const json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

/// The element with that id; null if the account has none.
template <class Element>
const Element* find(const std::vector<Element>& elements, std::string Element::*id,
                    const std::string& wanted) {
  const auto found = std::find_if(elements.begin(), elements.end(),
                                  [&](const Element& one) { return one.*id == wanted; });
  return found == elements.end() ? nullptr : &*found;
}

Fault credentials(const json& body, const SimulatorOptions& options) {
  const std::string team_id = text_at(body, "team_id");
  const std::string secret = text_at(body, "secret");
  const bool holds = options.any_credentials ? !team_id.empty() && !secret.empty()
                                             : team_id == options.credentials.team_id &&
                                                   secret == options.credentials.secret;
  return holds ? Fault() : not_authorized;
}

Fault brand(const json& body, const SimulatorOptions& options) {
  const std::string id = text_at(body, "brand_id");
  if (is_blank(id)) return not_authorized;
  if (options.any_credentials) return {};
  const Brand* found = find(options.account.brands, &Brand::brand_id, id);
  if (found == nullptr || found->api_allowed == false) return not_authorized;
  return {};
}

Fault number(const std::string& text) {
  if (is_e164(text)) return {};
  const bool is_almost = text.size() > 2 && text.size() <= 16 && text[0] == '+' && text[1] == '1' &&
                         std::all_of(text.begin() + 1, text.end(), is_digit);
  return is_almost ? number_not_valid : must_be_e164;
}

Fault recording(const std::string& id, const SimulatorOptions& options) {
  if (options.any_credentials && !is_blank(id)) return {};
  const Media* found = find(options.account.recordings, &Media::media_id, id);
  if (found == nullptr) found = find(options.account.media, &Media::media_id, id);
  if (found == nullptr) return media_not_found;
  return found->api_allowed == false ? Fault(not_authorized) : Fault();
}

Fault speech(const json& body) {
  const std::string text = text_at(body, "tts_body");
  if (is_blank(text)) return no_speech;
  if (is_blank(text_at(body, "voice_id"))) return no_voice;
  return count_characters(text) > max_speech ? Fault(speech_too_long) : Fault();
}

Fault audio_url(const json& body, const SimulatorOptions& options) {
  const std::string type = text_at(body, "audio_type");
  const bool is_valid =
      (type == "mp3" || type == "wav") && parse_http_url(text_at(body, "audio_url"));
  if (!is_valid) return audio_not_valid;
  return options.audio_url_approved || options.any_credentials ? Fault() : audio_url_not_allowed;
}

Fault audio(const json& body, const SimulatorOptions& options) {
  const bool is_recording = has(body, "recording_id");
  const bool is_url = has(body, "audio_url") || has(body, "audio_type");
  const bool is_speech = has(body, "voice_id") || has(body, "tts_body");
  if (int{is_recording} + int{is_url} + int{is_speech} > 1) return audio_not_valid;
  if (is_speech) return speech(body);
  if (is_url) return audio_url(body, options);
  return recording(text_at(body, "recording_id"), options);
}

/// Without any route the account's own takes the reply.
Fault reply_route(const json& body, const SimulatorOptions& options) {
  if (has(body, "forwarding_number")) {
    if (has(body, "phone_ivr_id")) return invalid_route;
    if (auto fault = number(text_at(body, "forwarding_number"))) return fault;
  }
  if (!has(body, "pool_id") || options.any_credentials) return {};
  const Pool* pool = find(options.account.pools, &Pool::pool_id, text_at(body, "pool_id"));
  return pool == nullptr ? Fault(invalid_route) : Fault();
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char s) {
    return s == '-' ? c == '-' : is_digit(c) || (is_letter(c) && (c | 0x20) <= 'f');
  });
}

Fault byoc(const json& body) {
  if (!has(body, "byoc")) return {};
  const json& settings = body["byoc"];
  if (!settings.is_object()) return byoc_not_enabled;
  if (has(settings, "sti_orig_id") && !is_uuid(text_at(settings, "sti_orig_id"))) {
    return orig_id_not_a_uuid;
  }
  const std::string attestation = text_at(settings, "sti_attestation");
  const bool is_known = attestation == "A" || attestation == "B" || attestation == "C";
  return has(settings, "sti_attestation") && !is_known ? Fault(wrong_attestation) : Fault();
}

Fault rvm_fault(const json& body, const SimulatorOptions& options) {
  if (auto fault = credentials(body, options)) return fault;
  if (auto fault = brand(body, options)) return fault;
  if (auto fault = number(text_at(body, "phone_number"))) return fault;
  if (auto fault = audio(body, options)) return fault;
  if (auto fault = reply_route(body, options)) return fault;
  return byoc(body);
}

Fault sms_fault(const json& body, const SimulatorOptions& options) {
  if (auto fault = credentials(body, options)) return fault;
  if (auto fault = number(text_at(body, "phone_number"))) return fault;
  if (!is_e164(text_at(body, "caller_id"))) return invalid_caller_id;
  const std::string text = text_at(body, "sms_body");
  if (is_blank(text) || count_characters(text) > max_sms) return invalid_message;
  if (!has(body, "opt_in") || body["opt_in"] != true) return opt_in_missing;
  const std::string pool_id = text_at(body, "pool_id");
  const bool knows_pool = options.any_credentials
                              ? !is_blank(pool_id)
                              : find(options.account.pools, &Pool::pool_id, pool_id) != nullptr;
  return knows_pool ? Fault() : Fault(pool_not_ready);
}

AcceptedMessage read(const json& body) {
  AcceptedMessage message;
  message.phone_number = text_at(body, "phone_number");
  message.foreign_id = echo_of(body, "foreign_id");
  message.callback_url = echo_of(body, "callback_url");
  return message;
}

}  // namespace

AcceptedMessage take_rvm(const json& body, const SimulatorOptions& options) {
  AcceptedMessage message = read(body);
  message.has_status_format = has(body, "status_format");
  message.is_speech = has(body, "tts_body");
  message.fault = rvm_fault(body, options);
  return message;
}

AcceptedMessage take_sms(const json& body, const SimulatorOptions& options) {
  AcceptedMessage message = read(body);
  message.is_sms = true;
  message.fault = sms_fault(body, options);
  return message;
}

}  // namespace dropcowboy::testing
