#include "dropcowboy/error.hpp"

#include <ostream>
#include <tuple>

#include "dropcowboy/printable.hpp"

namespace dropcowboy {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_request: return "invalid_request";
    case ErrorKind::configuration: return "configuration";
    case ErrorKind::overloaded: return "overloaded";
    case ErrorKind::not_allowed: return "not_allowed";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::shutdown: return "shutdown";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::network: return "network";
    case ErrorKind::tls: return "tls";
    case ErrorKind::authentication: return "authentication";
    case ErrorKind::rate_limited: return "rate_limited";
    case ErrorKind::refused: return "refused";
    case ErrorKind::service: return "service";
    case ErrorKind::bad_response: return "bad_response";
    case ErrorKind::storage: return "storage";
  }
  return "service";
}

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::accepted: return "accepted";
    case Outcome::not_sent: return "not_sent";
    case Outcome::rejected: return "rejected";
    case Outcome::unknown: return "unknown";
  }
  return "unknown";
}

std::string_view to_string(RetryStop stop) noexcept {
  switch (stop) {
    case RetryStop::none: return "none";
    case RetryStop::attempts: return "attempts";
    case RetryStop::budget: return "budget";
    case RetryStop::deadline: return "deadline";
    case RetryStop::breaker: return "breaker";
    case RetryStop::cancelled: return "cancelled";
    case RetryStop::shutdown: return "shutdown";
  }
  return "none";
}

std::string to_string(const Error& error) {
  std::string text(to_string(error.kind));
  text += " (";
  text += to_string(error.outcome);
  if (error.transient) text += ", transient";
  if (error.http_status != 0) text += ", HTTP " + std::to_string(error.http_status);
  if (!error.code.empty()) text += ", code " + error.code;
  if (error.attempts.size() > 1) text += ", " + std::to_string(error.attempts.size()) + " attempts";
  if (error.retry_stop != RetryStop::none) {
    text += ", retries stopped by ";
    text += to_string(error.retry_stop);
  }
  if (!error.foreign_id.empty()) text += ", foreign_id " + error.foreign_id;
  if (!error.request_id.empty()) text += ", request_id " + error.request_id;
  text += "): ";
  text += error.message;
  for (const Issue& issue : error.issues) {
    text += "; ";
    text += issue.field;
    text += ": ";
    text += issue.message;
  }
  return printable(text);  // the service's words, and the caller's own id, may be anything
}

bool operator==(const Attempt& a, const Attempt& b) noexcept {
  return std::tie(a.outcome, a.http_status, a.detail) ==
         std::tie(b.outcome, b.http_status, b.detail);
}

std::ostream& operator<<(std::ostream& out, const Error& error) { return out << to_string(error); }

Exception::Exception(Error error)
    : std::runtime_error(to_string(error)),
      error_(std::make_shared<const Error>(std::move(error))) {}

}  // namespace dropcowboy
