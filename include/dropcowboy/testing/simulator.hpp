#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/account.hpp"
#include "dropcowboy/credentials.hpp"
#include "dropcowboy/export.hpp"
#include "dropcowboy/testing/simulated_v2.hpp"

namespace dropcowboy::testing {

/// What the calls that list an account's things answer. An element whose `json` is set is sent as
/// that text, whatever its other members say.
struct SimulatedAccount {
  /// What `GET /brand` answers.
  std::vector<Brand> brands{};
  /// What `GET /recording` answers.
  std::vector<Media> recordings{};
  /// What `GET /media` answers, the recordings among them.
  std::vector<Media> media{};
  /// What `GET /pool` answers.
  std::vector<Pool> pools{};

  /// A brand, two recordings (one not allowed for this API) and another audio file, and a pool each
  /// for voicemails and for SMS.
  DROPCOWBOY_API static SimulatedAccount sample();
};

/// Something to go wrong with the next requests; see Simulator::inject(). What is not set stays as
/// it would have been.
struct SimulatedFault {
  /// Answer with this HTTP status, without looking at the request: it is not accepted. Without it
  /// the request is judged, and only the answer altered.
  std::optional<int> status{};
  /// Look at the request all the same, and accept it: only its answer has the `status`. Default
  /// false.
  bool after_judging = false;
  /// Answer with this body.
  std::optional<std::string> body{};
  /// Answer with these headers too.
  std::vector<std::pair<std::string, std::string>> headers{};
  /// Wait before answering, at most until the simulator is destroyed. Default 0.
  std::chrono::milliseconds delay{};
  /// Announce the whole body, send only so many bytes of it, and close the connection.
  std::optional<std::size_t> truncate_after{};
  /// Close the connection without a byte of an answer, once the request was read and judged. The
  /// record shows the answer that nobody got. Default false.
  bool drop_connection = false;
};

/// Something to go wrong with the next callbacks, as it does with the service; see
/// Simulator::inject_callback_fault(). Of a message of the v2 service it strikes callback and
/// webhooks alike.
struct SimulatedCallbackFault {
  /// It is never POSTed: the message stays silent. Default false.
  bool lost = false;
  /// POST it so many times more, one directly after the other. Default 0.
  int repeats = 0;
  /// Wait so much longer than callback_delay; callbacks of later messages overtake it. Default 0.
  std::chrono::milliseconds delay{};
  /// Hold it back until the callbacks of so many later messages are complete: another order without
  /// a clock. If there are never so many, it never comes. Default 0.
  int overtaken_by = 0;
};

/// A request as the simulator received it, credentials and all, and what it answered.
struct RecordedRequest {
  /// "POST" and the like.
  std::string method{};
  /// With the query: "/v1/rvm".
  std::string path{};
  /// Names in lower case.
  std::vector<std::pair<std::string, std::string>> headers{};
  /// As received; that of a send holds the secret.
  std::string body{};
  /// 0 until the answer is on its way.
  int answered_status = 0;
  /// What was answered, whole, even if a fault cut it short on the wire.
  std::string answered_body{};

  /// The value of the first header of that name (any case); empty if there is none.
  DROPCOWBOY_API std::string header(const std::string& name) const;
};

/// A callback or webhook that the simulator POSTed, tried to, or lost on purpose.
struct RecordedCallback {
  /// Where to: the request's callback_url, or the webhook's hook_url.
  std::string url{};
  /// The JSON that was POSTed.
  std::string body{};
  /// What the receiver answered; 0 if it could not be reached, or the callback was lost.
  int answered_status = 0;
  /// A fault or the pause of a webhook kept it back: nothing was POSTed.
  bool lost = false;
  /// Of a webhook: "contact.rvm.status" and the like. Empty for a callback.
  std::string event{};
  /// Of a webhook: 1 to 3. Always 1 for a callback.
  int attempt = 1;
  /// Of a webhook: what signs it, and which try it is.
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// Settings of a Simulator.
struct SimulatorOptions {
  /// The account; the default is not secret.
  Credentials credentials{"simulated-team", "simulated-secret"};
  /// The loopback port to listen on. Default 0: any free one.
  int port = 0;
  /// From accepting a message to POSTing its callback. Default 0: at once, so that the callback
  /// can overtake the answer, as it can with the service.
  std::chrono::milliseconds callback_delay{};
  /// What the listing calls answer, and what a message may name: a brand, recording or pool that is
  /// not in it fails in the callback.
  SimulatedAccount account = SimulatedAccount::sample();
  /// Take every team id and secret that is not empty, and then every brand, recording, pool and
  /// audio_url; of the v2 service every key pair, line, media and voice.
  bool any_credentials = false;
  /// The vendor has approved audio_url for this account. Default false, as for most: such a message
  /// fails in its callback with "Not allowed audio_url". Holds for both services.
  bool audio_url_approved = false;
  /// STRICTER THAN THE SERVICE: answer a send with wrong credentials with 401, and one that breaks
  /// a rule of the vendor's page with 400 and the key at fault (422 and the reason as v2).
  /// Good for finding mistakes; not what will happen later. Default false: what the service takes
  /// is taken.
  bool strict = false;
  /// Lose every Nth callback: 3 loses the third, the sixth and so on. Default 0: none.
  int lose_every_callback = 0;
  /// The same account as the v2 service knows it.
  SimulatedV2Account v2 = SimulatedV2Account::sample();
  /// The service's time, to which Simulator::advance() adds. Must be thread-safe and must not
  /// throw. Default: null, the real one.
  std::function<std::chrono::system_clock::time_point()> now{};

