#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/call.hpp"

namespace dropcowboy::delivery {

/// One call to make.
struct Message {
  const Operation& operation;
  std::string url{};
  std::string body{};
  /// Empty for calls that carry none.
  std::string foreign_id{};
};

/// The way of every call: attempts over the transport, verdicts, retries. Thread-safe.
class Pipeline {
 public:
  /// `options` are valid; throws Exception (configuration) if the transport cannot be set up.
  explicit Pipeline(ClientOptions options);

  /// Makes the call and blocks until it has its result. Does not throw.
  Result<Answer> run(const Message& message, const SendOptions& options) const;

  const ClientOptions& options() const noexcept { return options_; }
  Environment& environment() const noexcept { return *environment_; }

  /// An Error (configuration, not_sent) in a process that was forked from the one that made this.
  std::optional<Error> refuse_after_fork() const;

 private:
  HttpOutcome perform(const Message& message, const Call::Limits& limits, const Stop& stop) const;

  ClientOptions options_;
  std::shared_ptr<Environment> environment_;
  text::Redactor redact_;
  mutable RetryQuota quota_;
  Context context_;
  std::shared_ptr<const std::vector<HttpHeader>> headers_with_body_;
  std::shared_ptr<const std::vector<HttpHeader>> headers_without_body_;
  std::shared_ptr<Transport> transport_;
  unsigned long process_;
};

}  // namespace dropcowboy::delivery
