#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/cancel_token.hpp"
#include "dropcowboy/credentials.hpp"
#include "dropcowboy/event.hpp"
#include "dropcowboy/result.hpp"
#include "dropcowboy/runtime.hpp"
#include "dropcowboy/transport.hpp"

namespace dropcowboy {

class ForeignIdTagger;

/// How the server proves who it is. Verification is always on and TLS is at least 1.2. Whether a
/// certificate was revoked only Schannel asks, where the authority's list can be reached.
struct TlsOptions {
  /// A PEM file with the authorities to trust. Default: empty, libcurl's own.
  std::string ca_file{};
  /// A directory of hashed PEM files (OpenSSL's c_rehash). Default: empty, libcurl's own. Where
  /// libcurl uses Windows' own TLS (Schannel) a client that names one is not made: configuration.
  std::string ca_directory{};
  /// Also trust the operating system's certificate store (Windows, and macOS with libcurl 8.17).
  /// Schannel trusts it unless `ca_file` is set, and both together are refused: configuration.
  bool native_store = false;
};

/// Proxies are used only when asked for; the environment's http_proxy and friends are ignored.
struct ProxyOptions {
  /// "http://host:port" or what else libcurl accepts. Default: empty, none.
  std::string url{};
  /// Let libcurl read https_proxy, http_proxy, all_proxy and no_proxy from the environment.
  /// Default: false.
  bool from_environment = false;
};

/// When a failed attempt is repeated. Only what is safe *and* useful is: see README, "May I send
/// this again?".
struct RetryOptions {
  /// Attempts per send, the first one included; 1 turns retries off. Default 3, range 1 to 20.
  int max_attempts = 3;
  /// The wait before retry n is random between 0 and this * 2^(n-1) ("full jitter"). Default 250
  /// ms.
  std::chrono::milliseconds initial_backoff{250};
  /// The same after HTTP 429. Default 1 s.
  std::chrono::milliseconds rate_limit_backoff{1000};
  /// No wait that we choose is longer, but the second between attempts under one key (v2). A longer
  /// Retry-After is obeyed, or the send gives up if that is past the deadline. Default 20 s.
  std::chrono::milliseconds max_backoff{20'000};
  /// The client's budget of retries, so that an outage is not made worse: a retry costs 5, one
  /// after a timeout 10; a success pays back what its last retry cost, or 1. Default 500; 0 means
  /// no retries.
  int budget = 500;
  /// Judge HTTP 503 as "rejected" (and so retry it) rather than "unknown". Only for a service that
  /// is known to answer 503 before it accepts anything. Default false.
  bool service_unavailable_is_rejection = false;
  /// Repeat a send even when its outcome is unknown. CAN LEAVE TWO MESSAGES.
  /// Other calls that add something are never repeated then. Default false.
  bool resend_unknown_at_risk_of_duplicates = false;
};

/// What send_async does when its queue is full. A completion must not wait for the thread that it
/// holds up: with `wait` its messages are queued beyond the capacity.
enum class WhenFull {
  refuse,  ///< fail at once: overloaded, not_sent, transient
  wait,    ///< block the caller until there is room, at most until CallOptions::total_timeout
};

/// How much is sent at once. The service asks for fewer than 100 requests at a time, and to be
/// told before you send more than 1,000 a second; its soft limit is 10,000 a second.
struct LimitOptions {
  /// Requests of send_async under way at once; send adds one per calling thread. Default 64, range
  /// 1 to 99. Through ClientOptions::transport send_async makes one at a time.
  int max_in_flight = 64;
  /// Accept a max_in_flight of up to 10,000, against the service's request.
  bool exceed_service_concurrency = false;
  /// Attempts a second, send and send_async together, evenly spread. Default 1,000, range 0.00001
  /// (about one a day) to 10,000; 0 means unpaced and is for loopback hosts only.
  /// Client::set_rate() changes it later.
  double requests_per_second = 1000;
  /// Messages that wait in send_async. Default 10,000; must be positive.
  std::size_t queue_capacity = 10'000;
  /// Whether a full queue refuses or holds up the caller. Default: it holds up the caller, so that
  /// any number of messages can be handed over.
  WhenFull when_full = WhenFull::wait;
};

/// The breaker: it keeps an outage of the service from turning a campaign into messages of unknown
/// outcome. After `failures` of them in a row nothing new is started; after a while one message is
/// tried, and when one is accepted, two at a time, then four, up to LimitOptions::max_in_flight.
/// Meanwhile what send_async was given waits, and send waits within its time limit and is
/// `unavailable`, not_sent and transient after that.
///
/// What counts as a failure says something about the service or the whole account: an unknown
/// outcome, a connection that did not come about, HTTP 401, 402 or 403, and 503 where it is a
/// rejection. What is about the one message does not count, neither does HTTP 429, which has a
/// pause of its own. The breaker is for messages; the other calls go on.
struct BreakerOptions {
  /// Failures in a row, without an accepted message between them. Default 5; 0 turns the breaker
  /// off.
  int failures = 5;
  /// Until the first message is tried. Default 5 s; must be positive and at most a week.
  std::chrono::milliseconds first_wait{5'000};
  /// The wait doubles after each one that fails, up to this. Default 5 minutes; at least
  /// first_wait, at most a week.
  std::chrono::milliseconds longest_wait{300'000};
};

/// The kinds of message that a Client sends.
enum class MessageKind {
  voicemail,  ///< RvmRequest
  sms,        ///< SmsRequest
};

DROPCOWBOY_API std::string_view to_string(MessageKind kind) noexcept;

/// A message that passed its checks and is about to be sent. The views are valid during the call
/// only.
struct OutgoingMessage {
  /// What it is.
  MessageKind kind = MessageKind::voicemail;
  /// The contact, in E.164 form; empty if the message names a contact_id instead.
  std::string_view phone_number{};
  /// The caller's own id, or the one that was made for it.
  std::string_view foreign_id{};
  /// The account's id of the contact, if a message of v2 names that instead of a number.
  std::string_view contact_id{};
};

/// Settings of a Client; validate() reports all that is wrong with them at once.
struct ClientOptions {
  /// The account. Both parts are required.
  Credentials credentials{};
  /// https, or http on a loopback host.
  std::string base_url = "https://api.dropcowboy.com/v1";
  /// Accept plain http to any host. The secret then travels readable by everyone on the way.
  bool allow_insecure_http = false;

  /// For name resolution, connecting and the TLS handshake. Default 5 s; positive, at most a week.
  std::chrono::milliseconds connect_timeout{5'000};
  /// For one attempt as a whole. Default 30 s; positive, at most a week. A short one makes unknown
  /// outcomes out of slow answers.
  std::chrono::milliseconds attempt_timeout{30'000};
  /// For one call with all its attempts and waits. It counts from the call; with send_async from
  /// the first attempt, because the time in the queue is a matter of the pace. Default 60 s; must
  /// be positive and at most a week.
  std::chrono::milliseconds total_timeout{60'000};
  /// A connection idle for longer (or up to two seconds more, as libcurl counts) is not used again:
  /// common servers close after 5 s, and a request that meets the close has an unknown outcome.
  /// Default 3 s; 0 means a new connection per send.
  std::chrono::milliseconds idle_connection_max_age{3'000};

  /// Pace, concurrency and queue.
  LimitOptions limits{};
  /// What is repeated, how often, and after how long.
  RetryOptions retry{};
  /// When nothing more is started, because the service fails.
  BreakerOptions breaker{};
  /// Whom to trust.
  TlsOptions tls{};
  /// Default: none.
  ProxyOptions proxy{};
  /// Put in front of the library's own User-Agent: "my-app/1.2". Default: empty.
  std::string user_agent{};

  /// Asked before every message, on the thread that calls send() or send_async(); false gives an
  /// Error (not_allowed, not_sent), an exception the same, transient. The place for opt-out lists,
  /// consent checks, and "staging must never reach real people". Must be thread-safe. Default:
  /// none, everything may be sent.
  std::function<bool(const OutgoingMessage&)> may_send{};
  /// Told of every step, on the thread where it happens. Must be thread-safe and quick; what it
  /// throws is swallowed. Default: none.
  std::function<void(const Event&)> on_event{};

  /// Tags every outgoing foreign_id, so that callbacks can be told from forgeries; for example a
  /// receiver::CallbackSigner. Ids are then limited to 256 characters less the tag. Default: null,
  /// ids are sent as they are.
  std::shared_ptr<const ForeignIdTagger> foreign_id_tagger{};

  /// Carries the exchanges; those of send_async one at a time. Default: null, libcurl.
  std::shared_ptr<Transport> transport{};
  /// Clock, waiting, random numbers and ids. Default: null, the system's.
  std::shared_ptr<Runtime> runtime{};

  /// The defaults with Credentials::from_environment(), and DROPCOWBOY_BASE_URL (or else
  /// DROP_COWBOY_BASE_URL) as the base URL if that is set: for the simulator, or a test account
  /// behind a gateway. Errors as there.
  DROPCOWBOY_API static Result<ClientOptions> from_environment();
};

/// Everything that is wrong or doubtful about the options.
DROPCOWBOY_API Validation validate(const ClientOptions& options);

/// Settings of one call.
struct CallOptions {
  /// For the call with all its attempts and waits, counted from the call; with send_async that
  /// includes the time in the queue. A message that cannot be sent in time even if all goes well,
  /// because too many are queued before it, is refused at once: overloaded, not_sent, transient.
  /// What is not positive lets nothing be sent; more than a week counts as a week. Default:
  /// ClientOptions::total_timeout.
  std::optional<std::chrono::milliseconds> total_timeout{};
  /// Stops the call from another thread. Default: none.
  CancelToken cancel = CancelToken::never();
};

}  // namespace dropcowboy
