#include <dropcowboy/receiver/callback_server.hpp>
#include <dropcowboy/testing/callback_page.hpp>
#include <nlohmann/json.hpp>

#include "callback_serving.hpp"
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
using testing::CallbackPage;
using testing::ReceivedCallback;

/// Of a body; the receiver takes no more.
constexpr std::size_t max_shown = 65'536;

void show(const CallbackEvent& event) {
  explain(event.callback);
  const bool is_proven = event.authenticity != Authenticity::none;
  say(is_proven ? "  vouched for by its " + std::string(to_string(event.authenticity))
                : "  nobody vouches for it: whoever knows the URL can post this");
  ordered_json document = {{"event", "callback"}, {"authenticity", to_string(event.authenticity)}};
  document.update(to_document(event.callback));
  print_event(document);
}

void show_other(const Reception& reception) {
  if (reception.duplicate) say("a callback came again; it is shown once");
  if (reception.rejection == Rejection::none) return;
  say_warning("refused with " + std::to_string(reception.status) + ": " +
              std::string(to_string(reception.rejection)));
  print_event({{"event", "rejection"},
               {"rejection", to_string(reception.rejection)},
               {"answered_status", reception.status}});
}

Reception answer(const WebhookReceiver& receiver, CallbackPage& page,
                 const CallbackRequest& request) {
  ReceivedCallback shown;
  Reception reception = receiver.receive(request, [&shown](CallbackEvent&& event) {
    show(event);
    if (event.authenticity != Authenticity::none) shown.vouched_by = to_string(event.authenticity);
    return true;
  });
  show_other(reception);
  shown.body = request.body.substr(0, max_shown);
  shown.answered_status = reception.status;
  shown.duplicate = reception.duplicate;
  if (reception.rejection != Rejection::none) shown.refused_for = to_string(reception.rejection);
  page.add(shown);
  return reception;
}

receiver::ReceiverOptions receiver_options(std::optional<std::string> secret) {
  receiver::ReceiverOptions options;
  options.accept_unauthenticated = true;  // it only shows them
  if (secret == "-") secret = read_secret();
  if (secret) options.webhook_secrets.push_back(*std::move(secret));
  return options;
}

}  // namespace

ExitCode run(const Listen& command) {
  const StopSignals signals;
  const WebhookReceiver receiver(receiver_options(command.webhook_secret));
  CallbackPage page({command.page_port});
  const CallbackServer server =
      serve_callbacks(command.port, [&receiver, &page](const CallbackRequest& request) {
        return answer(receiver, page, request);
      });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + '/';
  page.set_callback_url(url);
  say("Listening for callbacks; send with --callback-url " + url + "\nOpen " + page.url() +
      " in a browser to look at them.\nOnly this machine reaches it, and nobody vouches for what "
      "it shows" +
      (command.webhook_secret ? " unless a signature does" : "") + ". Ctrl-C ends it.");
  print_event({{"event", "listening"}, {"url", url}, {"page_url", page.url()}});
  signals.wait();
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
