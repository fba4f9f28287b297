#include "testing/v2/service.hpp"

#include <algorithm>

#include "core/make_error.hpp"
#include "testing/bounded_json.hpp"
#include "testing/drop_faults.hpp"
#include "testing/drop_results.hpp"
#include "testing/v2/account.hpp"
#include "testing/v2/answers.hpp"

namespace dropcowboy::testing::v2 {

using nlohmann::json;

namespace {

const char* status_event(bool is_sms) {
  return is_sms ? "contact.sms.status" : "contact.rvm.status";
}

}  // namespace

/// What an address takes, and from whom.
struct Service::Route {
  PathParts address;
  std::string methods;
  Answer (Service::*answer)(const Request& request, const PathParts& path, const json& body);
};

const std::vector<Service::Route>& Service::routes() {
  static const std::vector<Route> all = {
      {{"rvm"}, "POST", &Service::send},
      {{"sms"}, "POST", &Service::send},
      {{"register", "public", "webhooks"}, "GET, POST", &Service::webhooks},
      {{"register", "public", "webhooks", "*"}, "PUT, DELETE", &Service::webhooks},
      {{"register", "public", "webhooks", "*", "rotate-secret"}, "POST", &Service::webhooks},
      {{"register", "public", "account", "webhook-signing-secret"}, "GET", &Service::secrets},
      {{"register", "public", "integration-readiness"}, "GET", &Service::readiness},
      {{"phone", "public", "lines"}, "GET, POST", &Service::lines},
      {{"phone", "public", "lines", "*", "numbers"}, "GET", &Service::lines},
      {{"media", "public", "media"}, "GET, POST", &Service::media},
      {{"media", "public", "media", "*"}, "GET", &Service::media},
      {{"media", "public", "media", "*", "complete"}, "POST", &Service::media},
      {{"media", "public", "media", "*", "policy"}, "GET", &Service::media},
      {{"uploads", "*"}, "PUT", &Service::upload},
      {{"voice", "public", "voices"}, "GET", &Service::voices},
      {{"contact", "public", "contacts", "*"}, "GET", &Service::contacts},
      {{"contact", "public", "contacts", "*", "consent"}, "POST", &Service::contacts},
  };
  return all;
}

Service::Service(const Surroundings& around)
    : around_(around),
      account_(around.options.v2),
      media_(account_.media, around.ids, around.clock) {}

Answer Service::answer(const Request& request, const PathParts& path) {
  const auto route = std::find_if(routes().begin(), routes().end(),
                                  [&](const Route& one) { return matches(one.address, path); });
  if (route == routes().end()) return not_found("path", around_.ids);
  if (route->methods.find(request.method) == std::string::npos) {
    Answer answer =
        problem(405, "method-not-allowed", "only " + route->methods + " here", around_.ids);
    answer.headers.emplace_back("Allow", route->methods);
    return answer;
  }
  const std::lock_guard lock(mutex_);
  return dispatch(*route, request, path);
}

Answer Service::dispatch(const Route& route, const Request& request, const PathParts& path) {
  RandomIds& ids = around_.ids;
  if (route.answer == &Service::upload) return upload(request, path, {});
  const bool is_send = route.answer == &Service::send;
  const bool has_pair =
      !request.get_header_value("x-key").empty() && !request.get_header_value("x-secret").empty();
  const bool takes_any_pair = is_send && !around_.options.strict;
  if (!has_pair || (!takes_any_pair && !is_account(request))) {
    return problem(401, "unauthorized", "the headers x-key and x-secret must be an account's", ids);
  }
  if (request.body.empty() && !is_send) return (this->*route.answer)(request, path, json::object());
  if (!is_json_media_type(request.get_header_value("Content-Type"))) {
    return problem(415, "unsupported-media-type", "Content-Type must be application/json", ids);
  }
  const json body = bounded_json(request.body);
  if (body.is_discarded()) return problem(400, "bad-request", "the body is not JSON", ids);
  if (!is_send && !body.is_object()) return invalid("the body must be a JSON object", ids);
  return (this->*route.answer)(request, path, body);
}

bool Service::is_account(const Request& request) const {
  const std::string key = request.get_header_value("x-key");
  const std::string secret = request.get_header_value("x-secret");
  if (around_.options.any_credentials) return !key.empty() && !secret.empty();
  return std::any_of(
      account_.api_keys.begin(), account_.api_keys.end(),
      [&](const SimulatedApiKey& pair) { return pair.key == key && pair.secret == secret; });
}

Answer Service::send(const Request& request, const PathParts& path, const json& body) {
  Message message = read_message(body, path[0] == "sms", account_);
  const Fault found = find_fault(request, body, message);
  if (around_.options.strict && found) return invalid(found->reason, around_.ids);
  RecordedMessage record;
  record.message_id = around_.ids.uuid();
  record.path = '/' + path[0];
  const nlohmann::ordered_json queued = {{"status", "queued"}, {"message_id", record.message_id}};
  Answer answer{202, queued.dump(), {}};
  bool repeats = false;
  Fault fault = take_key(request, body, record, repeats);
  if (repeats) {
    answer.message = note({request, true, false, false, {}, nullptr});
    return answer;
  }
  if (!fault) fault = found;
  message.result = fault ? *fault : result_for(message);
  record.sent = !fault;
  record.body = request.body;
  keep(std::move(record), message);
  announce(request, message, fault.has_value(), answer);
  return answer;
}

DropResult Service::result_for(const Message& message) const {
  const auto decided = around_.rulings.of_number(message.phone_number);
  return decided ? *decided : result_of_number(message.is_sms, message.phone_number);
}

void Service::announce(const Request& request, const Message& message, bool is_faulty,
                       Answer& answer) {
  const bool is_authorized = is_account(request);
  const page::Teller teller = [this, message, ids = MessageIds(around_.ids), is_authorized](
                                  std::uint64_t number, bool is_by_hand) {
    tell(message, ids, is_authorized, number, is_by_hand);
  };
  const bool has_webhook =
      is_authorized && around_.webhooks.has_one_for(status_event(message.is_sms));
  const bool is_told = message.callback_url || has_webhook;
  answer.message = note({request, false, is_faulty, is_told, message.result, teller});
  teller(answer.message, false);
}

Fault Service::find_fault(const Request& request, const json& body, const Message& message) const {
  if (!is_account(request)) return drop_faults::not_authorized;
  const SimulatorOptions& options = around_.options;
  return fault_of(body, message, {account_, options.audio_url_approved, options.any_credentials});
}

void Service::keep(RecordedMessage record, const Message& message) {
  if (!around_.options.keep_records) return;
  record.foreign_id = message.foreign_id.value_or("");
  record.phone_number = message.phone_number;
  record.reason_code = message.result.code;
  record.reason = message.result.reason;
  message_by_id_[record.message_id] = messages_.size();
  messages_.push_back(std::move(record));
}

Fault Service::take_key(const Request& request, const json& body, RecordedMessage& record,
                        bool& repeats) {
  record.idempotency_key = request.get_header_value("Idempotency-Key");
  if (record.idempotency_key.empty()) return {};
  const bool is_valid = request.get_header_value_count("Idempotency-Key") == 1 &&
                        is_idempotency_key(record.idempotency_key);
  if (!is_valid) return drop_faults::key_not_valid;
  // One account has all the pairs; whoever is unknown has keys of his own.
  const std::string x_key = request.get_header_value("x-key");
  const bool is_ours = find_by_id(account_.api_keys, &SimulatedApiKey::key, x_key) != nullptr;
  const auto known = keys_.take(
      {is_ours ? "" : x_key, record.idempotency_key, record.path, body.dump(), record.message_id},
      around_.clock.now());
  repeats = known.verdict == IdempotencyKeys::Verdict::repeated;
  if (repeats) count_repeat(known.message_id);
  const bool is_conflict = known.verdict == IdempotencyKeys::Verdict::conflict;
  return is_conflict ? Fault(drop_faults::key_conflict) : Fault();
}

void Service::count_repeat(const std::string& message_id) {
  const auto found = message_by_id_.find(message_id);
  if (found != message_by_id_.end()) ++messages_[found->second].times_taken;
}

void Service::tell(const Message& sent, const MessageIds& ids, bool is_authorized,
                   std::uint64_t number, bool is_by_hand) {
  // Not of this: callbacks outlive it.
  const auto decided = [&rulings = around_.rulings, sent, number] {
    Message message = sent;
    if (const auto ruling = rulings.of_message(number)) message.result = *ruling;
    return message;
  };
  const Message message = decided();
  Announcements announcements;
  if (message.callback_url) {
    announcements.push_back(std::make_unique<CallbackAnnouncement>(
        *message.callback_url, [decided, ids](ServiceClock::TimePoint now) {
          return callback_body(decided(), ids, now);
        }));
  }
  if (is_authorized) {
    const std::string event_id = around_.ids.uuid();
    around_.webhooks.announce(
        {status_event(message.is_sms), event_id,
         [decided, ids](ServiceClock::TimePoint) { return status_data(decided(), ids); }},
        announcements);
    if (has_proof(message)) {
      around_.webhooks.announce({"contact.rvm.receipt", event_id,
                                 [decided, ids](ServiceClock::TimePoint now) {
                                   return receipt_data(decided(), ids, now);
                                 }},
                                announcements);
    }
  }
  is_by_hand ? around_.callbacks.tell_now(std::move(announcements), number)
             : around_.callbacks.schedule(std::move(announcements), number);
}

std::uint64_t Service::note(page::Taken taken) {
  return around_.journal == nullptr ? 0 : around_.journal->take(std::move(taken));
}

void Service::post_event(const std::string& event, const std::string& data) {
  const auto document = bounded_json<nlohmann::ordered_json>(data);
  if (!document.is_object()) {
    throw Exception(
        not_sent(ErrorKind::configuration, "the data of an event must be a JSON object"));
  }
  Announcements announcements;
  around_.webhooks.announce(
      {event, around_.ids.uuid(), [document](ServiceClock::TimePoint) { return document; }},
      announcements);
  around_.callbacks.schedule(std::move(announcements));
}

std::vector<RecordedMessage> Service::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::vector<RecordedKey> Service::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_.remembered(around_.clock.now());
}

