#include "testing/service.hpp"

#include <algorithm>

#include "testing/catalogue.hpp"
#include "testing/judge_tools.hpp"
#include "testing/late_judge.hpp"
#include "testing/send_judge.hpp"

namespace dropcowboy::testing {

namespace {

using nlohmann::json;

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return is_letter(c) && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

std::string percent_decoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    decoded += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  return decoded;
}

/// The parts of a path, decoded one by one, so that an encoded slash separates nothing.
std::vector<std::string> parts_of(const std::string& target) {
  std::vector<std::string> parts;
  const std::string path = target.substr(0, target.find_first_of("?#"));
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    parts.push_back(percent_decoded(path.substr(at + 1, end - at - 1)));
    at = end;
  }
  return parts;
}

Answer wrong_method(const std::string& allowed) {
  Answer answer = refuse(405, "only " + allowed + " is possible here");
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

json parsed(const httplib::Request& request) { return json::parse(request.body, nullptr, false); }

}  // namespace

/// An address: "*" stands for any one part.
struct Service::Route {
  std::vector<std::string> parts;
  std::string methods;
  Answer (Service::*answer)(const httplib::Request& request, const Parts& parts);

  bool leads_to(const Parts& there) const {
    return std::equal(parts.begin(), parts.end(), there.begin(), there.end(),
                      [](const std::string& here, const std::string& part) {
                        return here == "*" ? !part.empty() : here == part;
                      });
  }
};

Service::Service(const SimulatorOptions& options)
    : options_(options), lists_(ids_), callbacks_(options) {}

Answer Service::answer(const httplib::Request& request) {
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
  const Parts parts = parts_of(request.target);
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
  if (message.callback_url) callbacks_.schedule(std::move(message), ids_.drop_id());
  return say({{"status", "queued"}});
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
