#include "outbox/reaction.hpp"

#include <gtest/gtest.h>

#include "core/make_error.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;

Error error(ErrorKind kind, Outcome outcome, bool transient, int status = 0) {
  Error made;
  made.kind = kind;
  made.outcome = outcome;
  made.transient = transient;
  made.http_status = status;
  made.message = "The service says +15552223333";
  return made;
}

TEST(Reaction, AcceptedIsAccepted) {
  const Reaction reaction = react(Receipt{});
  EXPECT_EQ(reaction.state, State::accepted);
  EXPECT_FALSE(reaction.stops_run);
}

struct Case {
  ErrorKind kind;
  Outcome outcome;
  bool transient;
  int status;
  State state;
  bool stops;
};

TEST(Reaction, TableOfErrors) {
  const Case cases[] = {
      {ErrorKind::network, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::timeout, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::cancelled, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::overloaded, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::unavailable, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::rate_limited, Outcome::rejected, true, 429, State::ready, false},
      {ErrorKind::not_allowed, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::not_allowed, Outcome::not_sent, false, 0, State::refused, false},
      {ErrorKind::invalid_request, Outcome::not_sent, false, 0, State::held, false},
      {ErrorKind::refused, Outcome::rejected, false, 400, State::held, false},
      {ErrorKind::refused, Outcome::rejected, false, 403, State::held, false},
      {ErrorKind::refused, Outcome::rejected, false, 402, State::ready, true},
      {ErrorKind::authentication, Outcome::rejected, false, 401, State::ready, true},
      {ErrorKind::configuration, Outcome::not_sent, false, 0, State::ready, true},
      {ErrorKind::tls, Outcome::not_sent, false, 0, State::ready, true},
      {ErrorKind::tls, Outcome::not_sent, true, 0, State::ready, false},
      {ErrorKind::shutdown, Outcome::not_sent, true, 0, State::ready, true},
      {ErrorKind::shutdown, Outcome::unknown, true, 0, State::unknown, true},
  };
  for (const Case& one : cases) {
    const Reaction reaction = react(error(one.kind, one.outcome, one.transient, one.status));
    EXPECT_EQ(reaction.state, one.state) << to_string(one.kind) << ' ' << one.status;
    EXPECT_EQ(reaction.stops_run, one.stops) << to_string(one.kind) << ' ' << one.status;
  }
}

// Whatever else an error says.
TEST(Reaction, UnknownIsNeverReadyAgain) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::storage); ++kind) {
    for (const bool transient : {false, true}) {
      for (const int status : {0, 200, 401, 402, 403, 429, 500, 503}) {
        const auto reaction =
            react(error(static_cast<ErrorKind>(kind), Outcome::unknown, transient, status));
        EXPECT_EQ(reaction.state, State::unknown);
      }
    }
  }
}

TEST(Reaction, OnlyWhatIsCertainIsReadyOrHeld) {
  for (const Outcome outcome : {Outcome::accepted, Outcome::unknown}) {
    EXPECT_EQ(react(error(ErrorKind::refused, outcome, false)).state, State::unknown);
  }
}

TEST(Reaction, RefusalByTheClientIsSaidToBeThat) {
  EXPECT_EQ(react(error(ErrorKind::not_allowed, Outcome::not_sent, false)).refusal,
            Refusal::by_client);
}

TEST(Reaction, WaitsAsTheServiceAsks) {
  Error later = error(ErrorKind::rate_limited, Outcome::rejected, true, 429);
  later.retry_after = 90s;
  EXPECT_EQ(react(later).wait, 90s);
}

TEST(Reaction, NoteQuotesNothing) {
  Error invalid = error(ErrorKind::invalid_request, Outcome::not_sent, false);
  invalid.issues.push_back({Severity::error, "foreign_id", IssueCode::too_long, "is too long"});
  EXPECT_EQ(react(invalid).note, "invalid_request, not_sent; foreign_id: is too long");
  EXPECT_EQ(react(error(ErrorKind::refused, Outcome::rejected, false, 400)).note,
            "refused, rejected, HTTP 400");
}

TEST(Backoff, DoublesUpToFiveMinutes) {
  EXPECT_EQ(backoff(1), 1s);
  EXPECT_EQ(backoff(2), 2s);
  EXPECT_EQ(backoff(9), 256s);
  EXPECT_EQ(backoff(10), 300s);
  EXPECT_EQ(backoff(1'000'000), 300s);
  EXPECT_EQ(backoff(0), 1s);
}

}  // namespace
}  // namespace dropcowboy::outbox
