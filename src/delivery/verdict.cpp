#include "delivery/verdict.hpp"

namespace dropcowboy::delivery {

namespace {

ErrorKind cause(TransportFailure failure) noexcept {
  switch (failure) {
    case TransportFailure::configuration:
    case TransportFailure::proxy: return ErrorKind::configuration;
    case TransportFailure::tls_verification:
    case TransportFailure::tls_handshake: return ErrorKind::tls;
    case TransportFailure::timeout: return ErrorKind::timeout;
    case TransportFailure::cancelled: return ErrorKind::cancelled;
    case TransportFailure::protocol:
    case TransportFailure::too_large: return ErrorKind::bad_response;
    case TransportFailure::overloaded: return ErrorKind::overloaded;
    case TransportFailure::none:
    case TransportFailure::resolve:
    case TransportFailure::connect:
    case TransportFailure::interrupted:
    case TransportFailure::other: return ErrorKind::network;
  }
  return ErrorKind::network;
}

bool passes_by_itself(TransportFailure failure) noexcept {
  return failure != TransportFailure::configuration && failure != TransportFailure::proxy &&
         failure != TransportFailure::tls_verification;
}

Verdict judge_success(Meaning meaning) noexcept {
  switch (meaning) {
    case Meaning::success: return {Outcome::accepted};
    case Meaning::refusal: return {Outcome::rejected, false, ErrorKind::refused};
    case Meaning::unclear: break;
  }
  return {Outcome::unknown, false, ErrorKind::bad_response};
}

/// Only what was never processed by its definition, or says "look elsewhere before you ask", is a
/// refusal. 300, 302 and 303 are also how a service answers a POST that it has processed.
Verdict judge_redirect(int status) noexcept {
  const bool may_be_done = status == 300 || status == 302 || status == 303;
  return {may_be_done ? Outcome::unknown : Outcome::rejected, false, ErrorKind::bad_response};
}

Verdict judge_client_error(int status) noexcept {
  switch (status) {
    case 401: return {Outcome::rejected, false, ErrorKind::authentication};
    case 407: return {Outcome::rejected, false, ErrorKind::configuration};
    // Often the timeout of a proxy whose upstream has the whole request.
    case 408: return {Outcome::unknown, true, ErrorKind::timeout};
    // "Wrong connection" and "too early": by their definition nothing was processed.
    case 421:
    case 425: return {Outcome::not_sent, true, ErrorKind::service, true};
    // A gateway's note that its client went away, which says nothing of the service behind it.
    case 460:
    case 499: return {Outcome::unknown, true, ErrorKind::service};
    case 429: return {Outcome::rejected, true, ErrorKind::rate_limited};
    default: return {Outcome::rejected, false, ErrorKind::refused};
  }
}

Verdict judge_server_error(int status, bool service_unavailable_is_rejection) noexcept {
  if (status == 503 && service_unavailable_is_rejection) {
    return {Outcome::rejected, true, ErrorKind::service};
  }
  const bool passes = status != 501 && status != 505;  // not implemented, HTTP version
  return {Outcome::unknown, passes, ErrorKind::service};
}

}  // namespace

Verdict judge(const HttpResult& observed, Meaning meaning,
              bool service_unavailable_is_rejection) noexcept {
  const int status = observed.status;
  if (status >= 200 && status < 300) return judge_success(meaning);
  if (status >= 300 && status < 400) return judge_redirect(status);
  if (status >= 400 && status < 500) return judge_client_error(status);
  if (status >= 500 && status < 600) {
    return judge_server_error(status, service_unavailable_is_rejection);
  }
  if (status >= 600) return {Outcome::unknown, false, ErrorKind::bad_response};
  const Outcome outcome = observed.wire == Wire::not_sent ? Outcome::not_sent : Outcome::unknown;
  return {outcome, passes_by_itself(observed.failure), cause(observed.failure)};
}

}  // namespace dropcowboy::delivery
