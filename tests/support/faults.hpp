#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/error.hpp"
#include "support/answers.hpp"
#include "support/test_certificates.hpp"

namespace dropcowboy::support {

/// Where a fault strikes.
enum class Point {
  listener,   ///< no connection comes about, from now on
  handshake,  ///< a new connection, before TLS is up
  arrival,    ///< a request has arrived but is not read
  headers,    ///< the headers are read, the body is not
  request,    ///< the whole request is read
};

/// What becomes of the connection in the end.
enum class Then {
  keep,    ///< the next request is welcome
  close,   ///< FIN, after TLS's word for it
  cut,     ///< FIN alone
  reset,   ///< RST
  hold,    ///< left open in silence
  refuse,  ///< as close, and the port is closed as well
  ignore,  ///< as close, and a new connection finds nobody
};

/// The limit of the client's that ends the waiting.
enum class Limit { none, connect_timeout, attempt_timeout };

class Wire;

/// What a client has to make of it.
struct Expected {
  Outcome outcome = Outcome::unknown;
  std::optional<bool> transient{};  ///< nothing: depends on how much arrived
  int min_posts = 1;
  int max_posts = 1;
  bool retried = false;
};

/// One way in which an exchange can go; most of them wrong.
struct Fault {
  std::string name;
  Point point = Point::request;
  Say says{};  ///< null: nothing
  Then then = Then::keep;
  /// Whether a real service that behaves so may have taken the message. Where its behaviour leaves
  /// it open, the worst.
  bool takes = true;
  Expected expected{};
  Limit needs_limit = Limit::none;
  bool needs_tls = false;
  Certificate certificate = Certificate::good;
  /// Between the bytes of the answer; zero: written at once.
  std::chrono::milliseconds pace{};
  /// Whatever else the service does when a request has begun to arrive, and when it is answered.
  std::function<void(Wire&)> before_reading{};
  std::function<void(Wire&)> after_answering{};

  bool can_strike_once() const noexcept { return point != Point::listener; }
};

/// Every fault that this system can play.
const std::vector<Fault>& faults();

/// Accepts, and asks a TLS 1.2 client for a new handshake in the middle of the answer. The client
/// takes that in with the answer's body; the rest of the handshake waits until its next request is
/// due.
Fault renegotiation();

/// Accepts twice. The second answer comes with the end of the first one's body, so that what a
/// client's TLS library has read of it is seen by nobody who looks at the socket.
Fault second_acceptance();

/// By name; throws if there is none.
const Fault& fault_called(std::string_view name);

}  // namespace dropcowboy::support
