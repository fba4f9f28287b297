#include "testing/v2/account.hpp"

#include <algorithm>

#include "testing/judge_tools.hpp"
#include "testing/v2/answers.hpp"
#include "testing/v2/judge.hpp"

namespace dropcowboy::testing::v2 {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json document_of(const SimulatedLine& line) {
  return {{"ivr_id", line.phone_line_id},
          {"name", line.name},
          {"type", line.type},
          {"is_default", line.is_default}};
}

ordered_json document_of(const SimulatedContact& contact) {
  return {{"contact_id", contact.contact_id},
          {"main_phone", contact.phone_number},
          {"has_tcpa_consent", contact.has_tcpa_consent},
          {"has_sms_consent", contact.has_sms_consent},
          {"has_email_consent", false},
          {"dnc", contact.dnc}};
}

std::size_t count_of_numbers(const SimulatedV2Account& account) {
  std::size_t count = 0;
  for (const SimulatedLine& line : account.lines) count += line.numbers.size();
  return count;
}

/// The contact with this id, made if the number is the one that the id stands for; else null.
SimulatedContact* contact_of(const std::string& contact_id, const std::string& phone_number,
                             SimulatedV2Account& account) {
  auto& contacts = account.contacts;
  const auto known =
      std::find_if(contacts.begin(), contacts.end(),
                   [&](const SimulatedContact& one) { return one.contact_id == contact_id; });
  if (known != contacts.end()) return &*known;
  if (contact_id_of(phone_number, account) != contact_id) return nullptr;
  return &contacts.emplace_back(SimulatedContact{contact_id, phone_number});
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* one) { return word == one; });
}

Objection consent_objection(const json& body) {
  if (!is_one_of(text_at(body, "consent_type"), {"sms_optin", "tcpa_optin"})) {
    return "consent_type must be sms_optin or tcpa_optin";
  }
  if (!is_e164(text_at(body, "phone_number"))) return "phone_number must be in E.164 form";
  if (is_blank(text_at(body, "consent_text"))) return "consent_text must be a text";
  if (!is_one_of(text_at(body, "consent_method"), {"phone", "in_person", "web_form", "paper"})) {
    return "consent_method must be phone, in_person, web_form or paper";
  }
  return {};
}

}  // namespace

Answer readiness(const SimulatorOptions& options, const SimulatedV2Account& account,
                 RandomIds& ids) {
  const double balance = account.has_funds ? 100.0 : 0.0;
  ordered_json next_actions = ordered_json::array();
  if (!account.has_funds) next_actions.push_back("add_funds");
  return data(
      {{"audio_url_allowed", options.audio_url_approved || options.any_credentials},
       {"test_numbers_only", account.test_numbers_only},
       {"test_numbers", account.test_numbers},
       {"building_blocks_enabled", false},
       {"usage_plan", account.is_trial ? "trial" : "simulated"},
       {"byoc", {{"connected", account.byoc_enabled}, {"providers", ordered_json::array()}}},
       {"numbers", {{"count", count_of_numbers(account)}, {"items", ordered_json::array()}}},
       {"voices", {{"count", account.voices.size()}}},
       {"funds",
        {{"available", balance},
         {"balance", balance},
         {"reserved", 0.0},
         {"funds_ok", account.has_funds}}},
       {"allotment", {{"sms", {{"remaining", 1000}, {"cap", 1000}}}}},
       {"embed_ready", false},
       {"next_actions", next_actions}},
      ids);
}

Answer list_lines(const httplib::Request& request, const SimulatedV2Account& account,
                  RandomIds& ids) {
  const std::string type = request.get_param_value("type");
  const std::string term = request.get_param_value("search_term");
  ordered_json lines = ordered_json::array();
  for (const SimulatedLine& line : account.lines) {
    const bool fits = type.empty() || line.type == type;
    if (fits && line.name.find(term) != std::string::npos) lines.push_back(document_of(line));
  }
  return data(lines, ids);
}

Answer create_line(const json& body, SimulatedV2Account& account, RandomIds& ids) {
  if (is_blank(text_at(body, "name"))) return invalid("name must be a text", ids);
  if (text_at(body, "type") != "voice") return invalid("type must be voice", ids);
  SimulatedLine line;
  line.phone_line_id = ids.uuid();
  line.name = text_at(body, "name");
  account.lines.push_back(line);
  return data(document_of(line), ids);
}

Answer list_numbers(const std::string& line_id, const SimulatedV2Account& account, RandomIds& ids) {
  const SimulatedLine* line = find_by_id(account.lines, &SimulatedLine::phone_line_id, line_id);
  if (line == nullptr) return not_found("line", ids);
  ordered_json numbers = ordered_json::array();
  for (const std::string& number : line->numbers) numbers.push_back({{"phone_number", number}});
  return data(numbers, ids);
}

Answer list_voices(const SimulatedV2Account& account, RandomIds& ids) {
  ordered_json voices = ordered_json::array();
  for (const SimulatedVoice& voice : account.voices) {
    voices.push_back(
        {{"voice_id", voice.voice_id}, {"name", voice.name}, {"status", voice.status}});
  }
  return data({{"voices", voices}}, ids);
}

Answer get_contact(const std::string& contact_id, const SimulatedV2Account& account,
                   RandomIds& ids) {
  const auto* contact = find_by_id(account.contacts, &SimulatedContact::contact_id, contact_id);
  return contact == nullptr ? not_found("contact", ids) : data(document_of(*contact), ids);
}

Answer search_contacts(const httplib::Request& request, const SimulatedV2Account& account,
                       RandomIds& ids) {
  if (!request.has_param("phone")) return invalid("phone must be given", ids);
  const auto* contact = find_by_id(account.contacts, &SimulatedContact::phone_number,
                                   request.get_param_value("phone"));
  return contact == nullptr ? not_found("contact", ids) : data(document_of(*contact), ids);
}

Answer record_consent(const std::string& contact_id, const json& body, SimulatedV2Account& account,
                      RandomIds& ids) {
  if (const auto objection = consent_objection(body)) return invalid(*objection, ids);
  SimulatedContact* contact = contact_of(contact_id, text_at(body, "phone_number"), account);
  if (contact == nullptr) return not_found("contact", ids);
  const bool is_for_texts = body["consent_type"] == "sms_optin";
  (is_for_texts ? contact->has_sms_consent : contact->has_tcpa_consent) = true;
  return data({{"consent_id", ids.uuid()}}, ids, 201);
}

}  // namespace dropcowboy::testing::v2

namespace dropcowboy::testing {

SimulatedV2Account SimulatedV2Account::sample() {
  SimulatedV2Account account;
  account.lines = {
      {"b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a11", "Main line", "voice", true, {"+15557654321"}},
      {"b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a12", "Second line", "voice", false, {"+15557654322"}},
      {"b7d1a6c2-3e54-4f0b-8a19-6c2d7e9f0a13", "Texts", "sms", true, {"+15557654323"}}};
  account.media = {{"0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e21", "Reminder"},
                   {"0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e22", "Never uploaded", false}};
  account.voices = {{"d9c3b1a7-5e2f-4a8b-8c6d-1f0e2d3c4b31", "Sam"},
                    {"d9c3b1a7-5e2f-4a8b-8c6d-1f0e2d3c4b32", "Alex", "training"}};
  account.contacts = {{"a1b2c3d4-0e1f-4a2b-8c3d-4e5f6a7b8c41", "+15550020001", false, true, true},
                      {"a1b2c3d4-0e1f-4a2b-8c3d-4e5f6a7b8c42", "+14155550199", true}};
  return account;
}

}  // namespace dropcowboy::testing
