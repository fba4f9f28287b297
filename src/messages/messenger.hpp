#pragma once

#include <future>
#include <memory>
#include <string>

#include "delivery/background.hpp"
#include "delivery/pipeline.hpp"
#include "dropcowboy/receipt.hpp"

namespace dropcowboy {

/// The id of a message, as the caller knows it and as it travels.
struct MessageId {
  std::string own{};
  /// Empty without a tagger.
  std::string tagged{};

  const std::string& wire() const noexcept { return tagged.empty() ? own : tagged; }
};

/// Checks, encodes and sends messages, blocking or not: what Client::send() and send_async()
/// promise. Request: RvmRequest or SmsRequest. Thread-safe.
class Messenger {
 public:
  using Completion = MoveOnlyFunction<Result<Receipt>>;

  explicit Messenger(std::shared_ptr<const delivery::Pipeline> pipeline);

  template <class Request>
  Result<Receipt> send(const Request& request, const CallOptions& options) const;
  template <class Request>
  std::future<Result<Receipt>> send_async(const Request& request, const CallOptions& options) const;
  template <class Request>
  void send_async(const Request& request, Completion completion, const CallOptions& options) const;

  delivery::Background& background() const noexcept { return background_; }

 private:
  template <class Request>
  std::string own_id(const Request& request) const;
  template <class Request>
  std::optional<Error> refuse(const Request& request, const MessageId& id) const;
  template <class Request>
  Result<delivery::PreparedRequest> encode(const Request& request, MessageId& id) const;
  template <class Request>
  Result<delivery::PreparedRequest> prepare(const Request& request, MessageId& id) const;

  const std::shared_ptr<const delivery::Pipeline> pipeline_;
  const std::string rvm_url_;
  const std::string sms_url_;
  const std::string body_prefix_;
  mutable delivery::Background background_;  // last: completions submit while it ends
};

}  // namespace dropcowboy
