#include <algorithm>
#include <cctype>
#include <dropcowboy/receiver/callback_server.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "explain.hpp"
#include "input.hpp"
#include "stop_signals.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;
using receiver::Authenticity;
using receiver::CallbackEvent;
using receiver::CallbackRequest;
using receiver::CallbackServer;
using receiver::Reception;
using receiver::Rejection;
using receiver::WebhookReceiver;

/// For programs; a terminal shows what is said to people instead.
void tell_program(const ordered_json& event) {
  if (!stdout_is_terminal()) print_line(event);
}

void show(const CallbackEvent& event) {
  explain(event.callback);
  const bool is_proven = event.authenticity != Authenticity::none;
  say(is_proven ? "  vouched for by its " + std::string(to_string(event.authenticity))
                : "  nobody vouches for it: whoever knows the URL can post this");
  ordered_json document = {{"event", "callback"}, {"authenticity", to_string(event.authenticity)}};
  document.update(to_document(event.callback));
  tell_program(document);
}

void show_other(const Reception& reception) {
  if (reception.duplicate) say("a callback came again; it is shown once");
  if (reception.rejection == Rejection::none) return;
  say_warning("refused with " + std::to_string(reception.status) + ": " +
              std::string(to_string(reception.rejection)));
  tell_program({{"event", "rejection"},
                {"rejection", to_string(reception.rejection)},
                {"answered_status", reception.status}});
}

/// Web pages can post to this machine, too; browsers say so in headers that no service sends.
bool is_from_web_page(const CallbackRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const HttpHeader& header) {
    std::string name = header.name;
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name == "origin" || name.rfind("sec-fetch-", 0) == 0;
  });
}

Reception answer(const WebhookReceiver& receiver, const CallbackRequest& request) {
  if (is_from_web_page(request)) {
    say_warning("refused what a web page posted");
    tell_program({{"event", "rejection"}, {"rejection", "web_page"}, {"answered_status", 403}});
    Reception refused;
    refused.status = 403;
    refused.body = "forbidden\n";
    return refused;
  }
  Reception reception = receiver.receive(request, [](CallbackEvent&& event) {
    show(event);
    return true;
  });
  show_other(reception);
  return reception;
}

receiver::ReceiverOptions receiver_options(std::optional<std::string> secret) {
  receiver::ReceiverOptions options;
  options.accept_unauthenticated = true;  // it only shows them
  if (secret == "-") secret = read_secret();
  if (secret) options.webhook_secrets.push_back(*std::move(secret));
  return options;
}

CallbackServer serve(int port, const WebhookReceiver& receiver) {
  receiver::CallbackServerOptions options;
  options.port = port;
  try {
    return CallbackServer(
        options, [&receiver](const CallbackRequest& request) { return answer(receiver, request); });
  } catch (const Exception& exception) {
    throw UsageError(exception.error().message);
  }
}

}  // namespace

ExitCode run(const Listen& command) {
  const StopSignals signals;
  const WebhookReceiver receiver(receiver_options(command.webhook_secret));
  const CallbackServer server = serve(command.port, receiver);
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + '/';
  say("Listening for callbacks; send with --callback-url " + url +
      "\nOnly this machine reaches it, and nobody vouches for what it shows" +
      (command.webhook_secret ? " unless a signature does" : "") + ". Ctrl-C ends it.");
  tell_program({{"event", "listening"}, {"url", url}});
  signals.wait();
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
