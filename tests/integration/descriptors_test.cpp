// The descriptors that connections take, and what becomes of them in a forked child (POSIX).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

#include "support/adjusted_runtime.hpp"
#include "support/client_over_sockets.hpp"
#include "support/gathering.hpp"

namespace dropcowboy {
namespace {

using support::both_schemes;
using support::client_options;
using support::Fault;
using support::fault_called;
using support::FaultServer;
using support::scheme_name;
using support::send;
using support::text_of;

class DescriptorsTest : public support::ClientOverSockets {};

INSTANTIATE_TEST_SUITE_P(Schemes, DescriptorsTest, both_schemes, scheme_name);

/// The sockets of this process that are connected to the server.
int open_connections_to(const FaultServer& server) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/fd")) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int fd = std::stoi(entry.path().filename().string());
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.sin_family == AF_INET && ntohs(peer.sin_port) == server.port()) ++count;
  }
  return count;
}

TEST_P(DescriptorsTest, ABurstOfThreadsLeavesFewConnections) {
  constexpr int threads = 60;
  support::Gathering all_there(threads);
  Fault together = fault_called("status_200");
  together.before_reading = [&](support::Wire&) { all_there.arrive(); };
  server_.always(together);
  const Client client(client_options(server_));
  std::vector<std::thread> senders;
  for (int i = 0; i < threads; ++i) {
    senders.emplace_back([&, i] { EXPECT_TRUE(send(client, std::to_string(i))); });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(server_.ledger().connections(), threads);
  EXPECT_LE(open_connections_to(server_), 16);
}

TEST_P(DescriptorsTest, WhatHasBeenIdleForTooLongIsClosedByTheNextSend) {
  const auto runtime = std::make_shared<support::AdjustedRuntime>();
  ClientOptions options = client_options(server_);
  options.runtime = runtime;
  options.idle_connection_max_age = std::chrono::seconds(3);
  support::Gathering both_there(2);
  Fault together = fault_called("status_200");
  together.before_reading = [&](support::Wire&) { both_there.arrive(); };
  server_.always(together);
  const Client client(options);
  std::thread other([&] { EXPECT_TRUE(send(client, "a")); });
  EXPECT_TRUE(send(client, "b"));
  other.join();
  EXPECT_EQ(open_connections_to(server_), 2);
  runtime->advance(std::chrono::seconds(4));
  EXPECT_TRUE(send(client, "c"));
  EXPECT_EQ(open_connections_to(server_), 1);
}

/// Lets this process open no descriptor while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    // The undefined behaviour sanitizer opens a pipe to look at an object whose type it meets
    // first.
    const Exception known_to_the_sanitizer{Error{}};
    ::getrlimit(RLIMIT_NOFILE, &before_);
    // The first that is free; not 0, or poll() would not take the descriptors that there are.
    const int free = ::dup(STDIN_FILENO);
    ::close(free);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(free);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

// libcurl would make a handle that nothing can wake, and its thread would sleep for ever.
TEST_P(DescriptorsTest, WithoutDescriptorsNothingIsMadeThatCannotBeWoken) {
  const ClientOptions options = client_options(server_);
  {
    const NoDescriptors none;
    try {
      const Client client(options);
      ADD_FAILURE() << "a client without descriptors";
    } catch (const Exception& exception) {
      EXPECT_EQ(exception.error().kind, ErrorKind::overloaded) << exception.what();
      EXPECT_TRUE(exception.error().transient);
      EXPECT_THAT(exception.what(), ::testing::HasSubstr("limit of open files"));
    }
  }
  const Client client(options);
  {
    const NoDescriptors none;
    const auto result = client.send_async(support::good_request()).get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::overloaded) << result.error();
    EXPECT_EQ(result.error().outcome, Outcome::not_sent);
  }
  EXPECT_TRUE(client.send_async(support::good_request()).get()) << "it recovers";
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

TEST_P(DescriptorsTest, AForkedChildCannotHarmTheParentsConnection) {
  std::optional<Client> client(client_options(server_));
  ASSERT_TRUE(send(*client, "before"));
  const int code = in_child([&client] {
    const auto result = send(*client, "child");
    if (client->drain(std::chrono::milliseconds::max())) return 4;
    if (client->set_rate(1)) return 5;
    client->cancel_pending();
    if (client->stats().queued != 0) return 6;
    client.reset();  // must not say goodbye on a connection that is the parent's
    if (result) return 1;
    if (result.error().kind != ErrorKind::configuration) return 2;
    if (result.error().outcome != Outcome::not_sent) return 3;
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

TEST_P(DescriptorsTest, AForkedChildSendsWithAClientOfItsOwn) {
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
