#include "testing/rvm_judge.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "testing/http_url.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;

/// Why a body is refused; nothing if a rule has no objection.
using Objection = std::optional<std::string>;

constexpr std::size_t max_foreign_id = 256;
constexpr std::size_t max_speech = 1200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// '9' stands for a digit, 'A' for a letter, everything else for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char s) {
    return s == '9' ? is_digit(c) : s == 'A' ? is_letter(c) : c == s;
  });
}

/// The parser has made sure that it is UTF-8.
std::size_t count_characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_e164(std::string_view number) {
  if (number.size() < 3 || number.size() > 16 || number[0] != '+' || number[1] == '0') return false;
  if (!std::all_of(number.begin() + 1, number.end(), is_digit)) return false;
  return number[1] != '1' || (number.size() == 12 && number[2] >= '2');
}

bool is_postal_code(std::string_view code) {
  constexpr std::string_view shapes[] = {"99999", "99999-9999", "A9A 9A9", "A9A9A9"};
  return std::any_of(std::begin(shapes), std::end(shapes),
                     [code](std::string_view shape) { return has_shape(code, shape); });
}

/// Every other rule may rely on this one: what is present has its type.
Objection types(const json& body) {
  constexpr const char* texts[] = {
      "brand_id", "phone_number", "recording_id", "audio_url",         "audio_type", "voice_id",
      "tts_body", "pool_id",      "phone_ivr_id", "forwarding_number", "caller_id",  "foreign_id",
      "privacy",  "postal_code",  "callback_url", "status_format",
  };
  for (const std::string key : texts) {
    const auto found = body.find(key);
    if (found == body.end()) continue;
    if (!found->is_string()) return key + " must be a string";
    const auto& text = found->get_ref<const std::string&>();
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) return key + " must not be empty";
  }
  const auto byoc = body.find("byoc");
  if (byoc != body.end() && !byoc->is_object()) return "byoc must be an object";
  return {};
}

/// foreign_id is not among them: the vendor's table calls it optional.
Objection required_keys(const json& body) {
  for (const std::string key : {"brand_id", "phone_number"}) {
    if (!body.contains(key)) return key + " is required";
  }
  return {};
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

constexpr Objection (*rules[])(const json& body) = {
    types,       required_keys, phone_numbers, complete_pairs, one_audio_source,
    reply_route, allowed_words, urls,          formats,
};

bool is_json_media_type(std::string_view content_type) {
  const std::string_view wanted = "application/json";
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  return std::equal(type.begin(), type.end(), wanted.begin(), wanted.end(),
                    [](char c, char w) { return c == w || (is_letter(c) && (c | 0x20) == w); });
}

std::optional<std::string> text_at(const json& body, const char* key) {
  const auto found = body.find(key);
  return found == body.end() ? std::nullopt : std::optional<std::string>(*found);
}

AcceptedRvm accept(const json& body) {
  AcceptedRvm rvm;
  rvm.phone_number = body["phone_number"];
  rvm.foreign_id = text_at(body, "foreign_id");
  rvm.callback_url = text_at(body, "callback_url");
  rvm.has_status_format = body.contains("status_format");
  const auto speech = text_at(body, "tts_body");
  rvm.is_speech = speech.has_value();
  rvm.is_speech_too_long = speech && count_characters(*speech) > max_speech;
  return rvm;
}

}  // namespace

std::variant<AcceptedRvm, Refusal> judge_rvm(const RvmPost& post, const Credentials& account) {
  if (post.team_id_header != account.team_id || post.secret_header != account.secret) {
    return Refusal{401, "the headers x-team-id and x-secret must be those of an account"};
  }
  if (!is_json_media_type(post.content_type)) {
    return Refusal{415, "Content-Type must be application/json"};
  }
  const json body = json::parse(post.body, nullptr, false);
  if (!body.is_object()) return Refusal{400, "the body must be a JSON object"};
  const auto team_id = body.find("team_id");
  const auto secret = body.find("secret");
  if (team_id == body.end() || *team_id != account.team_id || secret == body.end() ||
      *secret != account.secret) {
    return Refusal{401, "the body's team_id and secret must be those of the account"};
  }
  for (const auto rule : rules) {
    if (auto objection = rule(body)) return Refusal{400, *std::move(objection)};
  }
  return accept(body);
}

}  // namespace dropcowboy::testing
