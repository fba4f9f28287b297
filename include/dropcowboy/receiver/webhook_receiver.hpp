#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/receiver/callback_signer.hpp"
#include "dropcowboy/receiver/deduplicator.hpp"
#include "dropcowboy/receiver/signature.hpp"
#include "dropcowboy/webhook.hpp"

namespace dropcowboy::receiver {

/// An HTTP request as any web framework has it.
struct CallbackRequest {
  /// "POST".
  std::string_view method{};
  /// The path as on the request line, with or without a query, which does not count.
  std::string_view target{};
  /// All of them; a repeated one as often as it came.
  std::vector<HttpHeader> headers{};
  /// The raw bytes, as they came.
  std::string_view body{};
};

/// Who vouches for an event.
enum class Authenticity {
  none,       ///< nobody; only with ReceiverOptions::accept_unauthenticated
  tag,        ///< its foreign_id and phone number carry a tag of ours: it is about a message that
              ///< this account sent. What it says about it is not proven.
  signature,  ///< the service's signature over all of it
};

/// Why no event came of a request. For logs and metrics, never for the sender.
enum class Rejection {
  none,
  wrong_path,        ///< 404: without the secret segment
  wrong_method,      ///< 405: not POST, which the header Allow is to say
  too_large,         ///< 413
  not_a_callback,    ///< 400: not a JSON object
  bad_signature,     ///< 401: see Reception::signature_fault
  bad_tag,           ///< 401: see Reception::tag_fault
  in_progress,       ///< 503: the same event is being handed over by another thread
  not_handed_over,   ///< 503: the handler returned false or threw
  no_deduplication,  ///< 503: the Deduplicator threw
};

DROPCOWBOY_API std::string_view to_string(Authenticity authenticity) noexcept;
DROPCOWBOY_API std::string_view to_string(Rejection rejection) noexcept;

/// A callback that is authentic and new.
struct CallbackEvent {
  /// `callback.foreign_id` is the caller's own id, its tag taken off; unset if it is signed and its
  /// tag is not one of ours. `callback.body` is as received.
  Webhook callback{};
  /// The foreign_id as it came; empty if there was none.
  std::string wire_foreign_id{};
  /// Who vouches for it.
  Authenticity authenticity = Authenticity::none;
  /// The key of the tag, to see when an old one has fallen out of use; empty without a tag.
  std::string key_id{};
  /// The event's key for the Deduplicator.
  std::string dedup_key{};
};

/// What to answer, and what came of the request.
struct Reception {
  /// The HTTP status.
  int status = 200;
  /// Plain text that tells the sender nothing beyond the status.
  std::string_view body{};
  /// The event came before and was not handed over again; the status is 200.
  bool duplicate = false;
  /// Only from receive() without a handler.
  std::optional<CallbackEvent> event{};
  /// Why there is no event, for your log.
  Rejection rejection = Rejection::none;
  /// More about Rejection::bad_signature.
  SignatureFault signature_fault = SignatureFault::none;
  /// More about Rejection::bad_tag.
  TagFault tag_fault = TagFault::none;
};

/// Settings of a WebhookReceiver. At least one of `signer` and `webhook_secrets` must be set, or
/// accept_unauthenticated.
struct ReceiverOptions {
  /// Authenticates callbacks of v1 by the tag in their foreign_id. Default: null, none.
  std::shared_ptr<const CallbackSigner> signer{};
  /// Authenticate the signed webhooks of the v2 service; any one of them will do, because each
  /// webhook of the account has its own. White space, quotation marks or a byte order mark around
  /// one are refused, as they come along from files. To exchange them while running:
  /// WebhookReceiver::set_webhook_secrets(). Default: none.
  std::vector<std::string> webhook_secrets{};
  /// How far X-Timestamp may be from the clock, both ways. Default 300 s, range 1 s to an hour.
  std::chrono::seconds signature_tolerance{300};
  /// A second layer: a path segment that nobody can guess (`openssl rand -hex 16`), 16 characters
  /// or more out of A-Z, a-z, 0-9, - and _. Requests without it get a 404. It stands in access
  /// logs. Default: empty, any path.
  std::string path_secret{};
  /// Hand on events that are neither signed nor tagged, as Authenticity::none: while messages sent
  /// without tags are still on their way (72 h), or if you can do without. A wrong tag or signature
  /// is refused all the same, so an id of your own in the form of a tagged one (two dots, then 22
  /// characters of base64url) is, too. Default false.
  bool accept_unauthenticated = false;
  /// Larger bodies are refused. Default and most: 64 KiB. Must be positive.
  std::size_t max_body_bytes = 65'536;
  /// Remembers which events were handed over. Default: null, an InMemoryDeduplicator of its own,
  /// which holds 500,000. Make one yourself to see forgotten_early() or to raise that.
  std::shared_ptr<Deduplicator> deduplicator{};
  /// Default: null, system_clock.
  std::function<std::chrono::system_clock::time_point()> now{};
};

/// Everything that is wrong with the options, each with its remedy.
DROPCOWBOY_API Validation validate(const ReceiverOptions& options);

/// Turns HTTP requests into events that can be trusted, each once. It opens no socket: call it from
/// the handler of any web framework and answer what it says. Answer first and work later: the
/// service sends thousands of callbacks a second and waits 10 s for an answer, v2 5 s.
///
/// The order of the checks: path (404), method (405), size (413), signature (401), JSON (400), tag
/// (401), duplicate (200). Thread-safe.
class DROPCOWBOY_API WebhookReceiver {
 public:
  /// Takes an event over, for example into a queue, and returns true; or false if there is no room,
  /// which is answered with 503. The v2 service then sends it again; v1 does not, and the result
  /// is lost, so leave room. Called on the thread of receive(), without a lock held, before the
  /// sender has its answer: no place to work.
  using Handler = std::function<bool(CallbackEvent&&)>;

  /// Throws Exception (configuration) with every issue if the options cannot work.
  explicit WebhookReceiver(ReceiverOptions options);
  /// The same without throwing.
  static Result<WebhookReceiver> create(ReceiverOptions options);
  /// Only assigning to the moved-from receiver and destroying it are allowed afterwards.
  WebhookReceiver(WebhookReceiver&&) noexcept;
  /// Not during a call.
  WebhookReceiver& operator=(WebhookReceiver&&) noexcept;
  ~WebhookReceiver();

  /// Hands an authentic, new event to the handler. If that returns false or throws, the event
  /// counts as never seen. Throws std::bad_alloc, Exception (configuration) if OpenSSL refuses to
  /// compute SHA-256, and what ReceiverOptions::now throws.
  Reception receive(const CallbackRequest& request, const Handler& handler) const;

  /// The same, with the event in the answer. It counts as seen from now on; if you cannot keep it,
  /// release() its dedup_key and answer 503.
  Reception receive(const CallbackRequest& request) const;
  /// Replaces the webhook secrets while callbacks come in, for all requests from now on. The
  /// service kills an old secret at once when it makes a new one, for repeats of older events too:
  /// give both before you rotate if you can, and take the old one out afterwards. Error
  /// (configuration) as for the options; the secrets are then unchanged. Thread-safe.
  Result<void> set_webhook_secrets(std::vector<std::string> secrets);

  /// The event with this dedup_key was not kept: it counts as never seen. Throws what
  /// Deduplicator::release() throws.
  void release(const std::string& dedup_key) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropcowboy::receiver
