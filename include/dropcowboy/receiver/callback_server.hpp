#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "dropcowboy/receiver/webhook_receiver.hpp"

namespace dropcowboy::receiver {

/// Settings of a CallbackServer. Whatever a stranger sends takes up no more than these.
struct CallbackServerOptions {
  /// Where it listens, in numbers: IPv4 or IPv6. Default "127.0.0.1", which only this machine
  /// reaches: for a proxy that speaks https. "0.0.0.0" inside a container.
  std::string address = "127.0.0.1";
  /// Default 0, any free one: see CallbackServer::port().
  int port = 0;
  /// Threads that read requests and run the handler, each for its share of the connections; while a
  /// handler runs, that share waits. Default 4, range 1 to 64.
  int threads = 4;
  /// Connections held at a time, about 100 KiB each at most. One more takes the place of the one
  /// that has kept a request open for longest, and for a second at least; or else of who has been
  /// idle for longest; so that slow senders cannot lock out others. Default 512, range `threads` to
  /// 100,000; the process needs as many descriptors.
  std::size_t max_connections = 512;
  /// Request line, headers and trailers of a request together; 100 headers at most. More is
  /// answered 431. Default 16 KiB, range 1 KiB to 1 MiB.
  std::size_t max_header_bytes = 16'384;
  /// The body of a request, chunked or not. More is answered 413. Default 64 KiB, which is what a
  /// WebhookReceiver takes; range 1 byte to 1 MiB.
  std::size_t max_body_bytes = 65'536;
  /// How long a request may take from its first byte, or from the opening of the connection, to its
  /// last, however slowly it drips; and how long a sender may take to read the answer. Then the
  /// connection is closed. Default 5 s, range 1 ms to an hour.
  std::chrono::milliseconds request_timeout{5'000};
  /// How long a connection is kept without a request on it. Longer than the proxy in front keeps
  /// its own, or requests get lost in between. Default 75 s, range 1 ms to an hour.
  std::chrono::milliseconds idle_timeout{75'000};
};

/// Everything that is wrong with the options, each with its remedy.
DROPCOWBOY_API Validation validate(const CallbackServerOptions& options);

/// A small HTTP/1.1 server for callbacks, which does one thing: hand each complete request to a
/// WebhookReceiver and send back what that says. It is bounded in bytes, connections and time, and
/// slow connections hold up nobody else. It speaks no TLS: put a proxy in front that does.
///
/// Listens from construction to destruction.
class DROPCOWBOY_API CallbackServer {
 public:
  /// Answers one request; called on several threads at once. What it refers to is valid during the
  /// call. The answer is the Reception's status and body. If it throws, the answer is 503.
  using Handler = std::function<Reception(const CallbackRequest&)>;

  /// Throws Exception (configuration) if the options cannot work or the port cannot be had.
  CallbackServer(CallbackServerOptions options, Handler handler);
  CallbackServer(const CallbackServer&) = delete;
  CallbackServer& operator=(const CallbackServer&) = delete;
  /// Takes no more connections, gives requests that have begun a second to be completed, answers
  /// them, and returns when no handler runs any more.
  ~CallbackServer();

  /// The port that it listens on.
  int port() const noexcept;
  /// Connections held now.
  std::size_t connections() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dropcowboy::receiver
