#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "delivery/background.hpp"
#include "delivery/pipeline.hpp"
#include "dropcowboy/v2/message.hpp"
#include "v2/keys_under_way.hpp"
#include "v2/prepared_state.hpp"

namespace dropcowboy::v2 {

/// Checks, freezes and sends messages, blocking or not: what Client::prepare(), send() and
/// send_async() promise. Source: RvmRequest, SmsRequest or Prepared. Thread-safe.
class Messenger {
 public:
  using Completion = MoveOnlyFunction<Result<Receipt>>;

  explicit Messenger(std::shared_ptr<const delivery::Pipeline> pipeline);

  template <class Request>
  Result<Prepared> prepare(const Request& request) const;
  Prepared with_age(const Prepared& prepared, std::chrono::milliseconds age) const;
  template <class Source>
  Result<Receipt> send(const Source& source, const CallOptions& options) const;
  template <class Source>
  std::future<Result<Receipt>> send_async(const Source& source, const CallOptions& options) const;
  template <class Source>
  void send_async(const Source& source, Completion completion, const CallOptions& options) const;

  delivery::Background& background() const noexcept { return background_; }

 private:
  /// What is left to know of a message when its call has ended.
  struct Message;

  template <class Request>
  Result<Frozen> freeze(const Request& request, std::string& foreign_id) const;
  template <class Request>
  std::optional<Error> refuse(const Request& request, const std::string& foreign_id) const;
  template <class Request>
  Result<std::string> wire_id(const Request& request, const std::string& foreign_id) const;

  template <class Request>
  Result<delivery::PreparedRequest> ready(const Request& request, Message& message) const;
  Result<delivery::PreparedRequest> ready(const Prepared& prepared, Message& message) const;
  std::optional<Error> refuse(const PreparedAccess::State& state, Message& message) const;
  delivery::PreparedRequest call_for(const Frozen& frozen, delivery::KeyHistory key) const;
  delivery::Headers headers_with(const std::string& key) const;

  const std::shared_ptr<const delivery::Pipeline> pipeline_;
  const std::string rvm_url_;
  const std::string sms_url_;
  const std::shared_ptr<KeysUnderWay> keys_ = std::make_shared<KeysUnderWay>();
  mutable delivery::Background background_;  // last: completions submit while it ends
};

}  // namespace dropcowboy::v2
