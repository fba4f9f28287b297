// The transport over real sockets: whom it trusts, where it connects, what it writes, how it stops,
// and what it never tells. Servers on loopback; what became of a message is read in their ledgers.

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/conf.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

#include "dropcowboy/client.hpp"
#include "support/fault_server.hpp"
#include "support/requests.hpp"
#include "support/test_certificates.hpp"

namespace dropcowboy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Certificate;
using support::Fault;
using support::fault_called;
using support::FaultServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// With every character that some format escapes.
const char secret[] = "Zq7/secret\"that\\must-not-show&<%>";

const support::TestCertificates& certificates() {
  static const support::TestCertificates made;
  return made;
}

enum class Scheme { http, https };

std::string name_of(Scheme scheme) { return scheme == Scheme::http ? "http" : "https"; }

FaultServer::Options server_options(Scheme scheme) {
  FaultServer::Options options;
  if (scheme == Scheme::https) options.certificates = &certificates();
  return options;
}

/// The limits are such that a test which reaches one visibly hangs.
ClientOptions client_options(const FaultServer& server) {
  ClientOptions options;
  options.credentials = {"team-1", secret};
  options.base_url = server.url() + "/v1";
  options.tls.ca_file = certificates().ca_file();
  options.connect_timeout = seconds(20);
  options.attempt_timeout = seconds(20);
  options.idle_connection_max_age = hours(1);  // a slow machine is no reason to reconnect
  options.retry.max_attempts = 1;
  return options;
}

Result<RvmReceipt> send(const Client& client, const std::string& foreign_id,
                        const SendOptions& options = {}) {
  RvmRequest request = support::good_request();
  request.foreign_id = foreign_id;
  return client.send(request, options);
}

std::string text_of(const Result<RvmReceipt>& result) {
  return result ? "accepted" : to_string(result.error());
}

void expect_error(const Result<RvmReceipt>& result, ErrorKind kind, Delivery delivery) {
  ASSERT_FALSE(result) << "accepted";
  EXPECT_EQ(result.error().kind, kind) << result.error();
  EXPECT_EQ(result.error().delivery, delivery) << result.error();
}

class TransportTest : public ::testing::TestWithParam<Scheme> {
 protected:
  FaultServer server_{server_options(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Schemes, TransportTest, ::testing::Values(Scheme::http, Scheme::https),
                         [](const auto& scheme) { return name_of(scheme.param); });

// ---- Trust -----------------------------------------------------------------------------------

class DistrustTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DistrustTest, SendsNothingAndNamesTheRemedy) {
  FaultServer server(server_options(Scheme::https));
  server.always(fault_called(GetParam()));
  ClientOptions options = client_options(server);
  options.retry.max_attempts = 3;
  const auto result = send(Client(options), "victim");
  EXPECT_TRUE(server.finish());
  ASSERT_NO_FATAL_FAILURE(expect_error(result, ErrorKind::tls, Delivery::not_sent));
  const Error& error = result.error();
  EXPECT_FALSE(error.transient);
  EXPECT_THAT(error.message, HasSubstr("tls.ca_file"));
  EXPECT_EQ(error.attempts.size(), 1U) << "another attempt meets the same certificate";
  EXPECT_EQ(server.ledger().complete_posts("victim"), 0);
}

INSTANTIATE_TEST_SUITE_P(Certificates, DistrustTest,
                         ::testing::Values("certificate_self_signed",
                                           "certificate_for_another_host", "certificate_expired",
                                           "certificate_not_yet_valid"),
                         [](const auto& fault) { return std::string(fault.param); });

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "dropcowboy-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct X509Deleter {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// The name under which OpenSSL looks for an authority in a directory.
std::string hashed_name(const std::string& pem_file) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(pem_file.c_str(), "r"));
  const std::unique_ptr<X509, X509Deleter> certificate(
      file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate) throw std::runtime_error("no certificate in " + pem_file);
  std::ostringstream name;
  name << std::hex << std::setw(8) << std::setfill('0')
       << X509_NAME_hash(X509_get_subject_name(certificate.get())) << ".0";
  return name.str();
}

class TrustTest : public ::testing::Test {
 protected:
  Result<RvmReceipt> send_trusting(TlsOptions tls) {
    ClientOptions options = client_options(server_);
    options.tls = std::move(tls);
    return send(Client(options), "victim");
  }

