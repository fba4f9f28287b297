#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/move_only_function.hpp"
#include "dropcowboy/stats.hpp"
#include "dropcowboy/v2/account.hpp"
#include "dropcowboy/v2/message.hpp"
#include "dropcowboy/v2/options.hpp"
#include "dropcowboy/v2/prepared.hpp"

namespace dropcowboy::v2 {

/// Speaks the vendor's v2 API, whose sends carry an idempotency key: repeated with the same key
/// and the same bytes, a message is taken once. So what ends in an unknown outcome is repeated by
/// itself, up to RetryOptions::max_attempts, at least a second after the attempt before.
///
/// An accepted message proves less than one may think: the service checks nothing before it says
/// "queued". Call readiness() before a campaign, and give each message a callback_url.
///
/// Threads, forking, moving and the end of a client are as with dropcowboy::Client.
class DROPCOWBOY_API Client {
 public:
  /// Throws Exception (configuration) with every issue if the options cannot work.
  explicit Client(ClientOptions options);
  /// The same without throwing.
  static Result<Client> create(ClientOptions options);

  /// Only assigning to the moved-from client and destroying it are allowed afterwards.
  Client(Client&&) noexcept;
  /// Ends the client that was here as the destructor does.
  Client& operator=(Client&&) noexcept;
  /// Completes everything that send_async() accepted before it returns.
  ~Client();

  /// Checks a message, and freezes its bytes together with a fresh random key. Sends nothing. Error
  /// (not_sent) as from send(). For programs that must not lose track over a crash: prepare, store
  /// to_json(), send; after a restart send what was stored.
  Result<Prepared> prepare(const RvmRequest& request) const;
  /// The same for a text message.
  Result<Prepared> prepare(const SmsRequest& request) const;
  /// The same message, prepared so long ago by this client's clock: for whoever keeps the time by a
  /// clock that several machines share, a database server's for instance. Nothing else changes. If
  /// it is older than that, the service may have forgotten its key, and take it twice.
  Prepared with_age(const Prepared& prepared, std::chrono::milliseconds age) const;

  /// Sends one voicemail under a fresh key, and blocks until the service has queued it, refused it,
  /// or total_timeout has passed. Send only to people who agreed to it.
  ///
  /// Each call is a new message: after Error::outcome unknown, do not call it again for the same
  /// one. Whoever wants to be able to go on then uses prepare().
  Result<Receipt> send(const RvmRequest& request, const CallOptions& options = {}) const;
  /// Sends one text message, with the same care and the same answers.
  Result<Receipt> send(const SmsRequest& request, const CallOptions& options = {}) const;
  /// Sends a prepared message: the first time, or once more. No attempt begins later than 23 hours
  /// after it was prepared. Error::outcome speaks of the message, not of this call alone: once an
  /// attempt of it may have been taken, it is unknown, and so it is from the start for one that was
  /// read from JSON. Error::resend_safe_until says until when it may be sent again. While it is
  /// under way in this client, and for a second after an attempt of unknown outcome, it is refused
  /// (overloaded, transient).
  Result<Receipt> send(const Prepared& prepared, const CallOptions& options = {}) const;

  /// What send_async() calls when it knows the outcome.
  using Completion = MoveOnlyFunction<Result<Receipt>>;

  /// @{
  /// The same in the background, under the terms of dropcowboy::Client::send_async().
  std::future<Result<Receipt>> send_async(const RvmRequest& request,
                                          const CallOptions& options = {}) const;
  std::future<Result<Receipt>> send_async(const SmsRequest& request,
                                          const CallOptions& options = {}) const;
  std::future<Result<Receipt>> send_async(const Prepared& prepared,
                                          const CallOptions& options = {}) const;
  void send_async(const RvmRequest& request, Completion completion,
                  const CallOptions& options = {}) const;
  void send_async(const SmsRequest& request, Completion completion,
                  const CallOptions& options = {}) const;
  void send_async(const Prepared& prepared, Completion completion,
                  const CallOptions& options = {}) const;
  /// @}

  /// Blocks until everything that send_async() had accepted before this call has completed. False
  /// if `timeout` passed first, and at once from a completion.
  bool drain(std::chrono::milliseconds timeout) const;
  /// Completes as cancelled everything that is queued or waits to be tried again.
  void cancel_pending() const;
  /// Changes limits.requests_per_second from now on. Error (configuration) if it is out of range.
  Result<void> set_rate(double requests_per_second) const;
  /// What the client has done so far.
  Stats stats() const;
  /// ClientOptions::team_id. Valid as long as the client.
  const std::string& team_id() const noexcept;

  // The calls around a send. They block; reading ones are repeated after any transient failure.

  /// Asks whether the API key holds and what the account may do. No send can tell: a message is
  /// accepted with any key. For the start of a program, and before a campaign. Needs the scope
  /// balance:read.
  Result<Readiness> readiness(const CallOptions& options = {}) const;

  /// The phone lines, all of them or those of one type ("voice", "sms").
  Result<std::vector<PhoneLine>> list_phone_lines(std::string_view type = {},
                                                  const CallOptions& options = {}) const;
  /// The voices.
  Result<std::vector<Voice>> list_voices(const CallOptions& options = {}) const;

  /// The audio files, as many as the service tells at once; `limit` asks for a number, 0 for the
  /// service's own.
  Result<std::vector<Media>> list_media(int limit = 0, const CallOptions& options = {}) const;
  /// One of them.
  Result<Media> get_media(std::string_view media_id, const CallOptions& options = {}) const;
  /// Uploads an .mp3 or .wav file of at most 100 MiB under a name (empty: the file's) and returns
  /// it when it can be used. Three calls, each with total_timeout for itself: the file is
  /// registered, put to the address that the service names, without credentials and without
  /// following redirects, and reported complete. An Error after the first call tells the media_id
  /// that is left without its audio. Needs the scope media:write.
  Result<Media> upload_media(const std::string& path, std::string_view name = {},
                             const CallOptions& options = {}) const;

  /// The webhooks, without their secrets. All of these need the scope webhooks:write.
  Result<std::vector<WebhookSubscription>> list_webhooks(const CallOptions& options = {}) const;
  /// Makes one; its answer is the only one that tells the first signing secret. Never repeated
  /// after an unknown outcome: it may exist then, and its secret is lost; list, delete, make it
  /// anew.
  Result<WebhookSubscription> create_webhook(const WebhookSettings& settings,
                                             const CallOptions& options = {}) const;
  /// Sets what is not empty in the settings. Id and secret stay.
  Result<WebhookSubscription> update_webhook(std::string_view webhook_id,
                                             const WebhookSettings& settings,
                                             const CallOptions& options = {}) const;
  /// Deletes one. If an attempt of unknown outcome is followed by "not found", it is gone, which is
  /// success.
  Result<void> delete_webhook(std::string_view webhook_id, const CallOptions& options = {}) const;
  /// Makes a new secret; the old one is dead at once, for repeated deliveries of older events, too.
  /// Never repeated after an unknown outcome: then neither may hold; call it again, and use what it
  /// tells.
  Result<WebhookSubscription> rotate_webhook_secret(std::string_view webhook_id,
                                                    const CallOptions& options = {}) const;

  /// Records that a contact agreed; returns the consent's id. Never repeated after an unknown
  /// outcome.
  Result<std::string> record_consent(std::string_view contact_id, const Consent& consent,
                                     const CallOptions& options = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropcowboy::v2
