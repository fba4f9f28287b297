// Why a request is issued once: what the server of the delivery matrix counts when libcurl is used
// without that. Each test expects the duplicate. If one fails on a newer libcurl, libcurl has
// changed; that is no reason to repeat by itself while an older one is supported.

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/fault_server.hpp"

namespace dropcowboy {
namespace {

using support::fault_called;
using support::FaultServer;

struct EasyDeleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

std::size_t ignore_body(char*, std::size_t, std::size_t size, void*) { return size; }

Easy make_easy(const FaultServer& server) {
  Easy easy(curl_easy_init());
  curl_easy_setopt(easy.get(), CURLOPT_URL, (server.url() + "/v1/rvm").c_str());
  curl_easy_setopt(easy.get(), CURLOPT_CAINFO, support::certificates().ca_file().c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, 20'000L);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &ignore_body);
  return easy;
}

void set_message(CURL* easy, const std::string& foreign_id, std::size_t padding = 0) {
  const std::string body =
      R"({"foreign_id":")" + foreign_id + R"(","pad":")" + std::string(padding, 'x') + "\"}";
  curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
}

bool is_measured_version() {
  return std::strcmp(curl_version_info(CURLVERSION_NOW)->version, "7.88.1") == 0;
}

/// One easy handle with a living connection.
class PlainLibcurl : public ::testing::Test {
 protected:
  explicit PlainLibcurl(FaultServer::Options options = {}) : server_(std::move(options)) {
    EXPECT_EQ(send("before"), CURLE_OK);
  }

  CURLcode send(const std::string& foreign_id, std::size_t padding = 0) {
    set_message(easy_.get(), foreign_id, padding);
    return curl_easy_perform(easy_.get());
  }

  int posts(const std::string& foreign_id) const {
    return server_.ledger().complete_posts(foreign_id);
  }

  FaultServer server_;
  Easy easy_ = make_easy(server_);
};

class DyingConnection : public PlainLibcurl, public ::testing::WithParamInterface<const char*> {};

TEST_P(DyingConnection, IsReplacedAndTheRequestSentTwice) {
  server_.script({fault_called(GetParam())});
  EXPECT_EQ(send("victim"), CURLE_OK) << "libcurl reports success";
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("victim"), 2);
  EXPECT_EQ(server_.ledger().deliveries("victim"), 2) << "two voicemails";
}

INSTANTIATE_TEST_SUITE_P(Faults, DyingConnection,
                         ::testing::Values("closes_after_the_request", "resets_after_the_request",
                                           "closes_after_one_byte"),
                         [](const auto& fault) { return std::string(fault.param); });

class PlainLibcurlAndASlowReader : public PlainLibcurl {
 protected:
  PlainLibcurlAndASlowReader() : PlainLibcurl(options()) {}

 private:
  static FaultServer::Options options() {
    FaultServer::Options options;
    options.receive_buffer = 4096;
    return options;
  }
};

TEST_F(PlainLibcurlAndASlowReader, ALargeRequestIsSentTwiceAsWell) {
  support::Fault fault = fault_called("closes_after_the_request");
  fault.before_reading = [](support::Wire& wire) { wire.pause(std::chrono::milliseconds(30)); };
  server_.script({fault});
  EXPECT_EQ(send("victim", 60'000), CURLE_OK);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("victim"), 2);
}

class PlainLibcurlWithTls : public PlainLibcurl {
 protected:
  PlainLibcurlWithTls() : PlainLibcurl(options()) {}

 private:
  static FaultServer::Options options() {
    FaultServer::Options options;
    options.certificates = &support::certificates();
    options.max_tls_version = TLS1_2_VERSION;
    return options;
  }
};

TEST_F(PlainLibcurlWithTls, AfterANewHandshakeTheRequestIsSentTwice) {
  server_.script({support::renegotiation(), fault_called("closes_after_the_request")});
  EXPECT_EQ(send("asked for a handshake"), CURLE_OK);
  EXPECT_EQ(send("victim"), CURLE_OK);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("victim"), 2);
}

TEST_F(PlainLibcurlWithTls, ASecondAnswerIsTakenForTheNextMessage) {
  server_.script({support::second_acceptance(), fault_called("status_400")});
  EXPECT_EQ(send("answered twice"), CURLE_OK);
  EXPECT_EQ(send("victim"), CURLE_OK);
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  EXPECT_EQ(status, 200);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().deliveries("victim"), 0) << "the service refused it";
}

TEST_F(PlainLibcurl, ForbiddingReuseDoesNotHelp) {
  curl_easy_setopt(easy_.get(), CURLOPT_FORBID_REUSE, 1L);
  server_.script({fault_called("closes_after_the_request")});
  EXPECT_EQ(send("victim"), CURLE_OK);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("victim"), 2);
}

TEST_F(PlainLibcurl, AFreshConnectionHelpsAtTheCostOfAHandshake) {
  curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, 1L);
  server_.script({fault_called("closes_after_the_request")});
  EXPECT_NE(send("victim"), CURLE_OK);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("victim"), 1);
}

TEST_F(PlainLibcurl, ACouldNotConnectDoesNotMeanThatNothingWasSent) {
  server_.script({fault_called("closes_and_its_port_too")});
  EXPECT_EQ(send("victim"), CURLE_COULDNT_CONNECT);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("victim"), 1);
}

TEST_F(PlainLibcurl, ThePreRequestCallbackStopsTheSecondIssueAndKeepsReuse) {
  int issues = 0;
  const curl_prereq_callback refuse_second = [](void* count, char*, char*, int, int) {
    return ++*static_cast<int*>(count) == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
  };
  curl_easy_setopt(easy_.get(), CURLOPT_PREREQFUNCTION, refuse_second);
  curl_easy_setopt(easy_.get(), CURLOPT_PREREQDATA, &issues);
  server_.script({fault_called("closes_after_the_request")});
  EXPECT_EQ(send("victim"), CURLE_ABORTED_BY_CALLBACK);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(issues, 2);
  EXPECT_EQ(posts("victim"), 1);
}

/// Runs all transfers to their end.
void run(CURLM* multi, const std::vector<Easy>& transfers) {
  for (const Easy& easy : transfers) curl_multi_add_handle(multi, easy.get());
  int running = 1;
  while (running > 0) {
    ASSERT_EQ(curl_multi_perform(multi, &running), CURLM_OK);
    ASSERT_EQ(curl_multi_poll(multi, nullptr, 0, 1000, nullptr), CURLM_OK);
  }
  for (const Easy& easy : transfers) curl_multi_remove_handle(multi, easy.get());
}

TEST(PlainLibcurlPool, OfEightDyingConnectionsTakesSixCopies) {
  constexpr int pool = 8;
  FaultServer server;
  const Multi multi(curl_multi_init());
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, long{2 * pool});
  std::vector<Easy> transfers;
  for (int i = 0; i < pool; ++i) {
    transfers.push_back(make_easy(server));
    set_message(transfers.back().get(), "before");
    curl_easy_setopt(transfers.back().get(), CURLOPT_FRESH_CONNECT, 1L);
  }
  run(multi.get(), transfers);
  ASSERT_EQ(server.ledger().connections(), pool);

  server.always(fault_called("closes_after_the_request"));
  std::vector<Easy> victim;
  victim.push_back(make_easy(server));
  set_message(victim.back().get(), "victim");
  run(multi.get(), victim);
  EXPECT_TRUE(server.finish());
  const int posts = server.ledger().complete_posts("victim");
  EXPECT_GE(posts, 2);
  if (is_measured_version()) {
    EXPECT_EQ(posts, 6);
  }
}

}  // namespace
}  // namespace dropcowboy
