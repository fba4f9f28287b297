// Whom the client trusts: certificates, authorities and versions of TLS.

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/conf.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/temporary_directory.hpp"

namespace dropcowboy {
namespace {

using support::certificates;
using support::client_options;
using support::expect_error;
using support::fault_called;
using support::FaultServer;
using support::Scheme;
using support::send;
using support::server_options;
using support::TemporaryDirectory;
using support::text_of;
using ::testing::AllOf;
using ::testing::HasSubstr;

class DistrustTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DistrustTest, SendsNothingAndNamesTheRemedy) {
  FaultServer server(server_options(Scheme::https));
  server.always(fault_called(GetParam()));
  ClientOptions options = client_options(server);
  options.retry.max_attempts = 3;
  const auto result = send(Client(options), "victim");
  EXPECT_TRUE(server.finish());
  ASSERT_NO_FATAL_FAILURE(expect_error(result, ErrorKind::tls, Outcome::not_sent));
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
  Result<Receipt> send_trusting(TlsOptions tls) {
    ClientOptions options = client_options(server_);
    options.tls = std::move(tls);
    return send(Client(options), "victim");
  }

  FaultServer server_{server_options(Scheme::https)};
};

TEST_F(TrustTest, APrivateAuthorityIsRefusedUntilItIsNamed) {
  expect_error(send_trusting({}), ErrorKind::tls, Outcome::not_sent);
  TlsOptions named;
  named.ca_file = certificates().ca_file();
  const auto result = send_trusting(named);
  EXPECT_TRUE(result) << text_of(result);
}

TEST_F(TrustTest, ADirectoryOfAuthoritiesIsSearched) {
  const TemporaryDirectory directory;
  TlsOptions tls;
  tls.ca_directory = directory.path().string();
  expect_error(send_trusting(tls), ErrorKind::tls, Outcome::not_sent);
  const std::string authority = certificates().ca_file();
  std::filesystem::copy_file(authority, directory.path() / hashed_name(authority));
  const auto result = send_trusting(tls);
  EXPECT_TRUE(result) << text_of(result);
}

bool is_tls_left_to_windows() {
  const char* library = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return library != nullptr && std::string(library).find("Schannel") != std::string::npos;
}

/// The fields that the error names; empty if there is none.
std::vector<std::string> fields_refused(const TlsOptions& tls) {
  ClientOptions options;
  options.credentials = {"team-1", support::secret};
  options.tls = tls;
  const auto client = Client::create(options);
  std::vector<std::string> fields;
  if (!client) {
    EXPECT_EQ(client.error().kind, ErrorKind::configuration);
    for (const Issue& issue : client.error().issues) {
      fields.emplace_back(issue.field);
      EXPECT_THAT(issue.message, AllOf(HasSubstr("Schannel"), HasSubstr("file")));
    }
  }
  return fields;
}

TEST_F(TrustTest, WhatWindowsCannotDoIsRefusedThereAndNowhereElse) {
  const auto where = [](std::string field) {
    return is_tls_left_to_windows() ? std::vector<std::string>{std::move(field)}
                                    : std::vector<std::string>();
  };
  const TemporaryDirectory directory;
  TlsOptions searching;
  searching.ca_directory = directory.path().string();
  EXPECT_EQ(fields_refused(searching), where("tls.ca_directory"));
  TlsOptions both;
  both.ca_file = certificates().ca_file();
  both.native_store = true;
  EXPECT_EQ(fields_refused(both), where("tls.native_store"));
}

TEST_F(TrustTest, AMissingAuthorityFileIsAMistakeInTheOptions) {
  TlsOptions tls;
  tls.ca_file = "/nowhere/authority.pem";
  const auto result = send_trusting(tls);
  EXPECT_TRUE(server_.finish());
  ASSERT_NO_FATAL_FAILURE(expect_error(result, ErrorKind::configuration, Outcome::not_sent));
  EXPECT_FALSE(result.error().transient);
  EXPECT_EQ(server_.ledger().complete_posts("victim"), 0);
}

TEST_F(TrustTest, AFileThatHoldsNoAuthorityIsAMistakeInTheOptions) {
  const TemporaryDirectory directory;
  TlsOptions tls;
  tls.ca_file = (directory.path() / "empty.pem").string();
  std::ofstream(tls.ca_file) << "no certificate\n";
  expect_error(send_trusting(tls), ErrorKind::configuration, Outcome::not_sent);
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
  ASSERT_NO_FATAL_FAILURE(expect_error(result, ErrorKind::tls, Outcome::not_sent));
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

}  // namespace
}  // namespace dropcowboy
