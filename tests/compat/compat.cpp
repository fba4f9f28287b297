// The vendor's npm package and this library make the same calls to a simulator each; what the two
// received must mean the same. Differences that mean nothing to the service are printed.
//
//   compat <directory of vendor.cjs and calls.json> <node_modules with the package in it>

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "dropcowboy/client.hpp"
#include "dropcowboy/testing/simulator.hpp"
#include "support/process.hpp"

namespace {

using dropcowboy::Client;
using dropcowboy::testing::RecordedRequest;
using dropcowboy::testing::Simulator;
using nlohmann::json;
using Requests = std::vector<RecordedRequest>;

constexpr std::size_t methods_of_the_vendor = 11;

Requests vendor_calls(const std::string& directory, const std::string& node_modules) {
  const Simulator simulator;
  dropcowboy::support::Process node("/usr/bin/env",
                                    {"node", directory + "/vendor.cjs", directory + "/calls.json"},
                                    {{"NODE_PATH", node_modules},
                                     {"HOME", node_modules},  // where no configuration lies
                                     {"DROPCOWBOY_TEAM_ID", simulator.credentials().team_id},
                                     {"DROPCOWBOY_SECRET", simulator.credentials().secret},
                                     {"DROPCOWBOY_BASE_URL", simulator.url()}});
  std::cout << "the vendor's package is answered\n" << node.read_all() << '\n';
  if (node.wait() != 0) throw std::runtime_error("the vendor's package failed");
  return simulator.requests();
}

dropcowboy::ContactRows rows_of(const json& contacts) {
  dropcowboy::ContactRows rows;
  contacts.at("fields").get_to(rows.fields);
  contacts.at("values").get_to(rows.values);
  rows.region = contacts.at("region").get<std::string>();
  return rows;
}

Requests our_calls(const json& calls) {
  const Simulator simulator;
  dropcowboy::ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  const Client client(options);
  client.send(dropcowboy::RvmRequest::from_json(calls["rvm"].dump()).value()).value();
  client.send(dropcowboy::SmsRequest::from_json(calls["sms"].dump()).value()).value();
  const auto list = client.create_contact_list(calls["list_name"].get<std::string>()).value();
  client.get_contact_list(list.list_id).value();
  client.rename_contact_list(list.list_id, calls["new_list_name"].get<std::string>()).value();
  const auto report = client.append_contacts(list.list_id, rows_of(calls["contacts"]));
  if (!report.ok()) throw dropcowboy::Exception(*report.error);
  client.delete_contact_list(list.list_id).value();
  client.list_brands().value();
  client.list_recordings(true).value();
  client.list_media().value();
  client.list_pools().value();
  return simulator.requests();
}

/// What a request means to the service; ids that a simulator made are taken out.
json meaning_of(const RecordedRequest& request, const std::string& list_id) {
  std::string path = request.path;
  if (const auto at = path.find(list_id); !list_id.empty() && at != std::string::npos) {
    path.replace(at, list_id.size(), "{list_id}");
  }
  json meaning = {{"method", request.method},
                  {"path", path},
                  {"x-team-id", request.header("x-team-id")},
                  {"x-secret", request.header("x-secret")},
                  {"answered", request.answered_status}};
  if (request.body.empty()) return meaning;
  meaning["content-type"] = request.header("content-type");
  meaning["body"] = json::parse(request.body);
  return meaning;
}

std::string list_id_in(const Requests& requests) {
  for (const RecordedRequest& request : requests) {
    if (request.path == "/v1/list") return json::parse(request.answered_body).at("list_id");
  }
  return {};
}

std::map<std::string, std::string> headers_of(const RecordedRequest& request) {
  std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
  headers.erase("host");            // the simulator's port
  headers.erase("content-length");  // follows from the body
  return headers;
}

/// Of the form of two requests that mean the same: header by header, and the bytes of the body.
std::set<std::string> differences(const RecordedRequest& vendor, const RecordedRequest& ours) {
  std::set<std::string> found;
  const auto say = [&](const std::string& what, const std::string& theirs, const std::string& own) {
    if (theirs == own) return;
    const auto shown = [](const std::string& text) { return text.empty() ? "-" : text; };
    found.insert(what + ": vendor " + shown(theirs) + ", ours " + shown(own));
  };
  const bool has_body = !ours.body.empty();
  auto own = headers_of(ours);
  for (const auto& [name, value] : headers_of(vendor)) {
    const bool needs_body = name == "content-type" && !has_body;
    say(needs_body ? name + " of a request without a body" : name, value, own[name]);
    own.erase(name);
  }
  for (const auto& [name, value] : own) say(name, {}, value);
  if (vendor.body != ours.body) found.insert("body: the order of keys or the way of escaping");
  return found;
}

int compare(const Requests& vendor, const Requests& ours) {
  if (vendor.size() != methods_of_the_vendor || ours.size() != vendor.size()) {
    std::cout << "the vendor made " << vendor.size() << " requests, we " << ours.size() << '\n';
    return 1;
  }
  int unlike = 0;
  std::map<std::string, int> forms;
  for (std::size_t i = 0; i < vendor.size(); ++i) {
    const json theirs = meaning_of(vendor[i], list_id_in(vendor));
    const json own = meaning_of(ours[i], list_id_in(ours));
    const bool is_good = theirs == own && own["answered"] == 200;
    std::cout << (is_good ? "same    " : "UNLIKE  ") << std::string(own["method"]) << ' '
              << std::string(own["path"]) << '\n';
    if (!is_good) std::cout << "  vendor " << theirs << "\n  ours   " << own << '\n';
    unlike += is_good ? 0 : 1;
    for (const std::string& one : differences(vendor[i], ours[i])) ++forms[one];
  }
  std::cout << "\nof the form only\n";
  for (const auto& [form, count] : forms) std::cout << "  " << count << " x " << form << '\n';
  std::cout << '\n'
            << vendor.size() - static_cast<std::size_t>(unlike) << " of " << vendor.size()
            << " calls mean the same\n";
  return unlike == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) {
    std::cerr << "usage: compat <directory of vendor.cjs> <node_modules>\n";
    return 2;
  }
  const std::string directory = argv[1];
  std::ifstream file(directory + "/calls.json");
  const json calls = json::parse(file);
  return compare(vendor_calls(directory, argv[2]), our_calls(calls));
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
