#include "testing/late_judge.hpp"

#include "testing/drop_faults.hpp"
#include "testing/drop_results.hpp"
#include "testing/http_url.hpp"
#include "testing/judge_tools.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;

constexpr std::size_t max_speech = 1200;
constexpr std::size_t max_sms = 160;

using namespace drop_faults;

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
  const Brand* found = find_by_id(options.account.brands, &Brand::brand_id, id);
  if (found == nullptr || found->api_allowed == false) return not_authorized;
  return {};
}

Fault recording(const std::string& id, const SimulatorOptions& options) {
  if (options.any_credentials && !is_blank(id)) return {};
  const Media* found = find_by_id(options.account.recordings, &Media::media_id, id);
  if (found == nullptr) found = find_by_id(options.account.media, &Media::media_id, id);
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
    if (auto fault = number_fault(text_at(body, "forwarding_number"))) return fault;
  }
  if (!has(body, "pool_id") || options.any_credentials) return {};
  const Pool* pool = find_by_id(options.account.pools, &Pool::pool_id, text_at(body, "pool_id"));
  return pool == nullptr ? Fault(invalid_route) : Fault();
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
  if (auto fault = number_fault(text_at(body, "phone_number"))) return fault;
  if (auto fault = audio(body, options)) return fault;
  if (auto fault = reply_route(body, options)) return fault;
  return byoc(body);
}

Fault sms_fault(const json& body, const SimulatorOptions& options) {
  if (auto fault = credentials(body, options)) return fault;
  if (auto fault = number_fault(text_at(body, "phone_number"))) return fault;
  if (!is_e164(text_at(body, "caller_id"))) return invalid_caller_id;
  const std::string text = text_at(body, "sms_body");
  if (is_blank(text) || count_characters(text) > max_sms) return invalid_message;
  if (!has(body, "opt_in") || body["opt_in"] != true) return opt_in_missing;
  const std::string pool_id = text_at(body, "pool_id");
  const bool knows_pool = options.any_credentials ? !is_blank(pool_id)
                                                  : find_by_id(options.account.pools,
                                                               &Pool::pool_id, pool_id) != nullptr;
  return knows_pool ? Fault() : Fault(pool_not_ready);
}

AcceptedMessage read(const json& body) {
  AcceptedMessage message;
  message.phone_number = text_at(body, "phone_number");
  message.foreign_id = echo_of(body, "foreign_id");
  message.callback_url = echo_of(body, "callback_url");
  return message;
}

/// It ends by its fault, or else as its number says.
void decide(AcceptedMessage& message, const Fault& fault) {
  message.is_faulty = fault.has_value();
  message.result = fault ? *fault : result_of_number(message.is_sms, message.phone_number);
}

}  // namespace

AcceptedMessage take_rvm(const json& body, const SimulatorOptions& options) {
  AcceptedMessage message = read(body);
  message.has_status_format = has(body, "status_format");
  message.is_speech = has(body, "tts_body");
  decide(message, rvm_fault(body, options));
  return message;
}

AcceptedMessage take_sms(const json& body, const SimulatorOptions& options) {
  AcceptedMessage message = read(body);
  message.is_sms = true;
  decide(message, sms_fault(body, options));
  return message;
}

}  // namespace dropcowboy::testing
