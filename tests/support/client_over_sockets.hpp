#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "dropcowboy/client.hpp"
#include "support/fault_server.hpp"
#include "support/requests.hpp"
#include "support/test_certificates.hpp"

// A client that speaks to a FaultServer on loopback, with and without TLS.

namespace dropcowboy::support {

/// The client's secret, with every character that some format escapes.
inline constexpr char secret[] = "Zq7/secret\"that\\must-not-show&<%>";
/// What of it is left however it was escaped.
inline constexpr char secret_part[] = "must-not-show";

inline const TestCertificates& certificates() {
  static const TestCertificates made;
  return made;
}

enum class Scheme { http, https };

inline std::string to_string(Scheme scheme) { return scheme == Scheme::http ? "http" : "https"; }

inline FaultServer::Options server_options(Scheme scheme) {
  FaultServer::Options options;
  if (scheme == Scheme::https) options.certificates = &certificates();
  return options;
}

/// The limits are such that a test which reaches one visibly hangs.
inline ClientOptions client_options(const FaultServer& server) {
  ClientOptions options;
  options.credentials = {"team-1", secret};
  options.base_url = server.url() + "/v1";
  options.tls.ca_file = certificates().ca_file();
  options.connect_timeout = std::chrono::seconds(20);
  options.attempt_timeout = std::chrono::seconds(20);
  options.idle_connection_max_age = std::chrono::hours(1);  // a slow machine must not reconnect
  options.retry.max_attempts = 1;
  options.breaker.failures = 0;  // every fault is made on purpose
  return options;
}

inline Result<Receipt> send(const Client& client, const std::string& foreign_id,
                            const CallOptions& options = {}) {
  RvmRequest request = good_request();
  request.foreign_id = foreign_id;
  return client.send(request, options);
}

inline std::string text_of(const Result<Receipt>& result) {
  return result ? "accepted" : to_string(result.error());
}

inline void expect_error(const Result<Receipt>& result, ErrorKind kind, Outcome outcome) {
  ASSERT_FALSE(result) << "accepted";
  EXPECT_EQ(result.error().kind, kind) << result.error();
  EXPECT_EQ(result.error().outcome, outcome) << result.error();
}

/// With a server that behaves well until it is told otherwise, with TLS and without.
class ClientOverSockets : public ::testing::TestWithParam<Scheme> {
 protected:
  FaultServer server_{server_options(GetParam())};
};

inline const auto both_schemes = ::testing::Values(Scheme::http, Scheme::https);

inline std::string scheme_name(const ::testing::TestParamInfo<Scheme>& scheme) {
  return to_string(scheme.param);
}

}  // namespace dropcowboy::support
