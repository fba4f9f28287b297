#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "dropcowboy/options.hpp"

namespace dropcowboy::v2 {

/// An API key of the v2 service, made under Developers > API Keys of its web application. The
/// team_id and secret of v1 are not taken there, nor these by v1.
struct Credentials {
  /// Sent as x-key. Not a secret, but not to be published either.
  std::string key{};
  /// Sent as x-secret; the service shows it once. Never printed, logged or quoted by this library,
  /// which cuts it out of texts that repeat it.
  std::string secret{};

  /// DROPCOWBOY_KEY and DROPCOWBOY_KEY_SECRET; if neither is set, DC_KEY and DC_SECRET, as in the
  /// vendor's examples. Error: configuration, naming the variables that are missing. Reads the
  /// environment, so do not call it while another thread changes that.
  DROPCOWBOY_API static Result<Credentials> from_environment();
};

/// Settings of a v2::Client; validate() reports all that is wrong with them at once. What has the
/// name of a setting of dropcowboy::ClientOptions means the same, and has the same default.
struct ClientOptions {
  /// The API key. Both parts are required.
  Credentials credentials{};
  /// https, or http on a loopback host. There is no path before those of the calls.
  std::string base_url = "https://api-v2.dropcowboy.com";
  /// Accept plain http to any host. The secret then travels readable by everyone on the way.
  bool allow_insecure_http = false;

  /// For name resolution, connecting and the TLS handshake. Default 5 s; positive, at most a week.
  std::chrono::milliseconds connect_timeout{5'000};
  /// For one attempt as a whole, an upload too. Default 30 s; positive, at most a week.
  std::chrono::milliseconds attempt_timeout{30'000};
  /// For one call with all its attempts and waits. Default 60 s; must be positive and at most a
  /// week.
  std::chrono::milliseconds total_timeout{60'000};
  /// A connection idle for longer is not used again. Default 3 s; 0 means a new connection per
  /// send.
  std::chrono::milliseconds idle_connection_max_age{3'000};

  /// Pace, concurrency and queue.
  LimitOptions limits{};
  /// What is repeated, how often, and after how long. A message is repeated after an unknown
  /// outcome, too, with the same key and the same bytes; so
  /// RetryOptions::resend_unknown_at_risk_of_duplicates has no meaning here.
  RetryOptions retry{};
  /// When nothing more is started, because the service fails.
  BreakerOptions breaker{};
  /// Whom to trust.
  TlsOptions tls{};
  /// Default: none.
  ProxyOptions proxy{};
  /// Put in front of the library's own User-Agent: "my-app/1.2". Default: empty.
  std::string user_agent{};

  /// Asked before every message, also when a Prepared is made and each time it is sent; else as in
  /// v1. OutgoingMessage::phone_number is empty where the request names a contact_id.
  std::function<bool(const OutgoingMessage&)> may_send{};
  /// Told of every step, as in v1.
  std::function<void(const Event&)> on_event{};

  /// Tags every foreign_id that is sent, as in v1. It binds the contact's number, so a request must
  /// have `to` then. Only callback_url brings the id back; webhooks do not. Default: null.
  std::shared_ptr<const ForeignIdTagger> foreign_id_tagger{};
  /// The account's team_id, as its callbacks tell it: for the foreign_id_tagger and an
  /// outbox::Outbox, and required with either. Never sent. Default: empty.
  std::string team_id{};

  /// Carries the exchanges. It must send every header that it is given, the Idempotency-Key among
  /// them. Default: null, libcurl.
  std::shared_ptr<Transport> transport{};
  /// Clocks, waiting, random numbers, ids and keys. Default: null, the system's.
  std::shared_ptr<Runtime> runtime{};

  /// The defaults with Credentials::from_environment(), and DROPCOWBOY_V2_BASE_URL as the base URL
  /// if that is set. Errors as there.
  DROPCOWBOY_API static Result<ClientOptions> from_environment();
};

/// Everything that is wrong or doubtful about the options.
DROPCOWBOY_API Validation validate(const ClientOptions& options);

}  // namespace dropcowboy::v2
