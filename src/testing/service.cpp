#include "testing/service.hpp"

#include <algorithm>

#include "testing/bounded_json.hpp"
#include "testing/catalogue.hpp"
#include "testing/drop_results.hpp"
#include "testing/judge_tools.hpp"
#include "testing/late_judge.hpp"
#include "testing/send_judge.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;

json parsed(const httplib::Request& request) { return bounded_json(request.body); }

}  // namespace

/// An address: "*" stands for any one part.
struct Service::Route {
  PathParts parts;
  std::string methods;
  Answer (Service::*answer)(const httplib::Request& request, const Parts& parts);

  bool leads_to(const Parts& there) const { return matches(parts, there); }
};

Service::Service(const SimulatorOptions& options, bool has_page)
    : options_(options),
      clock_(options_.now),
      journal_(has_page ? std::make_unique<page::Journal>(clock_) : nullptr),
      lists_(ids_, clock_),
      webhooks_(ids_, clock_),
      callbacks_(options_, clock_, journal_.get()),
      v2_({options_, ids_, clock_, webhooks_, callbacks_, rulings_, journal_.get()}) {}

void Service::advance(std::chrono::milliseconds time) {
  clock_.advance(time);
  callbacks_.wake();
}

Answer Service::answer(const httplib::Request& request) {
  const Parts parts = parts_of(request.target);
  return !parts.empty() && parts[0] == "v1" ? answer_v1(request, parts)
                                            : v2_.answer(request, parts);
}

Answer Service::answer_v1(const httplib::Request& request, const Parts& parts) {
  static const Route routes[] = {
      {{"v1", "rvm"}, "POST", &Service::send},
      {{"v1", "sms"}, "POST", &Service::send},
      {{"v1", "list"}, "POST", &Service::list},
      {{"v1", "list", "*"}, "GET, POST, DELETE", &Service::list},
      {{"v1", "list", "*", "contacts"}, "POST", &Service::list},
      {{"v1", "brand"}, "GET", &Service::catalogue},
      {{"v1", "recording"}, "GET", &Service::catalogue},
      {{"v1", "media"}, "GET", &Service::catalogue},
      {{"v1", "pool"}, "GET", &Service::catalogue},
  };
  const auto route = std::find_if(std::begin(routes), std::end(routes),
                                  [&](const Route& one) { return one.leads_to(parts); });
  if (route == std::end(routes)) return refuse(404, "there is nothing at this path");
  if (route->methods.find(request.method) == std::string::npos) return wrong_method(route->methods);
  const bool is_send = route->answer == &Service::send;
  const bool asks_headers = options_.strict || !is_send;  // for sends only the body counts
  if (asks_headers && !has_good_headers(request)) {
    return refuse(401, "the headers x-team-id and x-secret must be those of an account");
  }
  if (request.method == "POST") {
    if (!is_json_media_type(request.get_header_value("Content-Type"))) {
      return refuse(415, "Content-Type must be application/json");
    }
    if (!parsed(request).is_object()) return refuse(400, "the body must be a JSON object");
  }
  return (this->*route->answer)(request, parts);
}

bool Service::has_good_headers(const httplib::Request& request) const {
  const Credentials account = credentials_of(request);
  return !account.team_id.empty() && !account.secret.empty() &&
         request.get_header_value("x-team-id") == account.team_id &&
         request.get_header_value("x-secret") == account.secret;
}

Credentials Service::credentials_of(const httplib::Request& request) const {
  if (!options_.any_credentials) return options_.credentials;
  return {request.get_header_value("x-team-id"), request.get_header_value("x-secret")};
}

Answer Service::send(const httplib::Request& request, const Parts& parts) {
  const json body = parsed(request);
  const bool is_sms = parts[1] == "sms";
  if (options_.strict) {
    const auto judge = is_sms ? judge_sms : judge_rvm;
    if (const auto refusal = judge(body, credentials_of(request))) {
      return refuse(refusal->status, refusal->message);
    }
  }
  AcceptedMessage message = is_sms ? take_sms(body, options_) : take_rvm(body, options_);
  if (!message.is_faulty) {
    message.result = rulings_.of_number(message.phone_number).value_or(message.result);
  }
  const page::Teller tell = [this, message, drop_id = ids_.drop_id()](std::uint64_t number,
                                                                      bool is_by_hand) {
    call_back(message, drop_id, number, is_by_hand);
  };
  Answer answer = say({{"status", "queued"}});
  if (journal_) {
    answer.message = journal_->take({request, false, message.is_faulty,
                                     message.callback_url.has_value(), message.result, tell});
  }
  tell(answer.message, false);
  return answer;
}

void Service::call_back(const AcceptedMessage& message, const std::string& drop_id,
                        std::uint64_t number, bool is_by_hand) {
  if (!message.callback_url) return;
  Announcements announcements;
  announcements.push_back(std::make_unique<CallbackAnnouncement>(
      *message.callback_url, [this, message, drop_id, number](ServiceClock::TimePoint now) {
        AcceptedMessage as_decided = message;
        if (const auto ruling = rulings_.of_message(number)) as_decided.result = *ruling;
        return callback_body(as_decided, drop_id, now);
      }));
  is_by_hand ? callbacks_.tell_now(std::move(announcements), number)
             : callbacks_.schedule(std::move(announcements), number);
}

Answer Service::list(const httplib::Request& request, const Parts& parts) {
  if (parts.size() == 2) return lists_.create(parsed(request));
  const std::string& list_id = parts[2];
  if (parts.size() == 4) return lists_.append(list_id, parsed(request));
  if (request.method == "GET") return lists_.get(list_id);
  if (request.method == "POST") return lists_.rename(list_id, parsed(request));
  return lists_.remove(list_id);
}

Answer Service::catalogue(const httplib::Request& request, const Parts& parts) {
  const SimulatedAccount& account = options_.account;
  const std::string& what = parts[1];
  if (what == "brand") return {200, listing_of(account.brands, options_.credentials), {}};
  if (what == "pool") return {200, listing_of(account.pools, options_.credentials), {}};
  if (what == "media") return {200, listing_of(account.media, options_.credentials, {}), {}};
  std::optional<bool> api_allowed;
  if (request.has_param("api_allowed")) {
    const std::string value = request.get_param_value("api_allowed");
    if (value != "true" && value != "false") return refuse(400, "api_allowed must be a boolean");
    api_allowed = value == "true";
  }
  return {200, listing_of(account.recordings, options_.credentials, api_allowed), {}};
}

}  // namespace dropcowboy::testing
