// Where the client connects: never where a redirect points, and by a proxy only when asked to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "support/adjusted_runtime.hpp"
#include "support/client_over_sockets.hpp"
#include "support/environment.hpp"
#include "support/request_recorder.hpp"

namespace dropcowboy {
namespace {

using support::both_schemes;
using support::client_options;
using support::expect_error;
using support::Fault;
using support::fault_called;
using support::FaultServer;
using support::RequestRecorder;
using support::Scheme;
using support::scheme_name;
using support::secret;
using support::send;
using support::server_options;
using support::text_of;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RedirectTest : public support::ClientOverSockets {};

INSTANTIATE_TEST_SUITE_P(Schemes, RedirectTest, both_schemes, scheme_name);

/// `url` with another name for the same host; both are in the server's certificate.
std::string by_name(std::string url) {
  const std::size_t host = url.find("://") + 3;
  const std::size_t size = url.find_first_of(":/", host) - host;
  const bool is_name = url.compare(host, size, "localhost") == 0;
  return url.replace(host, size, is_name ? "another.localhost" : "localhost");
}

TEST_P(RedirectTest, AnotherHostNeverHearsOfARedirect) {
  FaultServer elsewhere(server_options(GetParam()));
  FaultServer::Options redirecting = server_options(GetParam());
  redirecting.other_url = by_name(elsewhere.url());
  FaultServer server(redirecting);
  const Client client(client_options(server));
  for (const char* status :
       {"status_301", "status_302", "status_303", "status_307", "status_308"}) {
    const Fault& fault = fault_called(status);
    server.always(fault);
    const auto result = send(client, status);
    const bool may_be_done = fault.expected.outcome == Outcome::unknown;
    expect_error(result, ErrorKind::bad_response,
                 may_be_done ? Outcome::unknown : Outcome::rejected);
    EXPECT_EQ(server.ledger().complete_posts(status), 1);
  }
  EXPECT_TRUE(elsewhere.finish());
  EXPECT_EQ(elsewhere.ledger().connections(), 0) << "and so no credentials either";
}

TEST_P(RedirectTest, AnotherHostOfTheRedirectCouldHaveBeenReached) {
  ClientOptions options = client_options(server_);
  options.base_url = by_name(server_.url()) + "/v1";
  const auto result = send(Client(options), "victim");
  EXPECT_TRUE(result) << text_of(result);
}

using support::Variable;

const std::vector<std::string> proxy_variables = {"http_proxy",  "HTTP_PROXY", "https_proxy",
                                                  "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};

/// A service, and a proxy that takes messages to a plain service itself but opens no tunnel.
class ProxyTest : public RedirectTest {
 protected:
  ProxyTest() {
    for (const std::string& name : proxy_variables) set(name, std::nullopt);
    for (const char* name : {"no_proxy", "NO_PROXY"}) set(name, std::nullopt);
    proxy_.always(heard_.recording(fault_called(plain() ? "status_200" : "status_403")));
  }

  bool plain() const { return GetParam() == Scheme::http; }

  void set(const std::string& name, const std::optional<std::string>& value) {
    variables_.push_back(std::make_unique<Variable>(name, value));
  }

  void expect_straight(const Result<Receipt>& result) {
    EXPECT_TRUE(result) << text_of(result);
    EXPECT_TRUE(proxy_.finish());
    EXPECT_EQ(proxy_.ledger().connections(), 0);
    EXPECT_EQ(server_.ledger().complete_posts("victim"), 1);
  }

  void expect_by_proxy(const Result<Receipt>& result) {
    EXPECT_TRUE(server_.finish());
    EXPECT_EQ(server_.ledger().connections(), 0);
    EXPECT_EQ(proxy_.ledger().connections(), 1);
    EXPECT_EQ(heard_.requests().size(), 1U);
    if (plain()) {
      EXPECT_TRUE(result) << text_of(result);
      EXPECT_EQ(proxy_.ledger().complete_posts("victim"), 1);
    } else {
      expect_error(result, ErrorKind::configuration, Outcome::not_sent);
      for (const std::string& request : heard_.requests()) {
        EXPECT_THAT(request,
                    StartsWith("CONNECT " + server_.url().substr(std::string("https://").size())));
        EXPECT_THAT(request, Not(HasSubstr(secret))) << "the proxy is none of its business";
        EXPECT_THAT(request, Not(HasSubstr("team-1")));
      }
    }
  }

  FaultServer proxy_;
  RequestRecorder heard_;

 private:
  std::vector<std::unique_ptr<Variable>> variables_;  // taken back in any order: all were unset
};

TEST_P(ProxyTest, OfTheEnvironmentIsIgnored) {
  for (const std::string& name : proxy_variables) set(name, proxy_.url());
  expect_straight(send(Client(client_options(server_)), "victim"));
}

TEST_P(ProxyTest, OfTheEnvironmentIsUsedWhenAskedFor) {
  // libcurl leaves out HTTP_PROXY: in a CGI program it is a header of somebody's request.
  for (const std::string& name : proxy_variables) {
    const bool counts =
        plain() ? name == "http_proxy" : name == "https_proxy" || name == "HTTPS_PROXY";
    if (!counts && name != "all_proxy" && name != "ALL_PROXY") continue;
    SCOPED_TRACE(name);
    FaultServer proxy;
    proxy.always(fault_called(plain() ? "status_200" : "status_403"));
    const Variable variable(name, proxy.url());
    ClientOptions options = client_options(server_);
    options.proxy.from_environment = true;
    EXPECT_EQ(send(Client(options), name).has_value(), plain());
    EXPECT_EQ(proxy.ledger().connections(), 1);
  }
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 0);
}

TEST_P(ProxyTest, OfTheEnvironmentIsNotUsedForTheHostsExcepted) {
  for (const std::string& name : proxy_variables) set(name, proxy_.url());
  set("no_proxy", "127.0.0.1,localhost");  // whichever of the two the server is known by
  ClientOptions options = client_options(server_);
  options.proxy.from_environment = true;
  expect_straight(send(Client(options), "victim"));
}

TEST_P(ProxyTest, OfTheOptionsIsUsed) {
  ClientOptions options = client_options(server_);
  options.proxy.url = proxy_.url();
  expect_by_proxy(send(Client(options), "victim"));
}

TEST_P(ProxyTest, OfTheOptionsIsUsedWhateverTheEnvironmentExcepts) {
  FaultServer other;
  for (const std::string& name : proxy_variables) set(name, other.url());
  set("no_proxy", "*");
  set("NO_PROXY", "127.0.0.1");
  ClientOptions options = client_options(server_);
  options.proxy.url = proxy_.url();
  expect_by_proxy(send(Client(options), "victim"));
  EXPECT_EQ(other.ledger().connections(), 0);
}

INSTANTIATE_TEST_SUITE_P(Schemes, ProxyTest, both_schemes, scheme_name);

/// A client that would try three times, by a proxy that answers so.
Result<Receipt> send_by_proxy(Scheme scheme, const std::string& proxy_scheme, const Fault& fault,
                              int connections) {
  FaultServer server(server_options(scheme));
  FaultServer proxy;
  proxy.always(fault);
  ClientOptions options = client_options(server);
  options.proxy.url = proxy_scheme + proxy.url().substr(std::string("http").size());
  options.retry.max_attempts = 3;
  options.runtime = std::make_shared<support::AdjustedRuntime>(std::chrono::milliseconds(1));
  auto result = send(Client(options), "victim");
  EXPECT_TRUE(server.finish());
  EXPECT_EQ(server.ledger().connections(), 0);
  EXPECT_TRUE(proxy.finish());
  EXPECT_EQ(proxy.ledger().connections(), connections);
  return result;
}

void expect_refusal_by_proxy(const Result<Receipt>& result, Outcome outcome) {
  expect_error(result, ErrorKind::configuration, outcome);
  EXPECT_FALSE(result.error().transient);
  EXPECT_EQ(result.error().attempts.size(), 1U);
  EXPECT_THAT(result.error().message, HasSubstr("proxy"));
}

TEST(RefusingProxy, OfATunnelIsAskedOnce) {
  for (const char* status : {"status_400", "status_403", "status_407"}) {
    SCOPED_TRACE(status);
    const auto result = send_by_proxy(Scheme::https, "http", fault_called(status), 1);
    expect_refusal_by_proxy(result, Outcome::not_sent);
    EXPECT_EQ(result.error().http_status, 0) << "the service said nothing";
  }
}

TEST(RefusingProxy, OfAPlainRequestIsAskedOnce) {
  const auto result = send_by_proxy(Scheme::http, "http", fault_called("status_407"), 1);
  expect_refusal_by_proxy(result, Outcome::rejected);
}

TEST(RefusingProxy, ThatCannotReachTheServiceIsAskedAgain) {
  const auto result = send_by_proxy(Scheme::https, "http", fault_called("status_502_html"), 3);
  expect_error(result, ErrorKind::network, Outcome::not_sent);
  EXPECT_TRUE(result.error().transient);
}

TEST(RefusingProxy, OfSocksIsAskedOnce) {
  Fault no_way_to_log_in = fault_called("holds_unread");
  no_way_to_log_in.says = support::raw("\x05\xff");
  const auto result = send_by_proxy(Scheme::https, "socks5h", no_way_to_log_in, 1);
  expect_refusal_by_proxy(result, Outcome::not_sent);
}

}  // namespace
}  // namespace dropcowboy
