// How a send is stopped, by its token or its deadline, and what is known of the message then.

#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "support/client_over_sockets.hpp"
#include "support/time_limit.hpp"

namespace dropcowboy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using support::both_schemes;
using support::client_options;
using support::expect_error;
using support::Fault;
using support::fault_called;
using support::FaultServer;
using support::Scheme;
using support::scheme_name;
using support::send;
using support::server_options;

class StoppingTest : public support::ClientOverSockets {};

INSTANTIATE_TEST_SUITE_P(Schemes, StoppingTest, both_schemes, scheme_name);

/// A fault that first cancels a call, on the server's thread. So the cancellation comes at a point
/// that the client has certainly reached, and nobody waits for it.
Fault cancelling(Fault fault, const CancelToken& token) {
  fault.says = [token, says = std::move(fault.says)](const support::Question& question) {
    token.cancel();
    return says ? says(question) : std::string();
  };
  return fault;
}

CallOptions cancelled_by(const CancelToken& token) {
  CallOptions options;
  options.cancel = token;
  return options;
}

TEST_P(StoppingTest, ACancelledWaitForTheAnswerHasAnUnknownOutcome) {
  const CancelToken token;
  server_.always(cancelling(fault_called("silent_after_the_request"), token));
  const Client client(client_options(server_));
  const auto result = send(client, "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Outcome::unknown);
  server_.behave_well();
  EXPECT_TRUE(send(client, "next")) << "cancelling is for one call";
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().complete_posts("victim"), 1);
}

TEST_P(StoppingTest, ACancelledReuseOfAConnectionHasAnUnknownOutcome) {
  const CancelToken token;
  const Client client(client_options(server_));
  ASSERT_TRUE(send(client, "before"));
  server_.always(cancelling(fault_called("silent_after_the_request"), token));
  const auto result = send(client, "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Outcome::unknown);
}

TEST_P(StoppingTest, ACancelledTokenStopsASendBeforeItConnects) {
  const CancelToken token;
  token.cancel();
  const auto result = send(Client(client_options(server_)), "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Outcome::not_sent);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 0);
}

TEST(StoppedConnectTest, ACancelledHandshakeHasSentNothing) {
  const CancelToken token;
  FaultServer server(server_options(Scheme::https));
  server.always(cancelling(fault_called("tls_stalls"), token));
  const auto result = send(Client(client_options(server)), "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Outcome::not_sent);
}

#ifdef __linux__
TEST(StoppedConnectTest, ACancelledConnectHasSentNothing) {
  const CancelToken token;
  FaultServer server;
  server.always(fault_called("syn_never_answered"));
  ClientOptions options = client_options(server);
  std::thread canceller;
  // The client connects from here on for ever. If it has not begun when the call is cancelled, the
  // outcome is the same.
  options.on_event = [&](const Event& event) {
    if (event.type == EventType::attempt_started) {
      canceller = std::thread([token] { token.cancel(); });
    }
  };
  const auto result = send(Client(options), "victim", cancelled_by(token));
  canceller.join();
  expect_error(result, ErrorKind::cancelled, Outcome::not_sent);
}
#endif

TEST_P(StoppingTest, TheDeadlineOfACallEndsTheWaitForTheAnswer) {
  ClientOptions patient = client_options(server_);
  patient.attempt_timeout = hours(1);  // no other limit can be taken for it
  patient.total_timeout = hours(1);
  const Client client(patient);
  ASSERT_TRUE(send(client, "before"));  // so that the time is not spent on connecting
  server_.always(fault_called("silent_after_the_request"));
  CallOptions options;
  options.total_timeout = support::time_limit;  // on Windows each message has a connection to make
  const auto result = send(client, "victim", options);
  expect_error(result, ErrorKind::timeout, Outcome::unknown);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().complete_posts("victim"), 1);
}

}  // namespace
}  // namespace dropcowboy
