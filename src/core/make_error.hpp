#pragma once

#include <cstddef>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// How much of an answer Error::body keeps.
inline constexpr std::size_t kept_body_bytes = 4096;

/// An error from before anything was sent.
inline Error not_sent(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.outcome = Outcome::not_sent;
  error.message = std::move(message);
  return error;
}

/// The same for what may go well later, unchanged.
inline Error not_sent_for_now(ErrorKind kind, std::string message) {
  Error error = not_sent(kind, std::move(message));
  error.transient = true;
  return error;
}

/// The error of a request that breaks rules: at least one issue.
inline Error invalid_request(std::vector<Issue> issues) {
  const std::string count = std::to_string(issues.size());
  Error error =
      not_sent(ErrorKind::invalid_request,
               issues.size() == 1 ? "the request has an error, so nothing was sent"
                                  : "the request has " + count + " errors, so nothing was sent");
  error.issues = std::move(issues);
  return error;
}

/// The same of what a check has found; nothing if that stops nothing.
inline std::optional<Error> refusal_of(Validation found) {
  if (found.ok()) return std::nullopt;
  return invalid_request(std::move(found.errors));
}

/// The error of options that cannot work.
inline Error bad_configuration(std::string message, std::vector<Issue> issues) {
  Error error = not_sent(ErrorKind::configuration, std::move(message));
  error.issues = std::move(issues);
  return error;
}

/// For when there is no memory to say more; allocates nothing.
inline Error out_of_memory(Outcome outcome) noexcept {
  Error error;
  error.kind = ErrorKind::overloaded;
  error.outcome = outcome;
  error.transient = true;
  error.message = "out of memory";  // short enough for std::string's own buffer
  return error;
}

/// Sets words that help to understand a failure. Without memory for them there are none, and the
/// failure counts all the same.
inline void explain_if_possible(std::string& text, std::string_view words) noexcept {
  try {
    text = words;
  } catch (const std::bad_alloc&) {
    text.clear();
  }
}

}  // namespace dropcowboy
