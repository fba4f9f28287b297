#pragma once

#include <condition_variable>
#include <dropcowboy/client.hpp>
#include <dropcowboy/outbox/outbox.hpp>
#include <dropcowboy/receiver/callback_server.hpp>
#include <dropcowboy/receiver/callback_signer.hpp>
#include <memory>
#include <mutex>
#include <string>

namespace dropcowboy::tool {

/// What DROPCOWBOY_CALLBACK_KEYS ("id:secret,...", the first one makes tags) makes for this team;
/// null if it is not set. UsageError, without a secret in it, if it cannot work.
std::shared_ptr<const receiver::CallbackSigner> signer_from_environment(const std::string& team_id);

/// Callbacks on their way into an outbox: answered once they are on disk. Serves for as long as it
/// lives.
class OutboxReceiving {
 public:
  /// UsageError if the port cannot be had, or there is no signer and `accept_unauthenticated` is
  /// false. `box` outlives it.
  OutboxReceiving(const outbox::Outbox& box, int port,
                  std::shared_ptr<const receiver::CallbackSigner> signer,
                  bool accept_unauthenticated);
  OutboxReceiving(const OutboxReceiving&) = delete;
  OutboxReceiving& operator=(const OutboxReceiving&) = delete;

  /// What a callback_url leads to on this machine, without the secret segment of its path.
  const std::string& url() const { return url_; }

  /// Blocks until no message waits for its callback any more, `span` has passed, or `stop` is
  /// cancelled. A message that has been unknown for 72 hours is not waited for.
  void wait_for_callbacks(std::chrono::seconds span, const CancelToken& stop);

 private:
  receiver::Reception answer(const receiver::CallbackRequest& request);
  bool is_awaited() const;

  const outbox::Outbox& box_;
  const receiver::WebhookReceiver receiver_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::uint64_t count_ = 0;  // of callbacks; under mutex_
  std::string url_{};
  receiver::CallbackServer server_;  // last: its threads use all of the above
};

}  // namespace dropcowboy::tool
