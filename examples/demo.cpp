// The whole way of a voicemail, without an account: sends four requests to the built-in simulator
// and receives their callbacks. One has a stale secret: it is accepted like the others.
#include <condition_variable>
#include <dropcowboy/dropcowboy.hpp>
#include <dropcowboy/receiver/callback_server.hpp>
#include <dropcowboy/testing/simulator.hpp>
#include <exception>
#include <iostream>
#include <map>
#include <mutex>

namespace {

using namespace dropcowboy::receiver;
using dropcowboy::Client;
using dropcowboy::RvmRequest;
using dropcowboy::Webhook;

/// Keeps the callbacks that carry a tag of `signer`, by foreign_id.
class Callbacks {
 public:
  explicit Callbacks(std::shared_ptr<const CallbackSigner> signer)
      : receiver_(tagged_by(std::move(signer))),
        server_({}, [this](const CallbackRequest& request) {
          return receiver_.receive(request, [this](CallbackEvent&& event) {
            keep(std::move(event.callback));
            return true;
          });
        }) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + '/'; }

  /// Blocks until the callback is here; nothing if it does not come.
  std::optional<Webhook> wait_for(const std::string& foreign_id) {
    std::unique_lock lock(mutex_);
    const bool came = arrived_.wait_for(lock, std::chrono::seconds(60),
                                        [&] { return events_.count(foreign_id) > 0; });
    return came ? std::optional<Webhook>(events_[foreign_id]) : std::nullopt;
  }

 private:
  static ReceiverOptions tagged_by(std::shared_ptr<const CallbackSigner> signer) {
    ReceiverOptions options;
    options.signer = std::move(signer);
    return options;
  }

  void keep(Webhook event) {
    const std::lock_guard lock(mutex_);
    events_[event.foreign_id.value_or("")] = std::move(event);
    arrived_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::string, Webhook> events_;
  const WebhookReceiver receiver_;
  const CallbackServer server_;
};

RvmRequest voicemail(const std::string& phone_number, const std::string& callback_url) {
  RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  request.phone_number = phone_number;
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.forwarding_number = "+15557654321";
  request.postal_code = "90210-0001";
  request.callback_url = callback_url;
  return request;
}

/// Sends and tells; the foreign_id if it was accepted.
std::optional<std::string> send(const Client& client, const RvmRequest& request) {
  std::cout << "Sending to " << request.phone_number << '\n';
  const auto receipt = client.send(request);
  if (!receipt) {
    std::cout << "  not accepted: " << receipt.error().message << '\n';
    for (const auto& issue : receipt.error().issues) {
      std::cout << "    " << issue.field << ": " << issue.message << '\n';
    }
    return std::nullopt;
  }
  std::cout << "  " << receipt->status << ", foreign_id " << receipt->foreign_id << '\n';
  return receipt->foreign_id;
}

bool show_callback(Callbacks& callbacks, const std::string& foreign_id) {
  const auto event = callbacks.wait_for(foreign_id);
  if (!event) {
    std::cout << "no callback for " << foreign_id << '\n';
    return false;
  }
  std::cout << "Callback for " << event->phone_number.value_or("?") << '\n' << "  ";
  if (event->delivered()) {
    std::cout << "delivered";
  } else {
    std::cout << "failed: " << event->reason << " (code "
              << code_of(event->known_reason).value_or(0)
              << "), advice: " << to_string(event->advice());
  }
  std::cout << "; cost $" << to_string(event->total_cost()) << '\n';
  return true;
}

}  // namespace

int main() try {
  const dropcowboy::testing::Simulator simulator;
  const auto signer = std::make_shared<CallbackSigner>(
      simulator.credentials().team_id,
      std::vector<SigningKey>{{"demo", "a real one is the output of: openssl rand -hex 32"}});
  Callbacks callbacks(signer);
  std::cout << "The simulator plays the service at " << simulator.url()
            << "; nobody's phone is involved.\n\n";

  dropcowboy::ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();
  options.foreign_id_tagger = signer;  // so that nobody can forge their callbacks
  const Client client(options);

  RvmRequest invalid = voicemail("555-0100", callbacks.url());
  invalid.audio_url = "ftp://media.acme.test/hello.mp3";
  invalid.forwarding_number.reset();
  const bool refused = !send(client, invalid);

  const auto success = send(client, voicemail("+15550010001", callbacks.url()));
  const auto failure = send(client, voicemail("+15550010004", callbacks.url()));

  std::cout << "With a stale secret, which the service accepts as well:\n";
  options.credentials.secret = "stale";
  const Client stale(options);
  const auto unauthorized = send(stale, voicemail("+15550010001", callbacks.url()));
  if (!refused || !success || !failure || !unauthorized) return 1;
  std::cout << "  asked for its brands, the service says: "
            << (stale.check_account() ? "welcome" : "wrong credentials") << '\n';

  std::cout << '\n';
  const bool complete = show_callback(callbacks, *success) && show_callback(callbacks, *failure) &&
                        show_callback(callbacks, *unauthorized);
  std::cout << "\nTo see in a browser what your own program does: make simulate\n";
  return complete ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
