// One connection of the callback server, at times that the test names.

#include "receiver/server_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>
#include <string>

#include "support/sender.hpp"

namespace dropcowboy::receiver {
namespace {

using Clock = ServerConnection::Clock;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Sender;
using ::testing::StartsWith;

Reception ok(const CallbackRequest&) { return {}; }

void wait_until_readable(const platform::OwnedSocket& socket) {
  pollfd set[] = {{socket.get(), POLLIN, 0}};
  support::poll_all(set);
}

class AServerConnection : public ::testing::Test {
 protected:
  AServerConnection() { options_.request_timeout = std::chrono::hours(1); }

  /// One that has come at `now`, with these bytes.
  ServerConnection& take(const std::string& bytes, Clock::time_point now) {
    senders_.emplace_back(platform::port_of(listener_.get()));
    wait_until_readable(listener_);
    platform::OwnedSocket socket = accept_from(listener_);
    EXPECT_TRUE(senders_.back().send(bytes));
    if (!bytes.empty()) wait_until_readable(socket);
    ServerConnection& taken = connections_.emplace_back(std::move(socket), options_, now);
    taken.look(true, ok, now);
    EXPECT_FALSE(taken.is_over());
    return taken;
  }

  ServerConnection& take_idle(Clock::time_point now) {
    ServerConnection& taken = take("POST / HTTP/1.1\r\n\r\n", now);
    EXPECT_THAT(senders_.back().answer(), StartsWith("HTTP/1.1 200"));
    return taken;
  }

  const Clock::time_point start = Clock::now();

 private:
  CallbackServerOptions options_;
  const platform::OwnedSocket listener_ = listen_on("127.0.0.1", 0);
  std::list<Sender> senders_;
  std::list<ServerConnection> connections_;
};

// Their requests may be on their way: of many that come at once each would take the place of the
// one before.
TEST_F(AServerConnection, StaysBeforeAnIdleOneWhileItIsNew) {
  const ServerConnection& idle = take_idle(start);
  for (const char* const bytes : {"", "P", "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"}) {
    const ServerConnection& fresh = take(bytes, start);
    EXPECT_TRUE(idle.goes_before(fresh, start + milliseconds(999))) << bytes;
    EXPECT_FALSE(fresh.goes_before(idle, start + milliseconds(999))) << bytes;
  }
}

TEST_F(AServerConnection, GoesBeforeAnIdleOneWhenItIsSlow) {
  const ServerConnection& idle = take_idle(start);
  for (const char* const bytes : {"", "P", "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"}) {
    const ServerConnection& slow = take(bytes, start);
    EXPECT_TRUE(slow.goes_before(idle, start + seconds(1))) << bytes;
    EXPECT_FALSE(idle.goes_before(slow, start + seconds(1))) << bytes;
  }
}

TEST_F(AServerConnection, GoesBeforeAYoungerOneOfItsKind) {
  const ServerConnection& older = take("P", start);
  const ServerConnection& younger = take("P", start + milliseconds(1));
  EXPECT_TRUE(older.goes_before(younger, start + milliseconds(2)));
  EXPECT_TRUE(older.goes_before(younger, start + seconds(10)));
  EXPECT_FALSE(younger.goes_before(older, start + seconds(10)));
}

}  // namespace
}  // namespace dropcowboy::receiver
