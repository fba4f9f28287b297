// Receives delivery callbacks over HTTP and prints what became of each voicemail: authenticated,
// each once, and answered before the work is done.
//
//   receive_callbacks [port] [queue]      (default 8080; port 0 takes any free one; default 10000)
//
// Set at least one of
//   DROPCOWBOY_CALLBACK_KEYS     id:secret,...  the keys of the tags, and DROPCOWBOY_TEAM_ID; the
//                                sender has the same in ClientOptions::foreign_id_tagger
//   DROPCOWBOY_WEBHOOK_SECRETS   secret,...     of the v2 service's signed webhooks
// and, as a second layer,
//   DROPCOWBOY_CALLBACK_PATH     a path segment that nobody can guess
//
// Ends on Ctrl-C when everything it has taken is worked off. Put it behind a proxy that speaks
// https. What strangers can make it hold and wait for is bounded: see CallbackServerOptions.

#include <algorithm>
#include <cstdlib>
#include <dropcowboy/printable.hpp>
#include <dropcowboy/receiver/callback_server.hpp>
#include <dropcowboy/receiver/event_queue.hpp>
#include <dropcowboy/receiver/webhook_receiver.hpp>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "stop_signal.hpp"

namespace {

using namespace dropcowboy::receiver;

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
    // Whatever stands in a callback, it is one line of the log.
    std::cout << dropcowboy::printable(callback.foreign_id.value_or("(no foreign_id)")) << ": ";
    if (callback.delivered()) {
      std::cout << "delivered, $" << to_string(callback.total_cost());
    } else {
      std::cout << dropcowboy::printable(callback.reason)
                << ", advice: " << to_string(callback.advice());
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

Reception answer(const WebhookReceiver& receiver, EventQueue& queue,
                 const CallbackRequest& request) {
  Reception reception = receiver.receive(request, [&queue](CallbackEvent&& event) {
    return queue.push(std::move(event));  // full: 503, and v1 does not send it again
  });
  report(reception);
  return reception;
}

int run(int port, std::size_t capacity) {
  const StopSignal stop_signal;

  ReceiverOptions options = options_from_environment();
  const auto remembered = std::make_shared<InMemoryDeduplicator>();
  options.deduplicator = remembered;
  const WebhookReceiver receiver(std::move(options));
  EventQueue queue(capacity);
  std::thread worker([&queue] { work_off(queue); });
  const auto stop_working = [&queue, &worker] {
    queue.close();
    worker.join();  // works off what was answered with 200
  };
  try {
    CallbackServerOptions at;
    at.port = port;
    const CallbackServer server(
        at, [&](const CallbackRequest& request) { return answer(receiver, queue, request); });
    std::cout << "listening on http://127.0.0.1:" << server.port() << "/" << std::endl;
    stop_signal.wait();
  } catch (...) {
    stop_working();
    throw;
  }
  stop_working();
  if (const auto count = remembered->forgotten_early(); count > 0) {
    std::cerr << count << " events were forgotten within 72 hours: raise the capacity\n";
  }
  return 0;
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
