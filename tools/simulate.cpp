#include <dropcowboy/testing/simulator.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "stop_signals.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;
using testing::RecordedCallback;
using testing::RecordedRequest;
using testing::Simulator;

/// Of a JSON object's text; empty if it is not there.
std::string member(const std::string& object, const char* name) {
  const auto parsed = ordered_json::parse(object, nullptr, false);
  const auto found = parsed.is_object() ? parsed.find(name) : parsed.end();
  return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What a webhook tells, as JSON text.
std::string data_of(const std::string& body) {
  const auto parsed = ordered_json::parse(body, nullptr, false);
  return parsed.is_object() ? parsed.value("data", ordered_json::object()).dump() : std::string();
}

/// Names the message by its foreign_id; neither secret nor phone number.
void log(const RecordedRequest& request) {
  const std::string id = member(request.body, "foreign_id");
  std::string answer = member(request.answered_body, "status");
  if (answer.empty()) answer = member(request.answered_body, "message");
  if (answer.empty()) answer = member(request.answered_body, "detail");  // v2's
  std::string text =
      request.method + ' ' + request.path + " -> " + std::to_string(request.answered_status);
  if (!answer.empty()) text += ' ' + answer;
  if (!id.empty()) text += " (foreign_id " + id + ')';
  say(text);
  print_event({{"event", "request"},
               {"method", request.method},
               {"path", request.path},
               {"status", request.answered_status},
               {"answer", answer},
               {"foreign_id", id}});
}

std::string fate_of(const RecordedCallback& callback) {
  if (callback.lost) return "lost on purpose";
  if (callback.answered_status == 0) return "nobody there (only loopback hosts are called)";
  return std::to_string(callback.answered_status);
}

void log(const RecordedCallback& callback) {
  const std::string told = callback.event.empty() ? callback.body : data_of(callback.body);
  const std::string result = member(told, "status");
  const std::string reason = member(told, "reason");
  const std::string id = member(told, "foreign_id");
  const std::string answered = fate_of(callback);
  const bool is_callback = callback.event.empty();
  say((is_callback
           ? "callback"
           : "webhook " + callback.event + " (try " + std::to_string(callback.attempt) + ')') +
      " to " + callback.url + ": " + result + (reason.empty() ? "" : ", " + reason) +
      (id.empty() ? "" : " (foreign_id " + id + ')') + " -> " + answered);
  ordered_json document = {{"event", is_callback ? "callback" : "webhook"},
                           {"url", callback.url},
                           {"result", result},
                           {"reason", reason},
                           {"foreign_id", id},
                           {"answered_status", callback.answered_status},
                           {"lost", callback.lost}};
  if (!is_callback) {
    document["webhook_event"] = callback.event;
    document["attempt"] = callback.attempt;
  }
  print_event(document);
}

std::string manner(const Simulate& command) {
  std::string text =
      command.strict
          ? "It refuses at once what is wrong, and so is stricter than the service.\n"
          : "Like the service it answers \"queued\" to wrong credentials and data, too, and fails\n"
            "them in the callback ('dropcowboy listen' shows it); with --strict it refuses at "
            "once.\n";
  if (command.any_credentials) text += "It takes any credentials.\n";
  if (command.lose_every_callback > 0) {
    text += "It loses one of " + std::to_string(command.lose_every_callback) + " callbacks.\n";
  }
  return text;
}

void greet(const Simulator& simulator, const Simulate& command) {
  say("The simulator plays the service at " + simulator.url() + " and reaches nobody.\n" + "Open " +
      simulator.page_url() + " in a browser and see what your program does.\n" + manner(command) +
      "In another terminal:\n\n"
      "  export DROPCOWBOY_BASE_URL=" +
      simulator.url() +
      "\n"
      "  export DROPCOWBOY_TEAM_ID=" +
      simulator.credentials().team_id + " DROPCOWBOY_SECRET=" + simulator.credentials().secret +
      "\n"
      "  dropcowboy brands\n"
      "  dropcowboy send-rvm --phone-number +15550010001 --forwarding-number +15557654321 \\\n"
      "    --brand-id 5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10 \\\n"
      "    --recording-id 0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21\n\n"
      "Numbers from +15550010001 on have fixed results: +15550010004 does not answer. The newer\n"
      "API is at the same port:\n\n"
      "  export DROPCOWBOY_V2_BASE_URL=" +
      simulator.v2_url() + "\n  export DROPCOWBOY_KEY=" + simulator.v2_api_key().key +
      " DROPCOWBOY_KEY_SECRET=" + simulator.v2_api_key().secret +
      "\n  dropcowboy --api v2 doctor\n  dropcowboy --api v2 send-rvm --to +15550010001 \\\n"
      "    --media-id 0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e21\n\n"
      "Ctrl-C ends it.\n");
  print_event({{"event", "listening"},
               {"url", simulator.url()},
               {"page_url", simulator.page_url()},
               {"team_id", simulator.credentials().team_id},
               {"secret", simulator.credentials().secret},
               {"v2_url", simulator.v2_url()},
               {"v2_key", simulator.v2_api_key().key},
               {"v2_secret", simulator.v2_api_key().secret}});
}

}  // namespace

ExitCode run(const Simulate& command) {
  const StopSignals signals;
  testing::SimulatorOptions options;
  options.port = command.port;
  options.any_credentials = command.any_credentials;
  options.strict = command.strict;
  options.lose_every_callback = command.lose_every_callback;
  options.callback_delay = std::chrono::milliseconds(command.callback_delay_ms);
  options.page = true;
  options.keep_records = false;
  options.on_request = [](const RecordedRequest& request) { log(request); };
  options.on_callback = [](const RecordedCallback& callback) { log(callback); };
  const Simulator simulator(std::move(options));
  greet(simulator, command);
  signals.wait();
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
