// How connections are kept and shared among messages and threads. What counts descriptors, or
// forks: descriptors_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/process.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using support::both_schemes;
using support::client_options;
using support::scheme_name;
using support::send;
using support::text_of;

class ConnectionTest : public support::ClientOverSockets {};

INSTANTIATE_TEST_SUITE_P(Schemes, ConnectionTest, both_schemes, scheme_name);

TEST_P(ConnectionTest, OneConnectionCarriesManyMessages) {
  const Client client(client_options(server_));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(send(client, std::to_string(i)));
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 1);
}

TEST_P(ConnectionTest, WithoutIdleConnectionsEveryMessageHasItsOwn) {
  ClientOptions options = client_options(server_);
  options.idle_connection_max_age = milliseconds(0);
  const Client client(options);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(send(client, std::to_string(i)));
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().connections(), 20);
}

TEST_P(ConnectionTest, ThreadsShareAClient) {
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

TEST_P(ConnectionTest, AClientMayOutliveTheTlsLibrary) {
  support::Process program(DROPCOWBOY_PROGRAMS "/static_client",
                           {server_.url(), support::certificates().ca_file()},
                           {{"ASAN_OPTIONS", "detect_leaks=0"}});  // what is left alone is left
  EXPECT_EQ(program.read_all(), "main returns\n");
  EXPECT_EQ(program.wait(), 0);
}

}  // namespace
}  // namespace dropcowboy
