#include "messages/sending.hpp"

#include <vector>

#include "core/make_error.hpp"

namespace dropcowboy {

std::optional<Error> refused_by_application(const ClientOptions& options,
                                            const OutgoingMessage& message) {
  try {
    if (!options.may_send || options.may_send(message)) return std::nullopt;
    return not_sent(ErrorKind::not_allowed, "may_send refused this message");
  } catch (...) {
    return not_sent_for_now(ErrorKind::not_allowed,
                            "may_send threw an exception, so nothing was sent");
  }
}

void require_completion(bool is_there) {
  if (is_there) return;
  std::vector<Issue> issues;
  issues.push_back({Severity::error, "completion", IssueCode::missing,
                    "is empty: give a function, or leave it out and use the future"});
  throw Exception(invalid_request(std::move(issues)));
}

Error with_foreign_id(Error error, std::string foreign_id) noexcept {
  error.foreign_id = std::move(foreign_id);
  return error;
}

namespace {

/// An Error if the client's thread does not take it.
std::optional<Error> submit(delivery::Background& background, delivery::PreparedRequest prepared,
                            const CallOptions& options, delivery::CallState::TimePoint submitted,
                            delivery::Background::Completion& complete) {
  try {
    return background.submit(std::move(prepared), options, submitted, complete);
  } catch (const Exception& exception) {
    return exception.error();
  }
}

}  // namespace

void hand_over(std::shared_ptr<const delivery::Pipeline> pipeline, delivery::Background& background,
               const Handover& what, Result<delivery::PreparedRequest> ready,
               const CallOptions& options, delivery::Background::Completion& complete) {
  const bool may_exist = ready && ready->key.may_exist;
  std::optional<Error> refused =
      ready ? submit(background, *std::move(ready), options, what.submitted, complete)
            : std::move(ready).error();
  if (!refused) return;
  if (may_exist) refused->outcome = Outcome::unknown;
  try {
    complete(pipeline->report_refused(what.operation, what.foreign_id, what.submitted,
                                      *std::move(refused)));
  } catch (...) {
    pipeline->report_throwing_completion(what.operation, what.foreign_id);
  }
}

}  // namespace dropcowboy
