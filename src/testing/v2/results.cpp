#include "testing/v2/results.hpp"

#include "testing/drop_results.hpp"

namespace dropcowboy::testing::v2 {

namespace {

using nlohmann::ordered_json;

const char* product_of(const Message& message) { return message.is_sms ? "sms" : "rvm"; }

bool is_success(const Message& message) { return message.result.code == 0; }

const char* status_of(const Message& message) {
  return is_success(message) ? "success" : "failure";
}

/// Leads nowhere.
std::string proof_url(const MessageIds& ids) {
  return "https://proof.invalid/campaign/public/receipts/" + ids.receipt_drop;
}

}  // namespace

const char* const team_id = "3d2c1b0a-9f8e-4d7c-8b6a-5f4e3d2c1b0a";

bool has_proof(const Message& message) {
  const int code = message.result.code;
  const bool is_simulated_number = message.phone_number.rfind("+1555", 0) == 0;
  return !message.is_sms && !is_simulated_number && (code == 0 || code == 4001 || code == 4002);
}

std::string callback_body(const Message& message, const MessageIds& ids,
                          ServiceClock::TimePoint attempted_at) {
  const bool is_paid = is_success(message);
  ordered_json body = {
      {"drop_id", ids.drop},
      {"team_id", team_id},
      {"session_id", ids.session},
      {"log_id", ids.log},
      {"contact_id", message.contact_id},
      {"phone_number", message.phone_number},
      {"caller_id", message.caller_id},
      {"product_code", product_of(message)},
      {"status", status_of(message)},
      {"reason", message.result.reason},
      {"reason_code", message.result.code},
      {"quantity", 1},
      {"product_cost", is_paid ? 0.04 : 0.0},
      {"compliance_fee", is_paid ? 0.0029 : 0.0},
      {"tts_fee", is_paid && message.is_speech ? 0.01 : 0.0},
      {"dnc", message.result.dnc},
      {"attempt_date", iso_time(attempted_at)},
  };
  if (message.foreign_id) body["foreign_id"] = *message.foreign_id;
  if (has_proof(message)) body["proof_of_delivery_url"] = proof_url(ids);
  return body.dump();
}

ordered_json status_data(const Message& message, const MessageIds& ids) {
  return {
      {"team_id", team_id},
      {"contact_id", message.contact_id},
      {"drop_id", ids.drop},
      {"campaign_id", nullptr},
      {"campaign_type", product_of(message)},
      {"status", status_of(message)},
      {"reason", message.result.reason},
      {"reason_code", message.result.code},
      {"to", message.phone_number},
      {"from", message.caller_id},
  };
}

ordered_json receipt_data(const Message& message, const MessageIds& ids,
                          ServiceClock::TimePoint ready_at) {
  ordered_json data = status_data(message, ids);
  data["drop_id"] = ids.receipt_drop;
  data["team"] = {{"team_id", team_id}, {"name", "Simulated account"}};
  data["contact"] = {{"contact_id", message.contact_id},
                     {"main_phone", message.phone_number},
                     {"tags", ordered_json::array()},
                     {"list_ids", ordered_json::array()}};
  const ordered_json delivered_at =
      is_success(message) ? ordered_json(iso_time(ready_at)) : ordered_json();
  data["campaign_session"] = {{"phone_number", message.phone_number},
                              {"caller_id", message.caller_id},
                              {"product_code", product_of(message)},
                              {"dispo",
                               {{"status", status_of(message)},
                                {"reason", message.result.reason},
                                {"delivered_at", delivered_at},
                                {"dnc", message.result.dnc}}}};
  data["list_id"] = nullptr;
  data["list"] = nullptr;
  data["proof_of_delivery_url"] = proof_url(ids);
  data["receipt_ready_at"] = iso_time(ready_at);
  return data;
}

}  // namespace dropcowboy::testing::v2
