#include "outbox/reaction.hpp"

#include <algorithm>

namespace dropcowboy::outbox {

namespace {

/// Not the message is at fault.
bool is_about_everything(const Error& error) noexcept {
  switch (error.kind) {
    case ErrorKind::configuration:
    case ErrorKind::authentication:
    case ErrorKind::shutdown: return true;
    case ErrorKind::tls: return !error.transient;
    default: return error.http_status == 402;  // no money
  }
}

std::string note_of(const Error& error) {
  std::string note =
      std::string(to_string(error.kind)) + ", " + std::string(to_string(error.outcome));
  if (error.http_status != 0) note += ", HTTP " + std::to_string(error.http_status);
  for (const Issue& issue : error.issues) {
    note.append("; ").append(issue.field).append(": ").append(issue.message);
  }
  return note;
}

}  // namespace

Reaction react(const Error* answer, bool was_sent_before) {
  Reaction reaction;
  if (answer == nullptr) {
    reaction.state = State::accepted;
    return reaction;
  }
  const Error& error = *answer;
  reaction.note = note_of(error);
  if (error.retry_after) reaction.wait = *error.retry_after;
  const bool is_certain = !was_sent_before && (error.outcome == Outcome::not_sent ||
                                               error.outcome == Outcome::rejected);
  reaction.stops_run = is_about_everything(error);
  if (!is_certain) {
    reaction.state = State::unknown;
  } else if (reaction.stops_run || error.transient) {
    reaction.state = State::ready;
  } else if (error.kind == ErrorKind::not_allowed) {
    reaction.state = State::refused;
    reaction.refusal = Refusal::by_client;
  } else {
    reaction.state = State::held;
  }
  return reaction;
}

std::chrono::milliseconds backoff(int returned) noexcept {
  constexpr std::chrono::milliseconds first{1'000};
  constexpr std::chrono::milliseconds longest{300'000};
  const int doublings = std::clamp(returned - 1, 0, 10);
  return std::min(longest, first * (1 << doublings));
}

}  // namespace dropcowboy::outbox
