#include "testing/v2/judge.hpp"

#include <algorithm>

#include "testing/drop_faults.hpp"
#include "testing/hmac_sha256.hpp"
#include "testing/http_url.hpp"

namespace dropcowboy::testing::v2 {

namespace {

using nlohmann::json;
using namespace drop_faults;

constexpr std::size_t max_speech = 1200;
constexpr std::size_t max_text = 1600;
constexpr const char* simulated_caller_id = "+15550000000";

const char* line_type(bool is_sms) { return is_sms ? "sms" : "voice"; }

/// The line that is named, or the default one of the type; null if there is none.
const SimulatedLine* line_of(const json& body, bool is_sms, const SimulatedV2Account& account) {
  const auto& lines = account.lines;
  if (has(body, "phone_line_id")) {
    const SimulatedLine* line =
        find_by_id(lines, &SimulatedLine::phone_line_id, text_at(body, "phone_line_id"));
    return line != nullptr && line->type == line_type(is_sms) ? line : nullptr;
  }
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const SimulatedLine& one) {
    return one.is_default && one.type == line_type(is_sms);
  });
  return found == lines.end() ? nullptr : &*found;
}

Fault contact(const json& body, const Message& message) {
  const bool is_named_once = has(body, "to") != has(body, "contact_id");
  if (has(body, "to") || !has(body, "contact_id")) {
    if (auto fault = number_fault(text_at(body, "to"))) return fault;
  }
  return is_named_once && !message.phone_number.empty() ? Fault() : Fault(number_not_valid);
}

Fault line(const json& body, const Message& message, const Circumstances& here) {
  const bool is_byoc_call = !message.is_sms && here.account.byoc_enabled && has(body, "caller_id");
  if (line_of(body, message.is_sms, here.account) != nullptr) return {};
  if (!has(body, "phone_line_id")) return is_byoc_call ? Fault() : Fault(no_line);
  return here.knows_every_id ? Fault() : Fault(invalid_route);
}

Fault media(const std::string& id, const Circumstances& here) {
  const SimulatedMedia* found = find_by_id(here.account.media, &SimulatedMedia::media_id, id);
  if (found == nullptr) return here.knows_every_id ? Fault() : Fault(audio_not_valid);
  return found->is_uploaded ? Fault() : Fault(media_not_found);
}

Fault speech(const json& body, const Circumstances& here) {
  const std::string text = text_at(body, "tts_body");
  if (is_blank(text)) return no_speech;
  const std::string voice_id = text_at(body, "voice_id");
  if (is_blank(voice_id)) return no_voice;
  const SimulatedVoice* voice =
      find_by_id(here.account.voices, &SimulatedVoice::voice_id, voice_id);
  const bool can_speak = voice != nullptr ? voice->status == "ready" : here.knows_every_id;
  if (!can_speak) return no_voice;
  return count_characters(text) > max_speech ? Fault(speech_too_long) : Fault();
}

Fault audio(const json& body, const Circumstances& here) {
  const bool is_speech = has(body, "voice_id") || has(body, "tts_body");
  const bool is_url = has(body, "audio_url");
  if (int{has(body, "media_id")} + int{is_url} + int{is_speech} != 1) return audio_not_valid;
  if (is_speech) return speech(body, here);
  if (!is_url) return media(text_at(body, "media_id"), here);
  if (!here.audio_url_approved && !here.knows_every_id) return audio_url_not_allowed;
  return parse_http_url(text_at(body, "audio_url")) ? Fault() : Fault(audio_not_valid);
}

Fault byoc(const json& body, const Circumstances& here) {
  if (!has(body, "byoc")) return {};
  const json& settings = body["byoc"];
  if (!here.account.byoc_enabled || !settings.is_object()) return byoc_not_enabled;
  if (!is_uuid(text_at(settings, "sti_orig_id"))) return orig_id_not_a_uuid;
  const std::string attestation = text_at(settings, "sti_attestation");
  const bool is_known = attestation == "A" || attestation == "B" || attestation == "C";
  return is_known ? Fault() : Fault(wrong_attestation);
}