  FaultServer server_{server_options(Scheme::https)};
};

TEST_F(TrustTest, APrivateAuthorityIsRefusedUntilItIsNamed) {
  expect_error(send_trusting({}), ErrorKind::tls, Delivery::not_sent);
  TlsOptions named;
  named.ca_file = certificates().ca_file();
  const auto result = send_trusting(named);
  EXPECT_TRUE(result) << text_of(result);
}

TEST_F(TrustTest, ADirectoryOfAuthoritiesIsSearched) {
  const TemporaryDirectory directory;
  TlsOptions tls;
  tls.ca_directory = directory.path().string();
  expect_error(send_trusting(tls), ErrorKind::tls, Delivery::not_sent);
  const std::string authority = certificates().ca_file();
  std::filesystem::copy_file(authority, directory.path() / hashed_name(authority));
  const auto result = send_trusting(tls);
  EXPECT_TRUE(result) << text_of(result);
}

TEST_F(TrustTest, AMissingAuthorityFileIsAMistakeInTheOptions) {
  TlsOptions tls;
  tls.ca_file = "/nowhere/authority.pem";
  const auto result = send_trusting(tls);
  EXPECT_TRUE(server_.finish());
  ASSERT_NO_FATAL_FAILURE(expect_error(result, ErrorKind::configuration, Delivery::not_sent));
  EXPECT_FALSE(result.error().transient);
  EXPECT_EQ(server_.ledger().complete_posts("victim"), 0);
}

TEST_F(TrustTest, AFileThatHoldsNoAuthorityIsAMistakeInTheOptions) {
  const TemporaryDirectory directory;
  TlsOptions tls;
  tls.ca_file = (directory.path() / "empty.pem").string();
  std::ofstream(tls.ca_file) << "no certificate\n";
  expect_error(send_trusting(tls), ErrorKind::configuration, Delivery::not_sent);
}

/// While it lives, OpenSSL of this process is willing to speak TLS 1.0 and 1.1 unless its user
/// objects. By itself it refuses them, and a test of our objection would show nothing.
class WillingOpenSsl {
 public:
  WillingOpenSsl() {
    const TemporaryDirectory directory;
    const std::string file = (directory.path() / "openssl.cnf").string();
    std::ofstream(file) << "willing = init\n"
                           "[init]\nssl_conf = ssl\n"
                           "[ssl]\nsystem_default = defaults\n"
                           "[defaults]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
    load(file.c_str(), "willing");
  }
  WillingOpenSsl(const WillingOpenSsl&) = delete;
  WillingOpenSsl& operator=(const WillingOpenSsl&) = delete;
  ~WillingOpenSsl() { load(nullptr, nullptr); }

 private:
  static void load(const char* file, const char* section) {
    CONF_modules_unload(0);
    if (CONF_modules_load_file(file, section, CONF_MFLAGS_IGNORE_MISSING_FILE) != 1) {
      ADD_FAILURE() << "OpenSSL does not take the configuration";
    }
  }
};

