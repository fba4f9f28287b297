// Receives delivery callbacks over HTTP and prints what became of each voicemail: authenticated,
// each once, and answered before the work is done.
//
//   receive_callbacks [port] [queue]      (default 8080; port 0 takes any free one; default 10000)
//
// Set at least one of
//   DROPCOWBOY_CALLBACK_KEYS     id:secret,...  the keys of the tags, and DROPCOWBOY_TEAM_ID; the
//                                sender has the same in ClientOptions::foreign_id_tagger
//   DROPCOWBOY_WEBHOOK_SECRETS   secret,...     of the newer service's signed webhooks
// and, as a second layer,
//   DROPCOWBOY_CALLBACK_PATH     a path segment that nobody can guess
//
// Ends on Ctrl-C when everything it has taken is worked off. Put it behind a proxy that speaks
// https.
#include <httplib.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <dropcowboy/receiver/event_queue.hpp>
#include <dropcowboy/receiver/webhook_receiver.hpp>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

namespace {

using namespace dropcowboy::receiver;

constexpr std::size_t connections = 128;  // each keeps a thread busy

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::vector<std::string> list(const char* name) {
  std::vector<std::string> items;
  std::istringstream text(variable(name));
  for (std::string item; std::getline(text, item, ',');) items.push_back(item);
  return items;
}

ReceiverOptions options_from_environment() {
  ReceiverOptions options;
  std::vector<SigningKey> keys;
  for (const std::string& item : list("DROPCOWBOY_CALLBACK_KEYS")) {
    const auto colon = std::min(item.find(':'), item.size());
    keys.push_back({item.substr(0, colon), item.substr(std::min(colon + 1, item.size()))});
  }
  if (!keys.empty()) {
    options.signer = CallbackSigner::create(variable("DROPCOWBOY_TEAM_ID"), keys).value();
  }
  options.webhook_secrets = list("DROPCOWBOY_WEBHOOK_SECRETS");
  options.path_secret = variable("DROPCOWBOY_CALLBACK_PATH");
  return options;
}

/// The work: here it prints. It may take its time, the sender has its answer already.
void work_off(EventQueue& queue) {
  while (const auto event = queue.pop()) {
    const dropcowboy::Webhook& callback = event->callback;
    std::cout << callback.foreign_id.value_or("(no foreign_id)") << ": ";
    if (callback.delivered()) {
      std::cout << "delivered, $" << to_string(callback.total_cost());
    } else {
      std::cout << callback.reason << ", advice: " << to_string(callback.advice());
    }
    std::cout << std::endl;
  }
}

/// For the log: why, but nothing of what was sent.
void report(const Reception& reception) {
  // While there is too much to do, writing it down makes it worse: the sender is told by the 503.
  if (reception.rejection == Rejection::none || reception.status == 503) return;
  std::ostringstream line;
  line << "refused: " << to_string(reception.rejection);
  if (reception.rejection == Rejection::bad_tag) line << ", " << to_string(reception.tag_fault);
  if (reception.rejection == Rejection::bad_signature) {
    line << ", " << to_string(reception.signature_fault);
  }
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  std::cerr << line.str() << std::endl;
}

void answer(const WebhookReceiver& receiver, EventQueue& queue, const httplib::Request& request,
            httplib::Response& response) {
  CallbackRequest callback{request.method, request.target, {}, request.body};
  for (const auto& [name, value] : request.headers) callback.headers.push_back({name, value});
  const Reception reception = receiver.receive(callback, [&queue](CallbackEvent&& event) {
    return queue.push(std::move(event));  // full: 503, and v1 does not send it again
  });
  report(reception);
  response.status = reception.status;
  response.set_content(std::string(reception.body), "text/plain");
  if (reception.status == 405) response.set_header("Allow", "POST");
}

void set_up(httplib::Server& server, const WebhookReceiver& receiver, EventQueue& queue) {
  server.new_task_queue = [] { return new httplib::ThreadPool(connections); };
  server.set_payload_max_length(64 * 1024);
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  server.set_keep_alive_timeout(2);
  const auto handler = [&](const httplib::Request& request, httplib::Response& response) {
    answer(receiver, queue, request, response);
  };
  // All of them: what is no POST is answered 405.
  server.Post(".*", handler).Get(".*", handler).Put(".*", handler);
  server.Delete(".*", handler).Patch(".*", handler).Options(".*", handler);
}

/// The port it listens on, or 0 if it cannot be had.
int bind(httplib::Server& server, int port) {
  int listening = -1;
  server.set_socket_options([&listening](int socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    listening = socket;
  });
  if (port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", port)) {
    return 0;
  }
  // httplib lets 5 connections wait, and callbacks come in bursts: the sixth would wait for
  // seconds.
  if (port > 0) listen(listening, 1024);
  return std::max(port, 0);
}

/// Listens until SIGINT or SIGTERM; false if the port cannot be had. Requests that have begun are
/// answered first.
bool serve(httplib::Server& server, int port, const sigset_t& stop_signals) {
  port = bind(server, port);
  if (port == 0) return false;
  std::thread listener([&server] { server.listen_after_bind(); });
  std::cout << "listening on http://127.0.0.1:" << port << "/" << std::endl;

  int signal = 0;
  sigwait(&stop_signals, &signal);
  while (!server.is_running()) std::this_thread::yield();  // stop() would be missed before that
  server.stop();
  listener.join();
  return true;
}

int run(int port, std::size_t capacity) {
  // Threads started from here on leave these signals to sigwait().
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  ReceiverOptions options = options_from_environment();
  const auto remembered = std::make_shared<InMemoryDeduplicator>();
  options.deduplicator = remembered;
  const WebhookReceiver receiver(std::move(options));
  EventQueue queue(capacity);
  std::thread worker([&queue] { work_off(queue); });
  httplib::Server server;
  set_up(server, receiver, queue);
  const bool served = serve(server, port, stop_signals);
  if (!served) std::cerr << "cannot listen on that port\n";
  queue.close();
  worker.join();  // works off what was answered with 200
  if (const auto count = remembered->forgotten_early(); count > 0) {
    std::cerr << count << " events were forgotten within 72 hours: raise the capacity\n";
  }
  return served ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc > 1 ? std::atoi(argv[1]) : 8080,
               argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 10'000);
  } catch (const dropcowboy::Exception& exception) {
    std::cerr << exception.error() << '\n';
    return 1;
  }
}
