#pragma once

#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "delivery/pipeline.hpp"
#include "errors.hpp"
#include "text/redactor.hpp"

namespace dropcowboy {

/// What a failure after a good answer leaves: a call that only reads has changed nothing.
inline Delivery after_answer(const delivery::Operation& operation) noexcept {
  return operation.effect == delivery::Effect::reads ? Delivery::not_sent : Delivery::unknown;
}

/// What `make` returns, or an error if there is no memory for it. `make` must not throw once it has
/// sent something.
template <class Make>
auto or_out_of_memory(Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return out_of_memory(Delivery::not_sent);
  }
}

/// Makes one blocking call that carries no message to a person. Does not throw. `path` is encoded;
/// `body` may be empty.
inline Result<delivery::Answer> call(const delivery::Pipeline& pipeline,
                                     const delivery::Operation& operation, std::string_view path,
                                     std::string body, const SendOptions& options) {
  return or_out_of_memory([&]() -> Result<delivery::Answer> {
    if (auto error = pipeline.refuse_after_fork()) return *std::move(error);
    const delivery::Message message{operation, pipeline.url(path), std::move(body), {}};
    return pipeline.run(message, options);
  });
}

/// The error of an answer that was good, and yet does not say what it should.
inline Error unclear(const delivery::Operation& operation, delivery::Answer answer,
                     std::string message) {
  Error error;
  error.kind = ErrorKind::bad_response;
  error.delivery = after_answer(operation);
  error.http_status = answer.http.status;
  error.message = "HTTP " + std::to_string(answer.http.status) + ": " + std::move(message);
  if (!operation.if_unknown.empty()) error.message.append(". ").append(operation.if_unknown);
  error.attempts = std::move(answer.attempts);
  error.request_id = std::move(answer.http.request_id);
  error.body = (*answer.redact)(answer.http.body, kept_body_bytes);
  return error;
}

/// The body of a good answer to `operation`, decoded.
template <class Value>
Result<Value> decoded(const delivery::Operation& operation, const delivery::Answer& answer,
                      std::optional<Value> (*decode)(std::string_view body,
                                                     const text::Redactor& redact)) {
  try {
    return decode(answer.http.body, *answer.redact).value();  // it was found to be readable
  } catch (const std::bad_alloc&) {
    return out_of_memory(after_answer(operation));
  }
}

/// The same as call(), and decodes the body of its good answer.
template <class Value>
Result<Value> call(const delivery::Pipeline& pipeline, const delivery::Operation& operation,
                   std::string_view path, std::string body, const SendOptions& options,
                   std::optional<Value> (*decode)(std::string_view body,
                                                  const text::Redactor& redact)) {
  auto answer = call(pipeline, operation, path, std::move(body), options);
  if (!answer) return std::move(answer).error();
  return decoded(operation, *answer, decode);
}

}  // namespace dropcowboy
