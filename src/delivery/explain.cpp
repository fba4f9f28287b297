#include "delivery/explain.hpp"

namespace dropcowboy::delivery {

namespace {

constexpr std::string_view too_large = "the answer is too large to be read";

std::string_view without_answer(TransportFailure failure) noexcept {
  switch (failure) {
    case TransportFailure::configuration: return "the transport cannot work as it is set up";
    case TransportFailure::resolve:
      return "the host's name could not be resolved: check base_url and DNS";
    case TransportFailure::connect:
      return "no connection to the service: check base_url, proxy and network";
    case TransportFailure::proxy:
      return "the proxy refused, so nothing was sent: check proxy.url, its user and password, and "
             "whether it lets this host through";
    case TransportFailure::tls_verification:
      return "the server's certificate was refused, so nothing was sent: check base_url and the "
             "clock; if the server uses a private authority, set tls.ca_file or tls.ca_directory";
    case TransportFailure::tls_handshake:
      return "no secure connection (TLS 1.2 or newer) came about";
    case TransportFailure::timeout: return "the time limit passed";
    case TransportFailure::cancelled: return "the call was cancelled";
    case TransportFailure::interrupted: return "the connection broke before a complete answer";
    case TransportFailure::protocol: return "the answer is not valid HTTP";
    case TransportFailure::too_large: return too_large;
    case TransportFailure::overloaded: return "this machine lacked memory or room for the exchange";
    case TransportFailure::none:
    case TransportFailure::other: break;
  }
  return "the exchange failed";
}

std::string_view with_status(const Operation& operation, const Verdict& verdict,
                             const HttpResult& observed) noexcept {
  const int status = observed.status;
  switch (verdict.kind) {
    case ErrorKind::authentication: return operation.if_unauthorized;
    case ErrorKind::rate_limited: return "the service asks to send more slowly";
    case ErrorKind::configuration:
      return "the proxy asks for credentials of its own: check proxy.url, its user and password";
    case ErrorKind::timeout: return "the service reports a timeout";
    default: break;
  }
  if (status >= 300 && status < 400) {
    return "the service answered with a redirect, which is never followed: check base_url";
  }
  if (status >= 200 && status < 300) {
    if (verdict.outcome == Outcome::rejected) {
      return "the service answered that it did not take the request";
    }
    if (observed.failure == TransportFailure::too_large) return too_large;
    return operation.effect == Effect::reads
               ? "the service answered in a form that this library does not understand"
               : "the service answered in a form that does not say whether it took the request";
  }
  if (verdict.outcome == Outcome::not_sent) return "the service sent the request back unread";
  if (status == 402) return "the account has no funds for it: see its balance";
  if (status == 403) {
    return "the service, or a filter before it, does not allow it: check the account's rights and "
           "the address you send from; the credentials may be right";
  }
  if (status == 404) return operation.if_not_found;
  if (verdict.outcome == Outcome::rejected) return "the service refused the request";
  return "the service failed";
}

}  // namespace

std::string explain(const Operation& operation, const Verdict& verdict, const HttpResult& observed,
                    const std::string& answer) {
  std::string text;
  if (observed.status >= 200) {
    text = "HTTP " + std::to_string(observed.status) + ": ";
    text += with_status(operation, verdict, observed);
    if (!answer.empty()) text += "; it said: " + answer;
  } else {
    text = verdict.kind == ErrorKind::shutdown ? "the client ended while the call was under way"
                                               : without_answer(observed.failure);
    if (!observed.detail.empty()) text += " (" + observed.detail + ")";
  }
  return text;
}

}  // namespace dropcowboy::delivery
