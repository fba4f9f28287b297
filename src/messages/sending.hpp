#pragma once

#include <future>
#include <optional>
#include <string>
#include <utility>

#include "delivery/background.hpp"
#include "delivery/pipeline.hpp"

namespace dropcowboy {

// What the messages of both APIs have in common on their way.

/// Why this message must not be sent, if the application says so.
std::optional<Error> refused_by_application(const ClientOptions& options,
                                            const OutgoingMessage& message);

/// Throws Exception (invalid_request) if there is no completion.
void require_completion(bool is_there);

Error with_foreign_id(Error error, std::string foreign_id) noexcept;

/// A message before its first attempt.
struct Handover {
  const delivery::Operation& operation;
  const std::string& foreign_id;
  delivery::CallState::TimePoint submitted;
};

/// Hands the message over to the client's thread, or completes it here with why it is refused. The
/// completion may end the client: nothing of that is used afterwards.
void hand_over(std::shared_ptr<const delivery::Pipeline> pipeline, delivery::Background& background,
               const Handover& what, Result<delivery::PreparedRequest> ready,
               const CallOptions& options, delivery::Background::Completion& complete);

/// The future of what `start` does with a completion.
template <class Value, class Start>
std::future<Result<Value>> future_of(Start start) {
  std::promise<Result<Value>> promise;
  auto future = promise.get_future();
  start([promise = std::move(promise)](Result<Value> result) mutable {
    promise.set_value(std::move(result));
  });
  return future;
}

}  // namespace dropcowboy
