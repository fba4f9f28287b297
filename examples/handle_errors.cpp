// What to do about each kind of failure, and which of them may be sent again.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   handle_errors [phone number]
#include <dropcowboy/dropcowboy.hpp>
#include <exception>
#include <iostream>

namespace {

using dropcowboy::Error;
using dropcowboy::ErrorKind;
using dropcowboy::Outcome;

/// The question that comes first: is the person going to hear the voicemail twice?
const char* next_step(const Error& error) {
  switch (error.outcome) {
    case Outcome::unknown: return "wait for its callback, up to 72 hours; do NOT send it again";
    case Outcome::not_sent:
    case Outcome::rejected: return error.transient ? "send it again later" : "mend it first";
    case Outcome::accepted: break;  // is no error
  }
  return "";
}

/// The second: who has to act?
const char* whose_turn(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::refused: return "whoever fills in the request";
    case ErrorKind::configuration:
    case ErrorKind::authentication:
    case ErrorKind::tls:
    case ErrorKind::storage: return "whoever runs this program";
    case ErrorKind::rate_limited:
    case ErrorKind::overloaded: return "the program: it sends too fast";
    case ErrorKind::not_allowed: return "nobody: may_send refused it";
    case ErrorKind::shutdown: return "the program, after its restart";
    case ErrorKind::network:
    case ErrorKind::timeout:
    case ErrorKind::service:
    case ErrorKind::unavailable:
    case ErrorKind::bad_response: return "the network or the service";
    case ErrorKind::cancelled: return "nobody: it was stopped on purpose";
  }
  return "";
}

void explain(const Error& error) {
  std::cout << "failed: " << error.message << '\n'
            << "  kind        " << to_string(error.kind) << " (" << whose_turn(error.kind) << ")\n"
            << "  outcome     " << to_string(error.outcome) << '\n'
            << "  next        " << next_step(error) << '\n'
            << "  foreign_id  " << error.foreign_id << '\n';
  if (error.retry_after) {
    std::cout << "  wait        " << error.retry_after->count() << " s, says the service\n";
  }
  for (const auto& issue : error.issues) {
    std::cout << "  " << issue.field << ": " << issue.message << '\n';
  }
  for (const auto& attempt : error.attempts) {
    std::cout << "  attempt     " << to_string(attempt.outcome) << ": " << attempt.detail << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const dropcowboy::Client client(dropcowboy::ClientOptions::from_environment().value());

  dropcowboy::RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";  // yours, from the trust center
  request.phone_number = argc > 1 ? argv[1] : "+15550010001";
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";  // yours, recordings tab
  request.forwarding_number = "+15557654321";
  // Made and stored before sending: after a crash you know what may be on its way.
  request.foreign_id = dropcowboy::new_foreign_id();

  const auto receipt = client.send(request);
  if (!receipt) {
    explain(receipt.error());
    return 1;
  }
  std::cout << receipt->status << ", foreign_id " << receipt->foreign_id << '\n';
} catch (const dropcowboy::Exception& error) {  // credentials or options that cannot work
  explain(error.error());
  return 1;
}
