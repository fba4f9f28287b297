#include "testing/send_judge.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "testing/http_url.hpp"
#include "testing/judge_tools.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;

constexpr std::size_t max_foreign_id = 256;
constexpr std::size_t max_sms = 160;

/// '9' stands for a digit, 'A' for a letter, everything else for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char s) {
    return s == '9' ? is_digit(c) : s == 'A' ? is_letter(c) : c == s;
  });
}

bool is_postal_code(std::string_view code) {
  constexpr std::string_view shapes[] = {"99999", "99999-9999", "A9A 9A9", "A9A9A9"};
  return std::any_of(std::begin(shapes), std::end(shapes),
                     [code](std::string_view shape) { return has_shape(code, shape); });
}

Objection texts(const json& body, std::initializer_list<const char*> keys) {
  for (const std::string key : keys) {
    const auto found = body.find(key);
    if (found == body.end()) continue;
    if (!found->is_string()) return key + " must be a string";
    if (is_blank(found->get_ref<const std::string&>())) return key + " must not be empty";
  }
  return {};
}

Objection required(const json& body, std::initializer_list<const char*> keys) {
  for (const std::string key : keys) {
    if (!body.contains(key)) return key + " is required";
  }
  return {};
}

// ---- POST /rvm. Every other rule may rely on the first: what is present has its type. ----

Objection rvm_types(const json& body) {
  const auto byoc = body.find("byoc");
  if (byoc != body.end() && !byoc->is_object()) return "byoc must be an object";
  return texts(
      body, {"brand_id", "phone_number", "recording_id", "audio_url", "audio_type", "voice_id",
             "tts_body", "pool_id", "phone_ivr_id", "forwarding_number", "caller_id", "foreign_id",
             "privacy", "postal_code", "callback_url", "status_format"});
}

/// foreign_id is not among them: the vendor's table calls it optional.
Objection rvm_required_keys(const json& body) {
  return required(body, {"brand_id", "phone_number"});
}

Objection phone_numbers(const json& body) {
  for (const std::string key : {"phone_number", "forwarding_number", "caller_id"}) {
    if (body.contains(key) && !is_e164(body[key].get_ref<const std::string&>())) {
      return key + " must be in E.164 format, such as +15552223333";
    }
  }
  return {};
}

Objection complete_pairs(const json& body) {
  constexpr std::pair<const char*, const char*> pairs[] = {{"audio_url", "audio_type"},
                                                           {"voice_id", "tts_body"}};
  for (const auto& [one, other] : pairs) {
    if (body.contains(one) == body.contains(other)) continue;
    const auto& [present, absent] =
        body.contains(one) ? std::make_pair(one, other) : std::make_pair(other, one);
    return std::string(absent) + " is required when using " + present;
  }
  return {};
}

Objection one_audio_source(const json& body) {
  const int sources = int{body.contains("recording_id")} + int{body.contains("audio_url")} +
                      int{body.contains("voice_id")};
  if (sources == 0) return "recording_id, audio_url or voice_id is required";
  if (sources > 1) return "only one of recording_id, audio_url and voice_id can be used";
  return {};
}

Objection reply_route(const json& body) {
  const bool forwards = body.contains("forwarding_number");
  const bool has_ivr = body.contains("phone_ivr_id");
  if (forwards && has_ivr) return "phone_ivr_id cannot be used with forwarding_number";
  const bool brings_its_own = body.contains("caller_id") || body.contains("byoc");
  if (!forwards && !has_ivr && !body.contains("pool_id") && !brings_its_own) {
    return "forwarding_number is required when not using pool_id or phone_ivr_id";
  }
  return {};
}

Objection allowed_words(const json& body) {
  if (body.contains("audio_type") && body["audio_type"] != "mp3" && body["audio_type"] != "wav") {
    return "audio_type must be mp3 or wav";
  }
  if (body.contains("privacy") && body["privacy"] != "off" && body["privacy"] != "full") {
    return "privacy must be off or full";
  }
  return {};
}

Objection urls(const json& body) {
  for (const std::string key : {"audio_url", "callback_url"}) {
    if (body.contains(key) && !parse_http_url(body[key].get_ref<const std::string&>())) {
      return key + " must be an http or https URL";
    }
  }
  return {};
}

Objection formats(const json& body) {
  if (body.contains("foreign_id") &&
      count_characters(body["foreign_id"].get_ref<const std::string&>()) > max_foreign_id) {
    return "foreign_id must have at most 256 characters";
  }
  if (body.contains("postal_code") &&
      !is_postal_code(body["postal_code"].get_ref<const std::string&>())) {
    return "postal_code must be a zip code or postal code, such as 02101 or 90210-0001";
  }
  return {};
}

// ---- POST /sms ----

Objection sms_types(const json& body) {
  return texts(body,
               {"phone_number", "caller_id", "pool_id", "sms_body", "foreign_id", "callback_url"});
}

Objection sms_required_keys(const json& body) {
  return required(body, {"phone_number", "caller_id", "pool_id", "sms_body", "opt_in"});
}

Objection consent(const json& body) {
  if (body["opt_in"] != true) return "opt_in must be true";
  return {};
}

Objection short_enough(const json& body) {
  if (count_characters(body["sms_body"].get_ref<const std::string&>()) > max_sms) {
    return "sms_body must have at most 160 characters";
  }
  return {};
}

using Rule = Objection (*)(const json& body);

constexpr Rule rvm_rules[] = {
    rvm_types,   rvm_required_keys, phone_numbers, complete_pairs, one_audio_source,
    reply_route, allowed_words,     urls,          formats,
};
constexpr Rule sms_rules[] = {
    sms_types, sms_required_keys, phone_numbers, consent, short_enough, urls, formats,
};

std::optional<Refusal> without_the_credentials(const json& body, const Credentials& account) {
  const auto team_id = body.find("team_id");
  const auto secret = body.find("secret");
  const bool has_both = team_id != body.end() && *team_id == account.team_id &&
                        secret != body.end() && *secret == account.secret;
  if (has_both) return std::nullopt;
  return Refusal{401, "the body's team_id and secret must be those of the account"};
}

template <std::size_t N>
std::optional<Refusal> judge(const json& body, const Credentials& account, const Rule (&rules)[N]) {
  if (auto refusal = without_the_credentials(body, account)) return refusal;
  for (const Rule rule : rules) {
    if (auto objection = rule(body)) return Refusal{400, *std::move(objection)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> judge_rvm(const json& body, const Credentials& account) {
  return judge(body, account, rvm_rules);
}

std::optional<Refusal> judge_sms(const json& body, const Credentials& account) {
  return judge(body, account, sms_rules);
}

}  // namespace dropcowboy::testing
