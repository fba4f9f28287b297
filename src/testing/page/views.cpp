#include "testing/page/views.hpp"

#include <array>
#include <chrono>

#include "dropcowboy/rvm.hpp"
#include "dropcowboy/sms.hpp"
#include "dropcowboy/webhook.hpp"
#include "testing/page/callback_views.hpp"
#include "testing/page/mask.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t max_summary_text = 300;

bool is_v1(const Entry& entry) { return entry.path.rfind("/v1/", 0) == 0; }
bool is_sms(const Entry& entry) {
  return entry.path.size() > 3 && entry.path.compare(entry.path.size() - 3, 3, "sms") == 0;
}

/// What the v2 service calls otherwise.
const char* name_of(const std::string& key) { return key == "body" ? "sms_body" : key.c_str(); }

/// Of all callbacks alike, so the first one with a cost has it.
ordered_json cost_of(const Entry& entry) {
  for (const ToldResult& told : entry.told) {
    const auto event = Webhook::parse(told.callback.body);
    if (!event || !event->product_cost) continue;
    return to_string(event->total_cost());
  }
  return nullptr;
}

ordered_json callback_of(const ToldResult& told) {
  const RecordedCallback& callback = told.callback;
  ordered_json document = {
      {"at", milliseconds_of(told.at)}, {"url", callback.url},
      {"body", callback.body},          {"answered_status", callback.answered_status},
      {"lost", callback.lost},          {"event", callback.event},
      {"attempt", callback.attempt},    {"headers", ordered_json::object()}};
  for (const auto& [name, value] : callback.headers) document["headers"][name] = value;
  return document;
}

template <class Request>
ordered_json judgement_of(const ordered_json& body) {
  ordered_json fields = body;
  fields.erase("team_id");
  fields.erase("secret");
  const auto request = Request::from_json(text_of(fields));
  if (!request) {
    auto errors = document_of(request.error().issues);
    if (errors.empty()) errors.push_back({{"field", ""}, {"message", request.error().message}});
    return {{"errors", std::move(errors)}, {"warnings", ordered_json::array()}};
  }
  const Validation validation = validate(*request);
  return {{"errors", document_of(validation.errors)},
          {"warnings", document_of(validation.warnings)}};
}

/// In the words of the library's validate(), which knows the rules of v1.
ordered_json validation_of(const Entry& entry, const ordered_json& body) {
  if (!is_v1(entry) || !body.is_object()) return nullptr;
  return is_sms(entry) ? judgement_of<SmsRequest>(body) : judgement_of<RvmRequest>(body);
}

}  // namespace

long long milliseconds_of(ServiceClock::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

ordered_json document_of(const std::vector<Issue>& issues) {
  ordered_json documents = ordered_json::array();
  for (const Issue& issue : issues) {
    documents.push_back(
        {{"field", issue.field}, {"code", to_string(issue.code)}, {"message", issue.message}});
  }
  return documents;
}

const char* state_of(const Entry& entry) {
  if (entry.is_repeat) return "repeat";
  if (!entry.is_taken) {
    return entry.is_cut || entry.answered_status >= 500 || entry.answered_status < 300 ? "unclear"
                                                                                       : "refused";
  }
  if (entry.is_told && entry.told.empty()) return "accepted";
  return *entry.result.reason == '\0' ? "delivered" : "failed";
}

ordered_json document_of(const DropResult& result) {
  const bool is_success = *result.reason == '\0';
  const ordered_json callback = {{"status", is_success ? "success" : "failure"},
                                 {"reason", result.reason}};
  const auto event = Webhook::parse(callback.dump());
  const Advice advice = event ? advice_for(event->known_reason) : Advice::not_known;
  return {{"code", result.code},
          {"reason", result.reason},
          {"dnc", result.dnc},
          {"spam", result.spam},
          {"advice", to_string(advice)}};
}

ordered_json essence_of(const ordered_json& body, const std::string& phone_number) {
  static const std::array<std::string, 18> shown = {
      "contact_id", "brand_id", "recording_id",  "media_id",     "audio_url",         "audio_type",
      "tts_body",   "voice_id", "sms_body",      "body",         "forwarding_number", "pool_id",
      "caller_id",  "byoc",     "phone_line_id", "phone_ivr_id", "privacy",           "foreign_id"};
  ordered_json essence = ordered_json::object();
  if (!phone_number.empty()) essence["phone_number"] = phone_number;
  for (const std::string& key : shown) {
    const auto found = body.find(key);
    if (found == body.end() || found->is_null()) continue;
    std::string text = found->is_string() ? found->get<std::string>() : text_of(*found);
    if (text.size() > max_summary_text) text.resize(max_summary_text);
    essence[name_of(key)] = std::move(text);
  }
  return essence;
}

ordered_json summary_of(const Entry& entry) {
  if (entry.callback) return summary_of_callback(entry);
  ordered_json summary = {{"number", entry.number},
                          {"at", milliseconds_of(entry.received_at)},
                          {"path", entry.path},
                          {"request", entry.essence ? *entry.essence : ordered_json::object()},
                          {"answered_status", entry.answered_status},
                          {"is_cut", entry.is_cut},
                          {"is_taken", entry.is_taken},
                          {"is_told", entry.is_told},
                          {"state", state_of(entry)},
                          {"cost", cost_of(entry)}};
  if (entry.is_taken && !entry.is_repeat) {
    summary["result"] = document_of(entry.result);
    summary["is_faulty"] = entry.is_faulty;
  }
  if (!entry.told.empty()) {
    const RecordedCallback& last = entry.told.back().callback;
    summary["callback"] = {{"count", entry.told.size()},
                           {"answered_status", last.answered_status},
                           {"lost", last.lost}};
  }
  return summary;
}

ordered_json document_of(const Entry& entry) {
  if (entry.callback) return document_of_callback(entry);
  ordered_json document = summary_of(entry);
  document["team_id"] = entry.team_id;
  document["idempotency_key"] = entry.idempotency_key;
  const ordered_json body = entry.body ? ordered_json::parse(*entry.body) : ordered_json();
  document["validation"] = validation_of(entry, body);
  document["body"] = body;
  document["size"] = entry.received_bytes;
  document["answered_body"] = entry.answered_body;
  document["callbacks"] = ordered_json::array();
  for (const ToldResult& told : entry.told) document["callbacks"].push_back(callback_of(told));
  for (const char* key : {"team_id", "idempotency_key", "answered_body", "callbacks"}) {
    mask_texts(document[key], entry.secrets);
  }
  return document;
}

std::string text_of(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace dropcowboy::testing::page
