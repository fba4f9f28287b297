#include "testing/page/callback_views.hpp"

#include "dropcowboy/webhook.hpp"
#include "testing/page/views.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

void put(ordered_json& document, const char* key, const std::optional<std::string>& value) {
  if (value) document[key] = *value;
}

void put(ordered_json& document, const char* key, const std::optional<Money>& amount) {
  if (amount) document[key] = '$' + to_string(*amount);
}

void put(ordered_json& document, const char* key, std::optional<bool> flag) {
  if (flag) document[key] = *flag ? "yes" : "no";
}

const char* state_of(const ReceivedCallback& callback, const Webhook& said) {
  if (!callback.refused_for.empty()) return "refused";
  if (callback.duplicate) return "repeat";
  if (said.delivered()) return "delivered";
  return said.failed() ? "failed" : "event";
}

/// The service's own number, also of a reason that this library does not know.
int code_of_reason(const Webhook& said) {
  return code_of(said.known_reason).value_or(said.reason_code.value_or(0));
}

/// What it tells besides its result, as it is named there.
ordered_json facts_of(const Webhook& said) {
  ordered_json facts = ordered_json::object();
  put(facts, "event", said.event);
  put(facts, "phone_number", said.phone_number);
  put(facts, "foreign_id", said.foreign_id);
  put(facts, "drop_id", said.drop_id);
  put(facts, "dnc", said.dnc);
  put(facts, "spam", said.spam);
  put(facts, "product_cost", said.product_cost);
  put(facts, "compliance_fee", said.compliance_fee);
  put(facts, "tts_fee", said.tts_fee);
  if (said.network) facts["network"] = said.network->name;
  put(facts, "status_code", said.status_code);
  put(facts, "event_id", said.event_id);
  put(facts, "contact_id", said.contact_id);
  put(facts, "caller_id", said.caller_id);
  put(facts, "proof_of_delivery_url", said.proof_of_delivery_url);
  return facts;
}

/// With the result only if it could be read.
ordered_json summary_of(const Entry& entry, const Result<Webhook>& said) {
  const ReceivedCallback& callback = *entry.callback;
  ordered_json summary = {{"number", entry.number},
                          {"at", milliseconds_of(entry.received_at)},
                          {"request", ordered_json::object()},
                          {"answered_status", callback.answered_status},
                          {"vouched_by", callback.vouched_by},
                          {"refused_for", callback.refused_for},
                          {"state", state_of(callback, said ? *said : Webhook())},
                          {"cost", nullptr}};
  if (!said) return summary;
  put(summary["request"], "phone_number", said->phone_number);
  put(summary["request"], "foreign_id", said->foreign_id);
  put(summary, "event", said->event);
  if (said->product_cost) summary["cost"] = to_string(said->total_cost());
  summary["result"] = {{"code", code_of_reason(*said)},
                       {"reason", said->reason},
                       {"dnc", said->opted_out()},
                       {"advice", to_string(said->advice())}};
  return summary;
}

}  // namespace

ordered_json summary_of_callback(const Entry& entry) {
  return summary_of(entry, Webhook::parse(entry.callback->body));
}

ordered_json document_of_callback(const Entry& entry) {
  const auto said = Webhook::parse(entry.callback->body);
  ordered_json document = summary_of(entry, said);
  document["facts"] = said ? facts_of(*said) : ordered_json::object();
  document["issues"] = said ? document_of(said->issues) : ordered_json::array();
  if (!said) document["issues"].push_back({{"field", ""}, {"message", said.error().message}});
  document["body"] = entry.callback->body;
  return document;
}

}  // namespace dropcowboy::testing::page
