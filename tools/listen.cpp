#include <httplib.h>

#include <dropcowboy/receiver/webhook_receiver.hpp>
#include <nlohmann/json.hpp>
#include <thread>

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
using receiver::Reception;
using receiver::Rejection;
using receiver::WebhookReceiver;

/// For programs; a terminal shows what is said to people instead.
void tell_program(const ordered_json& event) {
  if (!stdout_is_terminal()) print_line(event);
}

void show(const CallbackEvent& event) {
  explain(event.callback);
  say(event.authenticity == Authenticity::none
          ? "  nobody vouches for it: whoever knows the URL can post this"
          : "  vouched for by its " + std::string(to_string(event.authenticity)));
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

/// Browsers say on whose behalf they post; the service is none.
bool comes_from_a_web_page(const httplib::Request& request) {
  return request.has_header("Origin") || request.has_header("Sec-Fetch-Site");
}

void refuse_web_page(httplib::Response& response) {
  say_warning("refused what a web page posted");
  tell_program({{"event", "rejection"}, {"rejection", "web_page"}, {"answered_status", 403}});
  response.status = 403;
}

void answer(const WebhookReceiver& receiver, const httplib::Request& request,
            httplib::Response& response) {
  if (comes_from_a_web_page(request)) return refuse_web_page(response);
  CallbackRequest callback{request.method, request.target, {}, request.body};
  for (const auto& [name, value] : request.headers) callback.headers.push_back({name, value});
  const Reception reception = receiver.receive(callback, [](CallbackEvent&& event) {
    show(event);
    return true;
  });
  show_other(reception);
  response.status = reception.status;
  response.set_content(std::string(reception.body), "text/plain");
  if (reception.status == 405) response.set_header("Allow", "POST");
}

/// httplib's default would let a second program share the port.
void allow_quick_restart(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

/// Listens on a loopback port from construction to destruction.
class CallbackServer {
 public:
  CallbackServer(int port, const WebhookReceiver& receiver) {
    const auto handler = [&receiver](const httplib::Request& request, httplib::Response& response) {
      answer(receiver, request, response);
    };
    server_.Post(".*", handler).Get(".*", handler).Put(".*", handler).Delete(".*", handler);
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_timeout(1);  // how long an idle connection holds up the end
    server_.set_payload_max_length(std::size_t{64} * 1024);
    server_.set_socket_options(allow_quick_restart);
    if (port == 0) {
      port_ = server_.bind_to_any_port("127.0.0.1");
    } else if (server_.bind_to_port("127.0.0.1", port)) {
      port_ = port;
    }
    if (port_ <= 0) {
      throw UsageError("cannot listen on port " + std::to_string(port) +
                       " of 127.0.0.1: choose a free one, or 0 for any");
    }
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  CallbackServer(const CallbackServer&) = delete;
  CallbackServer& operator=(const CallbackServer&) = delete;
  ~CallbackServer() {
    while (!server_.is_running()) std::this_thread::yield();  // stop() would be missed before that
    server_.stop();
    thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + '/'; }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

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
  const CallbackServer server(command.port, receiver);
  say("Listening for callbacks; send with --callback-url " + server.url() +
      "\nOnly this machine reaches it, and nobody vouches for what it shows" +
      (command.webhook_secret ? " unless a signature does" : "") + ". Ctrl-C ends it.");
  tell_program({{"event", "listening"}, {"url", server.url()}});
  signals.wait();
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
