#include "delivery/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_transport.hpp"

namespace dropcowboy::delivery {
namespace {

using support::FakeTransport;
using ::testing::HasSubstr;

constexpr Operation operation{"POST /rvm", HttpMethod::post, Effect::sends, nullptr,
                              "Wait for the callback"};

struct Row {
  TransportFailure failure;
  const char* says;
};

void PrintTo(const Row& row, std::ostream* out) { *out << to_string(row.failure); }

class ExplainFailure : public ::testing::TestWithParam<Row> {};

TEST_P(ExplainFailure, NamesTheCauseAndTheRemedy) {
  HttpResult observed = FakeTransport::failure(Wire::not_sent, GetParam().failure);
  const Verdict verdict{Outcome::not_sent};
  EXPECT_THAT(explain(operation, verdict, observed, {}), HasSubstr(GetParam().says));
  observed.detail = "what the transport saw";
  EXPECT_THAT(explain(operation, verdict, observed, {}), HasSubstr("(what the transport saw)"));
}

INSTANTIATE_TEST_SUITE_P(
    Failures, ExplainFailure,
    ::testing::Values(Row{TransportFailure::none, "the exchange failed"},
                      Row{TransportFailure::configuration, "as it is set up"},
                      Row{TransportFailure::resolve, "check base_url and DNS"},
                      Row{TransportFailure::connect, "check base_url, proxy and network"},
                      Row{TransportFailure::proxy, "check proxy.url, its user and password"},
                      Row{TransportFailure::tls_verification, "tls.ca_file"},
                      Row{TransportFailure::tls_handshake, "TLS 1.2"},
                      Row{TransportFailure::timeout, "time limit"},
                      Row{TransportFailure::cancelled, "cancelled"},
                      Row{TransportFailure::interrupted, "broke before a complete answer"},
                      Row{TransportFailure::protocol, "not valid HTTP"},
                      Row{TransportFailure::too_large, "too large"},
                      Row{TransportFailure::overloaded, "memory"},
                      Row{TransportFailure::other, "the exchange failed"}),
    [](const auto& row) { return std::string(to_string(row.param.failure)); });

TEST(Explain, BlamesTheCredentialsForNothingElse) {
  const auto said = [](int status) {
    const HttpResult observed = FakeTransport::answer(status);
    const Verdict verdict = judge(observed, Meaning::unclear, false);
    return explain(operation, verdict, observed, {});
  };
  EXPECT_THAT(said(401), HasSubstr("check team_id and secret"));
  EXPECT_THAT(said(402), HasSubstr("no funds"));
  EXPECT_THAT(said(403), HasSubstr("the credentials may be right"));
  EXPECT_THAT(said(407), HasSubstr("check proxy.url"));
}

TEST(Explain, QuotesTheService) {
  EXPECT_EQ(explain(operation, Verdict{Outcome::rejected, false, ErrorKind::refused},
                    FakeTransport::answer(400), "no such brand"),
            "HTTP 400: the service refused the request; it said: no such brand");
}

}  // namespace
}  // namespace dropcowboy::delivery
