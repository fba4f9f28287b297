// How connections are kept and shared: among messages, threads and forked children.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <thread>
#include <vector>

#include "support/client_over_sockets.hpp"

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

TEST_P(ConnectionTest, AForkedChildCannotHarmTheParentsConnection) {
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

TEST_P(ConnectionTest, AForkedChildSendsWithAClientOfItsOwn) {
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

}  // namespace
}  // namespace dropcowboy
