#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/call_state.hpp"
#include "delivery/engine.hpp"

namespace dropcowboy::delivery {

using Headers = std::shared_ptr<const std::vector<HttpHeader>>;

/// One call to make.
struct PreparedRequest {
  const Operation& operation;
  std::string url{};
  std::string body{};
  /// Empty for calls that carry none.
  std::string foreign_id{};
  /// Instead of those that all requests have; null: those.
  Headers headers{};
  /// What is known of its key, if it has one.
  KeyHistory key{};
};

/// What the delivery of calls is given: it knows no HTTP library, no format and no API by itself.
struct Parts {
  using Headers = delivery::Headers;

  /// Carries the exchanges of blocking calls.
  std::shared_ptr<Transport> transport{};
  /// Makes what carries those of send_async, once, when it is first used; throws Exception if that
  /// cannot be. If empty, the transport does it, one at a time.
  std::function<std::unique_ptr<Engine>()> make_engine{};
  /// Of requests with a body, and of those without.
  Headers headers_with_body{};
  Headers headers_without_body{};
  ServiceWords (*read_failure)(std::string_view body) = nullptr;
};

/// The way of every call: pace, attempts over the transport, verdicts, retries. Thread-safe.
class Pipeline {
 public:
  /// `options` are valid.
  Pipeline(ClientOptions options, std::shared_ptr<Runtime> runtime, Parts parts);

  /// Makes the call and blocks until it has its result; its time counts from `submitted`. Throws
  /// nothing but std::bad_alloc, after which nothing is known of an attempt that was begun.
  Result<Response> run(const PreparedRequest& prepared, const CallOptions& options,
                       CallState::TimePoint submitted) const;

  /// When a call that is made now has to be over: its own options say so, or else the client's.
  CallState::TimePoint deadline_of(const CallOptions& options,
                                   CallState::TimePoint now) const noexcept;
  /// The address of a path under the base URL, which begins with a slash and is encoded.
  std::string url(std::string_view path) const;
  /// One attempt as the transport takes it; it refers to `prepared`.
  HttpRequest http_request(const PreparedRequest& prepared,
                           const CallState::AttemptSettings& limits) const noexcept;

  const ClientOptions& options() const noexcept { return options_; }
  const Parts& parts() const noexcept { return parts_; }
  const std::shared_ptr<Runtime>& runtime() const noexcept { return runtime_; }
  /// What the calls of this client share; valid as long as the pipeline.
  const Context& context() const noexcept { return context_; }

  /// Changes the pace; an Error (configuration) if it is out of range, and then nothing changes.
  Result<void> set_rate(double requests_per_second) const;
  /// What has been done so far; `queued` is what only the queue knows.
  Stats stats(std::size_t queued) const;

  /// An Error (configuration, not_sent) in a process that was forked from the one that made this.
  std::optional<Error> refuse_after_fork() const;
  /// Counts, and tells the event hook, that a message ended before there was a CallState for it:
  /// with this error, which it returns.
  Error report_refused(const Operation& operation, const std::string& foreign_id,
                       CallState::TimePoint submitted, Error error) const noexcept;
  /// Tells the event hook that a completion threw, which changes nothing for the message.
  void report_throwing_completion(const Operation& operation,
                                  const std::string& foreign_id) const noexcept;

 private:
  std::optional<Admission::Permit> wait_for_turn(CallState& call, const CancelToken& cancel) const;

  ClientOptions options_;
  std::shared_ptr<Runtime> runtime_;
  text::Redactor redact_;
  mutable RetryBudget budget_;
  mutable Admission admission_;
  mutable Statistics statistics_;
  const Parts parts_;
  Context context_;
  long process_;
};

}  // namespace dropcowboy::delivery
