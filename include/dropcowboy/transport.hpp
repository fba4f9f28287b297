#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/cancel_token.hpp"
#include "dropcowboy/export.hpp"

namespace dropcowboy {

/// The methods of both APIs; `del` is DELETE. `put` is for v2 only.
enum class HttpMethod { get, post, del, put };

/// As on the request line: "GET".
DROPCOWBOY_API std::string_view to_string(HttpMethod method) noexcept;

/// One header line of a request, or of a callback.
struct HttpHeader {
  /// Without the colon; case does not count.
  std::string name{};
  /// Without the line end.
  std::string value{};
};

/// One exchange to perform. The views are valid during perform() only. Headers and body hold the
/// account's secret: never log them.
struct HttpRequest {
  /// The method on the request line.
  HttpMethod method = HttpMethod::get;
  /// Absolute.
  std::string_view url{};
  /// Never null in a request made by a Client. Two objects serve all requests of v1, with a body
  /// and without; each message of v2 has one of its own, with its Idempotency-Key. Send them all.
  std::shared_ptr<const std::vector<HttpHeader>> headers{};
  /// JSON, or empty; an audio file where one is uploaded (v2).
  std::string_view body{};
  /// For name resolution, connecting and the TLS handshake.
  std::chrono::milliseconds connect_timeout{};
  /// For the whole exchange, connecting included; already shortened to what is left of the
  /// deadline.
  std::chrono::milliseconds timeout{};
  /// Do not reuse a connection: the last one was answered with 421 or 425.
  bool fresh_connection = false;
  /// Stop reading an answer with a longer body: it counts as too_large. Default 1 MiB.
  std::size_t max_response_bytes = std::size_t{1} << 20U;
};

/// Whether the request can have reached the service.
enum class Wire {
  not_sent,    ///< certain: not one byte of the request was written
  maybe_sent,  ///< anything else
};

/// Why there is no complete answer.
enum class TransportFailure {
  none,              ///< there is one
  configuration,     ///< cannot work as set up: a bad CA file, an unsupported option
  resolve,           ///< the host's name gave no address
  connect,           ///< no connection to the host or the proxy
  proxy,             ///< the proxy refused: its credentials, or the way to the host
  tls_verification,  ///< the server's certificate was refused
  tls_handshake,     ///< no secure connection came about
  timeout,           ///< connect_timeout or timeout passed
  cancelled,         ///< the CancelToken was cancelled
  interrupted,       ///< the connection broke in the middle
  protocol,          ///< the answer is not HTTP as it should be
  too_large,         ///< the answer passed the size cap
  overloaded,        ///< this machine had no memory, or no room, to begin it
  other,
};

DROPCOWBOY_API std::string_view to_string(TransportFailure failure) noexcept;

/// What was observed of one exchange. The default is the cautious one: maybe sent, no answer.
struct HttpResult {
  /// Whether the request can have reached the service.
  Wire wire = Wire::maybe_sent;
  /// Why there is no complete answer, if there is none.
  TransportFailure failure = TransportFailure::none;
  /// The final status (200 or above), 0 if none was received. Kept even if the body then broke off.
  int status = 0;
  /// What of the answer's body came in.
  std::string body{};
  /// How long the Retry-After header asks to wait from now on, if it is there and can be read.
  std::optional<std::chrono::seconds> retry_after{};
  /// The value of the X-Request-Id header.
  std::string request_id{};
  /// The Date header: the service's clock. Only looked for where a call reads (GET).
  std::optional<std::chrono::system_clock::time_point> service_time{};
  /// What happened, in words, for a failure. Must not hold the request's headers or body.
  std::string detail{};
  /// Whether a new connection was opened for it.
  bool new_connection = false;
};

/// Carries one HTTP exchange. Replace it (ClientOptions::transport) to test without sockets or to
/// use another HTTP stack; the rules of when to retry stay with the Client.
class DROPCOWBOY_API Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Performs the exchange at most once: it must not repeat, redirect, or follow anything. Blocks
  /// until there is a result, the timeout has passed, or `cancel` is cancelled. Called from every
  /// thread that sends, at the same time. If it throws, the exchange counts as maybe sent.
  virtual HttpResult perform(const HttpRequest& request, const CancelToken& cancel) = 0;
};

}  // namespace dropcowboy