  /// Told of every request once its answer is known, on the thread of its connection and before the
  /// answer leaves. Must be thread-safe and must not throw. Default: none.
  std::function<void(const RecordedRequest&)> on_request{};
  /// Told of every callback that was POSTed, tried or lost, under the same terms. Default: none.
  std::function<void(const RecordedCallback&)> on_callback{};
  /// Serve a page for people at "/": the messages as they come, what became of them, and buttons
  /// that do what inject() and inject_callback_fault() do, and more. It keeps the last 20,000
  /// messages, without the secret. It is served to this port's own pages only: a request for it
  /// with another Host or Origin is answered 403. It is neither recorded nor struck by faults.
  /// Default false.
  bool page = false;
  /// Remember requests and callbacks. Turn it off for a server that runs for days; requests() and
  /// callbacks() then stay empty, and wait_for_callbacks() still counts. Default true.
  bool keep_records = true;
};

/// Plays the vendor's service on a loopback port, v1 and v2, for tests and for trying
/// things without an account. It judges requests by its own reading of the vendor's documentation
/// and reaches nobody.
///
/// v1 answers as the service does, not as one would wish. Every JSON object that is POSTed to
/// `/rvm` or `/sms` is answered with 200 {"status":"queued"}, and nothing more: whatever its
/// credentials (of which only the body's count there), numbers and ids. What is wrong is told in
/// the callback: "Not authorized", "Must be E.164 format", "Media Not Found", ... and who gave no
/// usable callback_url never hears of it. All other calls answer 401 to wrong credentials. See
/// SimulatorOptions::strict for the opposite.
///
/// What is right is called back at the request's callback_url with the result of the vendor's
/// simulated numbers (area code 555; every other number is a success). Callbacks go to loopback
/// hosts only, one after the other, each once unless a fault says otherwise; a certificate is not
/// verified there.
///
/// The v2 service has no prefix before its paths. `POST /rvm` and `/sms` answer 401 without
/// the two headers, and 202 with a fresh message_id to all other JSON; the rest comes later by
/// callback, with the reason_code, and by signed webhooks, which are repeated one and five more
/// minutes later unless they are taken. An Idempotency-Key counts for 24 hours from its first use:
/// the same JSON for the same path is answered and forgotten, another one fails with 3027, and what
/// is no key with 3028. Webhooks, media (upload and all), lines, voices, contacts and their
/// consent, and the account's readiness can be read and written as far as the vendor's public pages
/// say. Webhooks may have http URLs on loopback hosts. Where those pages leave something open it is
/// played as it is worse for the client: see docs/testing.md.
///
/// Contact lists are kept: what is created can be read, renamed, filled and removed; rows that the
/// service would not take are rejected one by one. Brands, recordings, media and pools are those of
/// SimulatorOptions::account.
///
/// What is addressed to a host that is not a loopback one is answered 403 and not recorded: a web
/// page that had its own name point here must not read along.
///
/// All members are thread-safe. Listens until destroyed; connections are then closed and pending
/// callbacks dropped.
class DROPCOWBOY_API Simulator {
 public:
  /// Throws Exception (configuration) if it cannot listen.
  explicit Simulator(SimulatorOptions options = {});
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;
  ~Simulator();

  /// What to put into ClientOptions::base_url: "http://127.0.0.1:PORT/v1".
  std::string url() const;
  /// What to put into ClientOptions::credentials.
  const Credentials& credentials() const noexcept;
  /// The base URL of the v2 service: "http://127.0.0.1:PORT".
  std::string v2_url() const;
  /// Where SimulatorOptions::page is: "http://127.0.0.1:PORT/"; empty without it.
  std::string page_url() const;
  /// The first key pair of the v2 service; empty if there is none.
  SimulatedApiKey v2_api_key() const;

  /// Strikes the next `times` requests, whatever their path, after the faults that wait already.
  void inject(SimulatedFault fault, int times = 1);

  /// Strikes the callbacks of the next `times` messages that are to be called back, after the
  /// faults that wait already.
  void inject_callback_fault(const SimulatedCallbackFault& fault, int times = 1);

  /// Everything received so far, in order of arrival. What is not HTTP or has a body of more than
  /// 16 MiB is refused without being recorded.
  std::vector<RecordedRequest> requests() const;
  /// What the v2 service answered with 202, in order of arrival; a repeat with the same key adds
  /// to the first one.
  std::vector<RecordedMessage> v2_messages() const;
  /// The idempotency keys that are remembered now, in order of their first use.
  std::vector<RecordedKey> v2_keys() const;
  /// Tells the webhooks of an event that no request causes, such as "contact.msg.received". `data`
  /// is a JSON object; throws Exception (configuration) if it is none.
  void post_event(const std::string& event, const std::string& data);

  /// The service's time. What is signed and dated is so by it.
  std::chrono::system_clock::time_point now() const;
  /// Lets time pass at once: what is due by then is called back, and keys are forgotten. At most a
  /// year each time; never backwards.
  void advance(std::chrono::milliseconds time);

  /// Everything called back or lost so far, in order of completion.
  std::vector<RecordedCallback> callbacks() const;
  /// Blocks until `count` callbacks are complete; false if `timeout` passed first.
  bool wait_for_callbacks(std::size_t count, std::chrono::milliseconds timeout) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropcowboy::testing
