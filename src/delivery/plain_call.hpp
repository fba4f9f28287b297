#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/make_error.hpp"
#include "delivery/pipeline.hpp"
#include "text/redactor.hpp"

namespace dropcowboy::delivery {

/// Makes one blocking call that carries no message to a person. `path` is encoded; `body` may be
/// empty.
inline Result<Response> call(const Pipeline& pipeline, const Operation& operation,
                             std::string_view path, std::string body, const CallOptions& options) {
  if (auto error = pipeline.refuse_after_fork()) return *std::move(error);
  const PreparedRequest prepared{operation, pipeline.url(path), std::move(body), {}};
  return pipeline.run(prepared, options, pipeline.runtime()->now());
}

/// The same, and what its good answer says.
template <class Value>
Result<Value> call_for(const Pipeline& pipeline, const Operation& operation, std::string_view path,
                       std::string body, const CallOptions& options) {
  auto answer = call(pipeline, operation, path, std::move(body), options);
  if (!answer) return std::move(answer).error();
  return std::any_cast<Value&&>(std::move(answer->value));
}

/// Of what was to be deleted: after an attempt of unknown outcome, "not found" means that it took
/// effect.
inline bool is_gone(const Error& error) {
  return error.http_status == 404 &&
         std::any_of(error.attempts.begin(), error.attempts.end(),
                     [](const Attempt& one) { return one.outcome == Outcome::unknown; });
}

/// The error of an answer that was good, and yet does not say what it should: of a call that has
/// changed something, nobody knows what.
inline Error unclear(const Operation& operation, Response answer, std::string message) {
  Error error;
  error.kind = ErrorKind::bad_response;
  error.outcome = Outcome::unknown;
  error.http_status = answer.http.status;
  error.message = "HTTP " + std::to_string(answer.http.status) + ": " + std::move(message);
  if (!operation.if_unknown.empty()) error.message.append(". ").append(operation.if_unknown);
  error.attempts = std::move(answer.attempts);
  error.request_id = std::move(answer.http.request_id);
  if (!operation.is_answer_secret) {
    error.body = (*answer.redact)(answer.http.body, kept_body_bytes);
  }
  return error;
}

}  // namespace dropcowboy::delivery