/// What libcurl makes of a server when it asks for no more than TLS 1.0.
CURLcode connect_undemanding(const FaultServer& server) {
  struct EasyDeleter {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  const std::unique_ptr<CURL, EasyDeleter> easy(curl_easy_init());
  curl_easy_setopt(easy.get(), CURLOPT_URL, server.url().c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_CAINFO, certificates().ca_file().c_str());
  curl_easy_setopt(easy.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
  curl_easy_setopt(easy.get(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, 20'000L);
  return curl_easy_perform(easy.get());
}

class OldTlsTest : public ::testing::TestWithParam<int> {};

TEST_P(OldTlsTest, IsRefused) {
  FaultServer::Options old = server_options(Scheme::https);
  old.max_tls_version = GetParam();
  FaultServer server(old);
  const WillingOpenSsl willing;
  ASSERT_EQ(connect_undemanding(server), CURLE_OK) << "the refusal would not be ours";
  const auto result = send(Client(client_options(server)), "victim");
  EXPECT_TRUE(server.finish());
  ASSERT_NO_FATAL_FAILURE(expect_error(result, ErrorKind::tls, Delivery::not_sent));
  EXPECT_THAT(result.error().message, HasSubstr("TLS 1.2"));
  EXPECT_EQ(server.ledger().complete_posts("victim"), 0);
}

TEST(Tls12Test, IsAccepted) {
  FaultServer::Options options = server_options(Scheme::https);
  options.max_tls_version = TLS1_2_VERSION;
  const FaultServer server(options);
  const auto result = send(Client(client_options(server)), "victim");
  EXPECT_TRUE(result) << text_of(result);
}

INSTANTIATE_TEST_SUITE_P(Versions, OldTlsTest, ::testing::Values(TLS1_VERSION, TLS1_1_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_VERSION ? "tls_1_0" : "tls_1_1";
                         });

// ---- Where it connects -----------------------------------------------------------------------

/// `url` with another name for the same host.
std::string by_name(std::string url) {
  const std::string address = "127.0.0.1";
  return url.replace(url.find(address), address.size(), "localhost");
}

TEST_P(TransportTest, AnotherHostNeverHearsOfARedirect) {
  FaultServer elsewhere(server_options(GetParam()));
  FaultServer::Options redirecting = server_options(GetParam());
  redirecting.other_url = by_name(elsewhere.url());
  FaultServer server(redirecting);
  const Client client(client_options(server));
  for (const char* status :
       {"status_301", "status_302", "status_303", "status_307", "status_308"}) {
    server.always(fault_called(status));
    const auto result = send(client, status);
    expect_error(result, ErrorKind::bad_response, Delivery::rejected);
    EXPECT_EQ(server.ledger().complete_posts(status), 1);
  }
  EXPECT_TRUE(elsewhere.finish());
  EXPECT_EQ(elsewhere.ledger().connections(), 0) << "and so no credentials either";
}

TEST_P(TransportTest, AnotherHostOfTheRedirectCouldHaveBeenReached) {
  ClientOptions options = client_options(server_);
  options.base_url = by_name(server_.url()) + "/v1";
  const auto result = send(Client(options), "victim");
  EXPECT_TRUE(result) << text_of(result);
}

/// Sets or unsets a variable of the environment while it lives.
class Variable {
 public:
  Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    set(value);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { set(before_); }

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      ::setenv(name_.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }

  std::string name_;
  std::optional<std::string> before_;
};

const std::vector<std::string> proxy_variables = {"http_proxy",  "HTTP_PROXY", "https_proxy",
                                                  "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};

/// Keeps the requests as they came over the wire.
class Recorder {
 public:
  /// A fault that answers like another one.
  Fault recording(Fault fault) {
    fault.says = [this, says = std::move(fault.says)](const support::Question& question) {
      const std::lock_guard lock(mutex_);
      requests_.emplace_back(question.request);
      return says(question);
    };
    return fault;
  }

  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
};

/// A service, and a proxy that takes messages to a plain service itself but opens no tunnel.
class ProxyTest : public TransportTest {
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

  void expect_straight(const Result<RvmReceipt>& result) {
    EXPECT_TRUE(result) << text_of(result);
    EXPECT_TRUE(proxy_.finish());
    EXPECT_EQ(proxy_.ledger().connections(), 0);
    EXPECT_EQ(server_.ledger().complete_posts("victim"), 1);
  }

  void expect_by_proxy(const Result<RvmReceipt>& result) {
    EXPECT_TRUE(server_.finish());
    EXPECT_EQ(server_.ledger().connections(), 0);
    EXPECT_EQ(proxy_.ledger().connections(), 1);
    EXPECT_EQ(heard_.requests().size(), 1U);
    if (plain()) {
      EXPECT_TRUE(result) << text_of(result);
      EXPECT_EQ(proxy_.ledger().complete_posts("victim"), 1);
    } else {
      expect_error(result, ErrorKind::network, Delivery::not_sent);
      for (const std::string& request : heard_.requests()) {
        EXPECT_THAT(request, StartsWith("CONNECT 127.0.0.1:"));
        EXPECT_THAT(request, Not(HasSubstr(secret))) << "the proxy is none of its business";
        EXPECT_THAT(request, Not(HasSubstr("team-1")));
      }
    }
  }

  FaultServer proxy_;
  Recorder heard_;

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
  set("no_proxy", "127.0.0.1");
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

INSTANTIATE_TEST_SUITE_P(Schemes, ProxyTest, ::testing::Values(Scheme::http, Scheme::https),
                         [](const auto& scheme) { return name_of(scheme.param); });

// ---- Connections -----------------------------------------------------------------------------

TEST_P(TransportTest, OneConnectionCarriesManyMessages) {
  const Client client(client_options(server_));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(send(client, std::to_string(i)));
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 1);
}

TEST_P(TransportTest, WithoutIdleConnectionsEveryMessageHasItsOwn) {
  ClientOptions options = client_options(server_);
  options.idle_connection_max_age = milliseconds(0);
  const Client client(options);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(send(client, std::to_string(i)));
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 20);
}

TEST_P(TransportTest, ThreadsShareAClient) {
  constexpr int threads = 8;
  constexpr int sends = 200;
  const Client client(client_options(server_));
  std::vector<std::string> failures(threads);
  std::vector<std::thread> senders;
  for (int thread = 0; thread < threads; ++thread) {
    senders.emplace_back([&, thread] {
      for (int i = thread * sends; i < (thread + 1) * sends; ++i) {
        const auto result = send(client, std::to_string(i));
        if (!result) failures[static_cast<std::size_t>(thread)] += text_of(result) + '\n';
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_TRUE(server_.finish());
  EXPECT_THAT(failures, ::testing::Each(""));
  for (int i = 0; i < threads * sends; ++i) {
    EXPECT_EQ(server_.ledger().deliveries(std::to_string(i)), 1) << i;
  }
  EXPECT_LE(server_.ledger().connections(), threads);
}

/// What `run` returns in a forked child; -1 if it does not come to an end there.
template <class Run>
int in_child(Run run) {
  const pid_t child = ::fork();
  if (child == 0) {
    // noexcept, or an exception would run the rest of the tests in the child as well.
    const int code = [&run]() noexcept { return run(); }();
    ::_exit(code);
  }
  int status = 0;
  const bool ended = child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status);
  return ended ? WEXITSTATUS(status) : -1;
}

TEST_P(TransportTest, AForkedChildCannotHarmTheParentsConnection) {
  std::optional<Client> client(client_options(server_));
  ASSERT_TRUE(send(*client, "before"));
  const int code = in_child([&client] {
    const auto result = send(*client, "child");
    client.reset();  // must not say goodbye on a connection that is the parent's
    if (result) return 1;
    if (result.error().kind != ErrorKind::configuration) return 2;
    if (result.error().delivery != Delivery::not_sent) return 3;
    return 0;
  });
  EXPECT_EQ(code, 0);
  const auto result = send(*client, "after");
  EXPECT_TRUE(result) << text_of(result);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 1);
  EXPECT_EQ(server_.ledger().complete_posts("child"), 0);
  EXPECT_EQ(server_.ledger().deliveries("after"), 1);
}

TEST_P(TransportTest, AForkedChildSendsWithAClientOfItsOwn) {
  const Client client(client_options(server_));
  ASSERT_TRUE(send(client, "before"));
  EXPECT_EQ(in_child([this] {
              const Client own(client_options(server_));
              return send(own, "child") ? 0 : 1;
            }),
            0);
  EXPECT_TRUE(send(client, "after"));
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 2);
  EXPECT_EQ(server_.ledger().deliveries("child"), 1);
}

// ---- Stopping --------------------------------------------------------------------------------

/// A fault that first cancels a call, on the server's thread. So the cancellation comes at a point
/// that the client has certainly reached, and nobody waits for it.
Fault cancelling(Fault fault, const CancelToken& token) {
  fault.says = [token, says = std::move(fault.says)](const support::Question& question) {
    token.cancel();
    return says ? says(question) : std::string();
  };
  return fault;
}

SendOptions cancelled_by(const CancelToken& token) {
  SendOptions options;
  options.cancel = token;
  return options;
}

TEST_P(TransportTest, ACancelledWaitForTheAnswerHasAnUnknownOutcome) {
  const CancelToken token;
  server_.always(cancelling(fault_called("silent_after_the_request"), token));
  const Client client(client_options(server_));
  const auto result = send(client, "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Delivery::unknown);
  server_.behave_well();
  EXPECT_TRUE(send(client, "next")) << "cancelling is for one call";
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().complete_posts("victim"), 1);
}

TEST_P(TransportTest, ACancelledReuseOfAConnectionHasAnUnknownOutcome) {
  const CancelToken token;
  const Client client(client_options(server_));
  ASSERT_TRUE(send(client, "before"));
  server_.always(cancelling(fault_called("silent_after_the_request"), token));
  const auto result = send(client, "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Delivery::unknown);
}

TEST_P(TransportTest, ACancelledTokenStopsASendBeforeItConnects) {
  const CancelToken token;
  token.cancel();
  const auto result = send(Client(client_options(server_)), "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Delivery::not_sent);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 0);
}

TEST(TransportStopTest, ACancelledHandshakeHasSentNothing) {
  const CancelToken token;
  FaultServer server(server_options(Scheme::https));
  server.always(cancelling(fault_called("tls_stalls"), token));
  const auto result = send(Client(client_options(server)), "victim", cancelled_by(token));
  expect_error(result, ErrorKind::cancelled, Delivery::not_sent);
}

#ifdef __linux__
TEST(TransportStopTest, ACancelledConnectHasSentNothing) {
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
  expect_error(result, ErrorKind::cancelled, Delivery::not_sent);
}
#endif

TEST_P(TransportTest, TheDeadlineOfACallEndsTheWaitForTheAnswer) {
  ClientOptions patient = client_options(server_);
  patient.attempt_timeout = hours(1);  // no other limit can be taken for it
  patient.deadline = hours(1);
  const Client client(patient);
  ASSERT_TRUE(send(client, "before"));  // so that the time is not spent on connecting
  server_.always(fault_called("silent_after_the_request"));
  SendOptions options;
  options.deadline = milliseconds(200);
  const auto result = send(client, "victim", options);
  expect_error(result, ErrorKind::timeout, Delivery::unknown);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().complete_posts("victim"), 1);
}

// ---- What it writes --------------------------------------------------------------------------

struct RawRequest {
  std::string request_line;
  std::vector<std::string> headers;  ///< as written, in order
  std::string body;

  /// The lines of a header, whatever the case of its name.
  std::vector<std::string> called(std::string name) const {
    std::vector<std::string> found;
    name += ':';
    for (const std::string& line : headers) {
      if (curl_strnequal(line.c_str(), name.c_str(), name.size()) != 0) found.push_back(line);
    }
    return found;
  }
};

RawRequest parse(const std::string& request) {
  RawRequest parsed;
  const std::size_t end = request.find("\r\n\r\n");
  if (end == std::string::npos) throw std::runtime_error("no end of the headers");
  parsed.body = request.substr(end + 4);
  for (std::size_t at = 0; at < end;) {
    const std::size_t line_end = request.find("\r\n", at);
    parsed.headers.push_back(request.substr(at, line_end - at));
    at = line_end + 2;
  }
  parsed.request_line = parsed.headers.front();
  parsed.headers.erase(parsed.headers.begin());
  return parsed;
}

TEST_P(TransportTest, WritesTheHeadersOfTheVendorsPage) {
  Recorder recorder;
  server_.always(recorder.recording(fault_called("status_200")));
  ClientOptions options = client_options(server_);
  options.user_agent = "my-app/1.2";
  const Client client(options);
  EXPECT_TRUE(send(client, "first"));
  EXPECT_TRUE(send(client, "second"));
  EXPECT_TRUE(server_.finish());
  const auto requests = recorder.requests();
  ASSERT_EQ(requests.size(), 2U);
  for (const std::string& text : requests) {
    const RawRequest request = parse(text);
    EXPECT_EQ(request.request_line, "POST /v1/rvm HTTP/1.1");
    EXPECT_THAT(request.called("x-team-id"), ElementsAre("x-team-id: team-1"));
    EXPECT_THAT(request.called("x-secret"), ElementsAre(std::string("x-secret: ") + secret));
    EXPECT_THAT(request.called("content-type"), ElementsAre("Content-Type: application/json"));
    EXPECT_THAT(request.called("content-length"),
                ElementsAre("Content-Length: " + std::to_string(request.body.size())));
    EXPECT_THAT(request.called("user-agent"),
                ElementsAre(StartsWith("User-Agent: my-app/1.2 dropcowboy-cpp/")));
    EXPECT_THAT(request.called("host"),
                ElementsAre("Host: " + server_.url().substr(server_.url().find("//") + 2)));
    for (const char* none : {"expect", "transfer-encoding", "upgrade", "cookie", "authorization"}) {
      EXPECT_THAT(request.called(none), ElementsAre()) << none;
    }
  }
}

// A body above 1 MiB: libcurl by itself asks leave for it.
TEST_P(TransportTest, NeverExpectsALeaveToGoOn) {
  Recorder recorder;
  server_.always(recorder.recording(fault_called("status_200")));
  const Client client(client_options(server_));
  RvmRequest request = support::good_request();
  request.recording_id.reset();
  request.voice_id = voices::female.id;
  request.tts_body = std::string(1'200'000, 'x');
  const auto result = client.send(request);
  EXPECT_TRUE(result) << text_of(result);
  EXPECT_TRUE(server_.finish());
  ASSERT_EQ(recorder.requests().size(), 1U);
  const RawRequest sent = parse(recorder.requests().front());
  EXPECT_THAT(sent.called("expect"), ElementsAre());
  EXPECT_GT(sent.body.size(), 1'200'000U);
}

class LineBreakTest : public ::testing::TestWithParam<std::string> {};

TEST_P(LineBreakTest, InAHeadersValueMakesNoClient) {
  const std::string value = "x" + GetParam() + "x-injected: 1";
  using Place = std::string& (*)(ClientOptions&);
  const std::pair<const char*, Place> places[] = {
      {"credentials.team_id",
       [](ClientOptions& all) -> std::string& { return all.credentials.team_id; }},
      {"credentials.secret",
       [](ClientOptions& all) -> std::string& { return all.credentials.secret; }},
      {"user_agent", [](ClientOptions& all) -> std::string& { return all.user_agent; }},
  };
  for (const auto& [field, place] : places) {
    SCOPED_TRACE(field);
    ClientOptions options;
    options.credentials = {"team-1", secret};
    place(options) = value;
    const auto made = Client::create(options);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::configuration);
    ASSERT_EQ(made.error().issues.size(), 1U);
    EXPECT_EQ(made.error().issues[0].field, field);
    EXPECT_EQ(made.error().issues[0].code, IssueCode::control_character);
    EXPECT_THROW(Client{options}, Exception);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, LineBreakTest, ::testing::Values("\r\n", "\n", "\r"), [](const auto& kind) {
      return std::string(kind.param == "\r\n" ? "crlf" : kind.param == "\n" ? "lf" : "cr");
    });

// ---- What it never tells ---------------------------------------------------------------------

/// All text that a send gives to the program around it.
class Texts {
 public:
  void listen_to(ClientOptions& options) {
    options.on_event = [this](const Event& event) {
      text_ << event.foreign_id << event.operation << event.reason << '\n';
    };
  }

  void add(const Result<RvmReceipt>& result) {
    if (result) {
      text_ << result->status << result->foreign_id << result->drop_id.value_or("")
            << result->request_id.value_or("") << result->body << '\n';
      add(result->attempts);
      return;
    }
    const Error& error = result.error();
    text_ << error << error.message << error.foreign_id << error.request_id << error.body
          << Exception(error).what() << '\n';
    for (const Issue& issue : error.issues) text_ << issue.message << '\n';
    add(error.attempts);
  }

  std::string text() const { return text_.str(); }

 private:
  void add(const std::vector<Attempt>& attempts) {
    for (const Attempt& attempt : attempts) text_ << attempt.detail << '\n';
  }

  std::ostringstream text_;
};

/// A server that puts all it was told where a client may repeat it from.
struct Blabber {
  const char* name;
  Fault fault;
};

std::ostream& operator<<(std::ostream& out, const Blabber& blabber) { return out << blabber.name; }

/// Answers with the secret in the middle of other bytes.
Blabber blabs(const char* name, const std::string& before, const std::string& after,
              const char* like = "closes_after_the_request") {
  Fault fault = fault_called(like);
  fault.says = support::raw(before + secret + after);
  return {name, fault};
}

std::vector<Blabber> blabbers() {
  const std::string no_body = "Content-Length: 0\r\n\r\n";
  std::vector<Blabber> all = {
      blabs("in_the_status_line", "HTTP/1.1 500 ", "\r\n" + no_body),
      blabs("in_the_status", "HTTP/1.1 ", "\r\n\r\n"),
      blabs("in_the_protocol", "", " 200 OK\r\n\r\n"),
      blabs("in_the_request_id", "HTTP/1.1 400 No\r\nX-Request-Id: ", "\r\n" + no_body),
      blabs("in_the_request_id_of_a_success", "HTTP/1.1 200 OK\r\nX-Request-Id: ",
            "\r\nContent-Length: 19\r\n\r\n{\"status\":\"queued\"}"),
      blabs("in_retry_after", "HTTP/1.1 429 No\r\nRetry-After: ", "\r\n" + no_body),
      blabs("in_a_header_without_colon", "HTTP/1.1 200 OK\r\n", "\r\n" + no_body),
      blabs("in_the_content_encoding",
            "HTTP/1.1 200 OK\r\nContent-Encoding: ", "\r\nContent-Length: 1\r\n\r\nx"),
      blabs("in_the_transfer_encoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: ", "\r\n\r\nx"),
      blabs("in_the_location", "HTTP/1.1 302 Found\r\nLocation: https://", "\r\n" + no_body),
      blabs("in_the_chunk_size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "\r\n"),
      blabs("in_a_body_that_breaks_off", "HTTP/1.1 500 No\r\nContent-Length: 999\r\n\r\n", ""),
      {"as_an_echo", fault_called("status_400_echo")},
      {"as_an_echo_in_json", fault_called("status_400_echo_in_json")},
  };
  for (const char* status : {"200 OK", "401 Unauthorized", "429 Slow Down", "502 Bad Gateway"}) {
    Fault fault = fault_called("status_400");
    fault.says = [status](const support::Question& question) {
      return support::answer(status, std::string(question.request))(question);
    };
    static const std::map<char, const char*> names = {{'2', "as_an_echo_with_200"},
                                                      {'5', "as_an_echo_with_502"}};
    const auto name = names.find(status[0]);
    all.push_back({name != names.end() ? name->second
                   : status[2] == '1'  ? "as_an_echo_with_401"
                                       : "as_an_echo_with_429",
                   fault});
  }
  return all;
}

class SecretTest : public ::testing::TestWithParam<Blabber> {};

TEST_P(SecretTest, IsNotRepeated) {
  FaultServer server;
  Recorder recorder;
  server.always(recorder.recording(GetParam().fault));
  ClientOptions options = client_options(server);
  Texts texts;
  texts.listen_to(options);
  texts.add(send(Client(options), "victim"));
  EXPECT_TRUE(server.finish());
  ASSERT_EQ(recorder.requests().size(), 1U);
  EXPECT_THAT(recorder.requests().front(), HasSubstr(secret)) << "the service was told";
  EXPECT_THAT(texts.text(), HasSubstr("victim")) << "texts were collected";
  EXPECT_THAT(texts.text(), Not(HasSubstr("must-not-show")));
}

INSTANTIATE_TEST_SUITE_P(Servers, SecretTest, ::testing::ValuesIn(blabbers()),
                         [](const auto& blabber) { return std::string(blabber.param.name); });

class SecretInFailureTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SecretInFailureTest, IsNotRepeated) {
  FaultServer server(server_options(Scheme::https));
  server.always(fault_called(GetParam()));
  ClientOptions options = client_options(server);
  Texts texts;
  texts.listen_to(options);
  const auto result = send(Client(options), "victim");
  EXPECT_FALSE(result);
  texts.add(result);
  EXPECT_THAT(texts.text(), HasSubstr("victim")) << "texts were collected";
  EXPECT_THAT(texts.text(), Not(HasSubstr("must-not-show")));
}

INSTANTIATE_TEST_SUITE_P(Faults, SecretInFailureTest,
                         ::testing::Values("connection_refused", "tls_closes", "tls_resets",
                                           "tls_speaks_garbage", "certificate_self_signed",
                                           "certificate_for_another_host",
                                           "closes_after_the_request", "resets_after_the_request"),
                         [](const auto& fault) { return std::string(fault.param); });

TEST(ProxyPasswordTest, IsNotRepeated) {
  FaultServer proxy;
  FaultServer server;
  ClientOptions options = client_options(server);
  Texts texts;
  texts.listen_to(options);
  std::string url = proxy.url();
  options.proxy.url = url.insert(url.find("//") + 2, "user:must-not-show@");
  for (const char* fault : {"status_407", "closes_after_the_request", "connection_refused"}) {
    proxy.always(fault_called(fault));
    const auto result = send(Client(options), "victim");
    EXPECT_FALSE(result) << fault;
    texts.add(result);
  }
  EXPECT_THAT(texts.text(), HasSubstr("victim")) << "texts were collected";
  EXPECT_THAT(texts.text(), Not(HasSubstr("must-not-show")));
}

}  // namespace
}  // namespace dropcowboy