Fault text(const json& body, const Circumstances& here) {
  const std::string words = text_at(body, "body");
  if (count_characters(words) > max_text) return text_not_valid;
  const json none = json::array();
  const json& ids = has(body, "media_ids") ? body["media_ids"] : none;
  const json& urls = has(body, "media_urls") ? body["media_urls"] : none;
  if (!ids.is_array() || !urls.is_array()) return text_not_valid;
  if (is_blank(words) && ids.empty() && urls.empty()) return text_not_valid;
  for (const json& id : ids) {
    if (!id.is_string()) return media_not_found;
    if (auto fault = media(id.get<std::string>(), here)) return fault;
  }
  const bool are_urls = std::all_of(urls.begin(), urls.end(), [](const json& url) {
    return url.is_string() && parse_http_url(url.get<std::string>());
  });
  return are_urls ? Fault() : Fault(media_not_found);
}

Fault callback(const json& body) {
  if (!has(body, "callback_url")) return {};
  return parse_http_url(text_at(body, "callback_url")) ? Fault() : Fault(invalid_callback);
}

Fault modes(const Message& message, const SimulatedV2Account& account) {
  const auto& tests = account.test_numbers;
  const bool is_test = std::find(tests.begin(), tests.end(), message.phone_number) != tests.end();
  if (account.is_trial && !is_test) return not_in_trial;
  if (account.test_numbers_only && !is_test) return test_numbers_only;
  return account.has_funds ? Fault() : Fault(no_funds);
}

Fault consent(const Message& message, const SimulatedV2Account& account) {
  const SimulatedContact* contact =
      find_by_id(account.contacts, &SimulatedContact::phone_number, message.phone_number);
  const bool has_agreed = contact != nullptr && contact->has_sms_consent;
  if (message.is_sms && account.sms_needs_consent && !has_agreed) return opt_in_missing;
  return contact != nullptr && contact->dnc ? Fault(internal_dnc) : Fault();
}

std::string caller_id_of(const json& body, const Message& message,
                         const SimulatedV2Account& account) {
  if (message.phone_number.rfind("+1555", 0) == 0) return simulated_caller_id;
  if (account.byoc_enabled && has(body, "caller_id")) return text_at(body, "caller_id");
  const SimulatedLine* line = line_of(body, message.is_sms, account);
  return line == nullptr || line->numbers.empty() ? simulated_caller_id : line->numbers.front();
}

/// What is no object has no members.
const json& object_or_none(const json& given) {
  static const json none = json::object();
  return given.is_object() ? given : none;
}

}  // namespace

std::string contact_id_of(const std::string& phone_number, const SimulatedV2Account& account) {
  const SimulatedContact* known =
      find_by_id(account.contacts, &SimulatedContact::phone_number, phone_number);
  if (known != nullptr) return known->contact_id;
  std::string id = hmac_sha256_hex("contact", phone_number).substr(0, 32);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) id.insert(dash, 1, '-');
  return id;
}

Message read_message(const json& given, bool is_sms, const SimulatedV2Account& account) {
  const json& body = object_or_none(given);
  Message message;
  message.is_sms = is_sms;
  message.is_speech = has(body, "tts_body");
  message.foreign_id = echo_of(body, "foreign_id");
  message.callback_url = echo_of(body, "callback_url");
  message.phone_number = text_at(body, "to");
  message.contact_id = text_at(body, "contact_id");
  if (const SimulatedContact* contact =
          find_by_id(account.contacts, &SimulatedContact::contact_id, message.contact_id);
      contact != nullptr && message.phone_number.empty()) {
    message.phone_number = contact->phone_number;
  } else if (message.contact_id.empty()) {
    message.contact_id = contact_id_of(message.phone_number, account);
  }
  message.caller_id = caller_id_of(body, message, account);
  return message;
}

Fault fault_of(const json& given, const Message& message, const Circumstances& here) {
  const json& body = object_or_none(given);
  if (auto fault = contact(body, message)) return fault;
  if (auto fault = line(body, message, here)) return fault;
  if (auto fault = message.is_sms ? text(body, here) : audio(body, here)) return fault;
  if (auto fault = message.is_sms ? Fault() : byoc(body, here)) return fault;
  if (auto fault = callback(body)) return fault;
  if (auto fault = modes(message, here.account)) return fault;
  return consent(message, here.account);
}

}  // namespace dropcowboy::testing::v2