Answer Service::webhooks(const Request& request, const PathParts& path, const json& body) {
  Webhooks& hooks = around_.webhooks;
  if (path.size() == 3) return request.method == "GET" ? hooks.list() : hooks.create(body);
  if (path.size() == 5) return hooks.rotate_secret(path[3]);
  return request.method == "PUT" ? hooks.update(path[3], body) : hooks.remove(path[3]);
}

Answer Service::secrets(const Request&, const PathParts&, const json&) {
  return around_.webhooks.list_secrets();
}

Answer Service::lines(const Request& request, const PathParts& path, const json& body) {
  if (path.size() == 5) return list_numbers(path[3], account_, around_.ids);
  return request.method == "GET" ? list_lines(request, account_, around_.ids)
                                 : create_line(body, account_, around_.ids);
}

Answer Service::media(const Request& request, const PathParts& path, const json& body) {
  const std::string host = request.get_header_value("Host");
  if (path.size() == 3) {
    return request.method == "GET" ? media_.list(request) : media_.create(body, host);
  }
  if (path.size() == 4) return media_.get(path[3]);
  return path[4] == "complete" ? media_.complete(path[3]) : media_.policy(path[3], host);
}

Answer Service::upload(const Request& request, const PathParts& path, const json&) {
  return media_.upload(request, path[1]);
}

Answer Service::contacts(const Request& request, const PathParts& path, const json& body) {
  if (path.size() == 5) return record_consent(path[3], body, account_, around_.ids);
  return path[3] == "search" ? search_contacts(request, account_, around_.ids)
                             : get_contact(path[3], account_, around_.ids);
}

Answer Service::readiness(const Request&, const PathParts&, const json&) {
  return v2::readiness(around_.options, account_, around_.ids);
}

Answer Service::voices(const Request&, const PathParts&, const json&) {
  return list_voices(account_, around_.ids);
}

}  // namespace dropcowboy::testing::v2
