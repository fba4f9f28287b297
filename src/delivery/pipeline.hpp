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

/// The way of every call: pace, attempts over the transport, verdicts, retries. Thread-safe.
class Pipeline {
 public:
  /// `options` are valid; throws Exception (configuration) if the transport cannot be set up.
  explicit Pipeline(ClientOptions options);

  /// Makes the call and blocks until it has its result. Does not throw.
  Result<Answer> run(const Message& message, const SendOptions& options) const;

  /// When a call that is made now has to be over: its own options say so, or else the client's.
  Call::TimePoint deadline_of(const SendOptions& options, Call::TimePoint now) const noexcept;
  /// The address of a path under the base URL, which begins with a slash and is encoded.
  std::string url(std::string_view path) const;
  /// One attempt as the transport takes it; it refers to `message`.
  HttpRequest http_request(const Message& message, const Call::Limits& limits) const noexcept;

  const ClientOptions& options() const noexcept { return options_; }
  const std::shared_ptr<Environment>& environment() const noexcept { return environment_; }
  /// What the calls of this client share; valid as long as the pipeline.
  const Context& context() const noexcept { return context_; }

  /// An Error (configuration, not_sent) in a process that was forked from the one that made this.
  std::optional<Error> refuse_after_fork() const;
  /// Enters in the books, and tells the event hook, that a message ended before there was a Call
  /// for it: with this error, which it returns.
  Error refuse(const Operation& operation, const std::string& foreign_id, Call::TimePoint submitted,
               Error error) const noexcept;
  /// Tells the event hook that a completion threw, which changes nothing for the message.
  void report_throwing_completion(const Operation& operation,
                                  const std::string& foreign_id) const noexcept;

 private:
  std::optional<Admission::Permit> wait_for_turn(Call& call, const Stop& stop) const;

  ClientOptions options_;
  std::shared_ptr<Environment> environment_;
  text::Redactor redact_;
  mutable RetryQuota quota_;
  mutable Admission admission_;
  mutable Statistics statistics_;
  Context context_;
  std::shared_ptr<const std::vector<HttpHeader>> headers_with_body_;
  std::shared_ptr<const std::vector<HttpHeader>> headers_without_body_;
  std::shared_ptr<Transport> transport_;
  unsigned long generation_;
};

}  // namespace dropcowboy::delivery
