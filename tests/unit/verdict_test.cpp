#include "delivery/verdict.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <set>

#include "curl/observation.hpp"
#include "delivery/circuit_breaker.hpp"

namespace dropcowboy {
namespace {

using delivery::judge;
using delivery::Meaning;
using delivery::Verdict;

HttpResult observed(Wire wire, TransportFailure failure, int status) {
  HttpResult result;
  result.wire = wire;
  result.failure = failure;
  result.status = status;
  return result;
}

/// The written rule for a final status after which nothing is known but that status.
Outcome outcome_by_rule(int status, Meaning meaning) {
  if (status < 200) return Outcome::unknown;
  if (status < 300) {
    return meaning == Meaning::success   ? Outcome::accepted
           : meaning == Meaning::refusal ? Outcome::rejected
                                         : Outcome::unknown;
  }
  const std::set<int> may_be_done = {300, 302, 303, 408, 460, 499};
  if (may_be_done.count(status) > 0) return Outcome::unknown;
  if (status == 421 || status == 425) return Outcome::not_sent;
  return status < 500 ? Outcome::rejected : Outcome::unknown;
}

TEST(Verdict, EveryStatusIsJudgedByTheRule) {
  for (int status = 100; status <= 599; ++status) {
    for (const Meaning meaning : {Meaning::success, Meaning::refusal, Meaning::unclear}) {
      const auto result =
          observed(Wire::maybe_sent, TransportFailure::none, status < 200 ? 0 : status);
      const Verdict verdict = judge(result, meaning, false);
      EXPECT_EQ(verdict.outcome, outcome_by_rule(status, meaning)) << status;
      EXPECT_EQ(verdict.fresh_connection, status == 421 || status == 425) << status;
    }
  }
}

TEST(Verdict, OnlyPassingTroubleIsTransient) {
  const std::set<int> permanent_server_errors = {501, 505};
  for (int status = 200; status <= 599; ++status) {
    const Verdict verdict =
        judge(observed(Wire::maybe_sent, TransportFailure::none, status), Meaning::unclear, false);
    const std::set<int> passing = {408, 421, 425, 429, 460, 499};
    const bool expected =
        passing.count(status) > 0 || (status >= 500 && permanent_server_errors.count(status) == 0);
    EXPECT_EQ(verdict.transient, expected) << status;
  }
}

TEST(Verdict, AStatusDecidesEvenIfTheBodyBrokeOff) {
  for (const auto failure : {TransportFailure::interrupted, TransportFailure::timeout,
                             TransportFailure::too_large, TransportFailure::cancelled}) {
    EXPECT_EQ(judge(observed(Wire::maybe_sent, failure, 400), Meaning::unclear, false).outcome,
              Outcome::rejected);
    EXPECT_EQ(judge(observed(Wire::maybe_sent, failure, 200), Meaning::success, false).outcome,
              Outcome::accepted);
    EXPECT_EQ(judge(observed(Wire::maybe_sent, failure, 200), Meaning::unclear, false).outcome,
              Outcome::unknown);
  }
}

TEST(Verdict, AStatusThatHttpDoesNotHaveIsUnknown) {
  const auto odd = observed(Wire::maybe_sent, TransportFailure::none, 999);
  EXPECT_EQ(judge(odd, Meaning::success, false).outcome, Outcome::unknown);
  EXPECT_FALSE(judge(odd, Meaning::success, false).transient);
}

TEST(Verdict, ServiceUnavailableCanBeOptedInAsRejection) {
  const auto unavailable = observed(Wire::maybe_sent, TransportFailure::none, 503);
  EXPECT_EQ(judge(unavailable, Meaning::unclear, false).outcome, Outcome::unknown);
  EXPECT_EQ(judge(unavailable, Meaning::unclear, true).outcome, Outcome::rejected);
  const auto other = observed(Wire::maybe_sent, TransportFailure::none, 502);
  EXPECT_EQ(judge(other, Meaning::unclear, true).outcome, Outcome::unknown);
}

TEST(Verdict, KindsTellTheCause) {
  struct Row {
    int status;
    ErrorKind kind;
  };
  for (const Row row : {Row{401, ErrorKind::authentication}, Row{402, ErrorKind::refused},
                        Row{403, ErrorKind::refused}, Row{407, ErrorKind::configuration},
                        Row{429, ErrorKind::rate_limited}, Row{408, ErrorKind::timeout},
                        Row{400, ErrorKind::refused}, Row{302, ErrorKind::bad_response},
                        Row{200, ErrorKind::bad_response}, Row{500, ErrorKind::service},
                        Row{999, ErrorKind::bad_response}}) {
    EXPECT_EQ(judge(observed(Wire::maybe_sent, TransportFailure::none, row.status),
                    Meaning::unclear, false)
                  .kind,
              row.kind)
        << row.status;
  }
}

TEST(Verdict, EveryCurlCodeWithoutAStatusIsJudgedByWhetherTheRequestWasIssued) {
  const std::set<int> permanent = {
      CURLE_UNSUPPORTED_PROTOCOL, CURLE_FAILED_INIT, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN,
      CURLE_FUNCTION_NOT_FOUND, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_INTERFACE_FAILED,
      CURLE_UNKNOWN_OPTION, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE,
      // verification
      CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH};
  for (int code = 0; code < CURL_LAST; ++code) {
    const auto failure = curl::failure_of(static_cast<CURLcode>(code));
    for (const Wire wire : {Wire::not_sent, Wire::maybe_sent}) {
      const Verdict verdict = judge(observed(wire, failure, 0), Meaning::unclear, false);
      EXPECT_EQ(verdict.outcome, wire == Wire::not_sent ? Outcome::not_sent : Outcome::unknown)
          << code;
      EXPECT_EQ(verdict.transient, permanent.count(code) == 0) << code;
    }
  }
}

TEST(Verdict, ARefusalByAProxyDoesNotPassByItself) {
  const Verdict verdict =
      judge(observed(Wire::not_sent, TransportFailure::proxy, 0), Meaning::unclear, false);
  EXPECT_EQ(verdict.outcome, Outcome::not_sent);
  EXPECT_EQ(verdict.kind, ErrorKind::configuration);
  EXPECT_FALSE(verdict.transient);
}

// What this machine lacks is no sign of the service's, for the breaker.
TEST(Verdict, AMachineWithoutMemoryIsNotTheServicesFault) {
  const Verdict verdict =
      judge(observed(Wire::not_sent, TransportFailure::overloaded, 0), Meaning::unclear, false);
  EXPECT_EQ(verdict.outcome, Outcome::not_sent);
  EXPECT_EQ(verdict.kind, ErrorKind::overloaded);
  EXPECT_TRUE(verdict.transient);
  EXPECT_EQ(delivery::CircuitBreaker::sign_of(verdict, 0), delivery::CircuitBreaker::Sign::none);
}

TEST(Verdict, AnUnlistedCurlCodeIsUnknown) {
  const auto failure = curl::failure_of(static_cast<CURLcode>(CURL_LAST + 7));
  EXPECT_EQ(failure, TransportFailure::other);
  EXPECT_EQ(judge(observed(Wire::maybe_sent, failure, 0), Meaning::unclear, false).outcome,
            Outcome::unknown);
}

// A transport that answers "200 queued" and "nothing was written" at once: the message is there.
TEST(Verdict, AFinalStatusOutranksThatNothingWasSent) {
  for (int status = 200; status <= 599; ++status) {
    for (const Meaning meaning : {Meaning::success, Meaning::refusal, Meaning::unclear}) {
      EXPECT_EQ(
          judge(observed(Wire::not_sent, TransportFailure::none, status), meaning, false).outcome,
          outcome_by_rule(status, meaning))
          << status;
    }
  }
}

}  // namespace
}  // namespace dropcowboy
