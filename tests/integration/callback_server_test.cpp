// The callback server over real sockets: what strangers can make it hold and wait for is bounded.

#include "dropcowboy/receiver/callback_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "support/callback_requests.hpp"
#include "support/sender.hpp"

namespace dropcowboy::receiver {
namespace {

using support::callback_body;
using support::Sender;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string request(const std::string& body, const std::string& more = "") {
  return "POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + more + "\r\n" + body;
}

Reception echo(const CallbackRequest& request) {
  Reception reception;
  if (request.method != "POST") reception.status = 405;
  reception.body = request.body.size() < 100 ? "small\n" : "large\n";
  return reception;
}

CallbackServerOptions one_thread() {
  CallbackServerOptions options;
  options.threads = 1;
  return options;
}

TEST(CallbackServer, AnswersOneRequestAfterAnotherOnOneConnection) {
  const CallbackServer server({}, echo);
  Sender sender(server.port());
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(sender.send(request(std::string(i % 2 == 0 ? 10 : 10'000, 'x'))));
    ASSERT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                                       HasSubstr(i % 2 == 0 ? "small\n" : "large\n")));
  }
  ASSERT_TRUE(sender.send(request("") + request("") + "GET / HTTP/1.1\r\n\r\n"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: POST")));
}

TEST(CallbackServer, AnswersWhoSaysNoMoreAfterTheRequest) {
  const CallbackServer server({}, echo);
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request("x")));
  sender.say_no_more();
  EXPECT_THAT(sender.rest(), StartsWith("HTTP/1.1 200"));
}

TEST(CallbackServer, ClosesWhenItIsAskedTo) {
  const CallbackServer server({}, echo);
  for (const std::string& bytes :
       {request("x", "Connection: close\r\n"), std::string("POST / HTTP/1.0\r\n\r\n")}) {
    Sender sender(server.port());
    ASSERT_TRUE(sender.send(bytes));
    EXPECT_THAT(sender.rest(), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Connection: close")));
  }
}

TEST(CallbackServer, TellsWhoWaitsToGoOn) {
  const CallbackServer server({}, echo);
  Sender sender(server.port());
  const std::string bytes = request("body", "Expect: 100-continue\r\n");
  ASSERT_TRUE(sender.send(bytes.substr(0, bytes.size() - 4)));
  EXPECT_EQ(sender.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(sender.send("body"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
}

TEST(CallbackServer, Answers503ForAHandlerThatThrows) {
  const CallbackServer server(
      {}, [](const CallbackRequest&) -> Reception { throw std::runtime_error("sentinel"); });
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request("x")));
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 503"), Not(HasSubstr("sentinel"))));
}

struct FloodRow {
  const char* name;
  std::string begin;
  std::string more;
  const char* status;
};

class Flood : public ::testing::TestWithParam<FloodRow> {};

// 100 MB, if the server took them.
TEST_P(Flood, IsRefusedAtTheBound) {
  std::atomic<int> handled{0};
  const CallbackServer server({}, [&](const CallbackRequest& one) {
    ++handled;
    return echo(one);
  });
  Sender sender(server.port());
  std::string part;
  while (part.size() < 64 * 1024) part += GetParam().more;
  std::size_t sent = 0;
  if (sender.send(GetParam().begin)) {
    while (sent < 100'000'000 && sender.send(part)) sent += part.size();
  }
  // What the systems on both sides hold in their buffers was sent, too.
  EXPECT_LT(sent, 50'000'000U);
  const std::string answer = sender.rest();
  EXPECT_THAT(answer, AnyOf(IsEmpty(), StartsWith(GetParam().status)));
  EXPECT_EQ(handled, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Flood,
    ::testing::Values(
        FloodRow{"body", "POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n", "x",
                 "HTTP/1.1 413"},
        FloodRow{"chunks", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "400\r\n" + std::string(1'024, 'x') + "\r\n", "HTTP/1.1 413"},
        FloodRow{"one_chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7ffffff\r\n",
                 "x", "HTTP/1.1 413"},
        FloodRow{"target", "POST /", "x", "HTTP/1.1 431"},
        FloodRow{"header_line", "POST / HTTP/1.1\r\nA: ", "x", "HTTP/1.1 431"},
        FloodRow{"header_lines", "POST / HTTP/1.1\r\n", "A: b\r\n", "HTTP/1.1 431"},
        FloodRow{"empty_lines", "", "\r\n", "HTTP/1.1 431"},
        FloodRow{"chunk_line", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "0",
                 "HTTP/1.1 400"},
        FloodRow{"trailers", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                 "A: b\r\n", "HTTP/1.1 431"},
        FloodRow{"no_http", "", "\xFF", "HTTP/1.1 431"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CallbackServer, GivesTheAnswerToWhoHasSentTooMuch) {
  const CallbackServer server({}, echo);
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request(std::string(70'000, 'x'))));
  EXPECT_THAT(sender.rest(), AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("Connection: close")));
}

TEST(CallbackServer, LetsNoSlowConnectionHoldUpAnother) {
  CallbackServerOptions options = one_thread();
  options.request_timeout = std::chrono::hours(1);
  const CallbackServer server(options, echo);
  std::list<Sender> slow;
  for (int i = 0; i < 200; ++i) {
    slow.emplace_back(server.port());
    ASSERT_TRUE(slow.back().send(i % 2 == 0 ? "POST / HTTP/1.1\r\nConte" : ""));
  }
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request("x")));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
}

TEST(CallbackServer, MakesRoomForNewConnectionsAtTheCostOfTheSlowest) {
  CallbackServerOptions options = one_thread();
  options.max_connections = 8;
  options.request_timeout = std::chrono::hours(1);
  const CallbackServer server(options, echo);
  std::list<Sender> slow;
  for (int i = 0; i < 100; ++i) {
    slow.emplace_back(server.port());
    slow.back().send("POST / HTTP/1.1\r\n");
  }
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request("x")));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_LE(server.connections(), 8U);
  EXPECT_THAT(slow.front().rest(), IsEmpty()) << "the slowest was closed";
}

// The idle ones may be a stranger's, who has sent one request on each.
TEST(CallbackServer, MakesRoomForABurstOfNewConnectionsAtTheCostOfIdleOnes) {
  CallbackServerOptions options = one_thread();
  options.max_connections = 40;
  std::atomic<bool> is_busy{false};
  std::promise<void> all_wait;
  const CallbackServer server(options, [&](const CallbackRequest& request) {
    if (request.body == "hold") {
      is_busy = true;
      all_wait.get_future().wait();
    }
    return echo(request);
  });
  std::list<Sender> idle;
  for (int i = 0; i < 40; ++i) {
    idle.emplace_back(server.port());
    ASSERT_TRUE(idle.back().send(request("x")));
    EXPECT_THAT(idle.back().answer(), StartsWith("HTTP/1.1 200"));
  }
  ASSERT_TRUE(idle.back().send(request("hold")));
  while (!is_busy) std::this_thread::yield();
  std::list<Sender> burst;  // they all wait to be accepted
  for (int i = 0; i < 20; ++i) {
    burst.emplace_back(server.port());
    ASSERT_TRUE(burst.back().send(request("x")));
  }
  all_wait.set_value();
  for (Sender& one : burst) EXPECT_THAT(one.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_LE(server.connections(), 40U);
}

TEST(CallbackServer, ALineEndTooManyMakesNoIdleConnectionASlowOne) {
  CallbackServerOptions options = one_thread();
  options.request_timeout = std::chrono::milliseconds(20);
  const CallbackServer server(options, echo);
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request("x") + "\r\n"));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
  Sender slow(server.port());
  ASSERT_TRUE(slow.send("POST / HTTP/1.1\r\n"));
  EXPECT_THAT(slow.rest(), IsEmpty());  // so long it takes until a slow one is closed
  ASSERT_TRUE(sender.send(request("y")));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
}

TEST(CallbackServer, EndsThoughAnAnswerIsReadLate) {
  CallbackServerOptions options = one_thread();
  options.idle_timeout = std::chrono::hours(1);
  options.request_timeout = std::chrono::hours(1);
  const std::string large(std::size_t{32} << 20U, 'x');  // more than the system keeps for it
  std::promise<void> is_asked;
  auto server = std::make_unique<CallbackServer>(options, [&](const CallbackRequest&) {
    is_asked.set_value();
    Reception reception;
    reception.body = large;
    return reception;
  });
  Sender sender(server->port());
  ASSERT_TRUE(sender.send(request("x")));
  is_asked.get_future().wait();
  std::thread end([&] { server.reset(); });
  EXPECT_GT(sender.rest().size(), 0U);
  end.join();
}

TEST(CallbackServer, ClosesWhatTakesTooLongHoweverItDrips) {
  CallbackServerOptions options = one_thread();
  options.request_timeout = std::chrono::milliseconds(50);
  options.max_header_bytes = 1'048'576;
  const CallbackServer server(options, echo);
  Sender silent(server.port());
  EXPECT_THAT(silent.rest(), IsEmpty());
  Sender dripping(server.port());
  while (dripping.send("A")) continue;  // up to the bound of bytes, if every byte buys time
  EXPECT_THAT(dripping.rest(), IsEmpty());
  Sender half(server.port());
  ASSERT_TRUE(half.send("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbod"));
  EXPECT_THAT(half.rest(), IsEmpty());
}

TEST(CallbackServer, ClosesWhatIsIdleForTooLong) {
  CallbackServerOptions options = one_thread();
  options.idle_timeout = std::chrono::milliseconds(20);
  const CallbackServer server(options, echo);
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request("x")));
  EXPECT_THAT(sender.rest(), StartsWith("HTTP/1.1 200"));
}

TEST(CallbackServer, ClosesWhoDoesNotReadTheAnswers) {
  CallbackServerOptions options = one_thread();
  options.request_timeout = std::chrono::milliseconds(50);
  const CallbackServer server(options, echo);
  Sender sender(server.port());
  std::string many;
  while (many.size() < 64 * 1024) many += request("");
  std::size_t sent = 0;
  while (sent < 200'000'000 && sender.send(many)) sent += many.size();
  EXPECT_LT(sent, 200'000'000U);
}

TEST(CallbackServer, AnswersEveryRequestOfManyConnections) {
  std::atomic<int> handled{0};
  const CallbackServer server({}, [&](const CallbackRequest& one) {
    ++handled;
    return echo(one);
  });
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      std::list<Sender> senders;
      for (int i = 0; i < 13; ++i) senders.emplace_back(server.port());
      for (int round = 0; round < 20; ++round) {
        for (Sender& sender : senders) sender.send(request("x"));
        for (Sender& sender : senders) {
          answered += sender.answer().rfind("HTTP/1.1 200", 0) == 0 ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 8 * 13 * 20);
  EXPECT_EQ(handled, 8 * 13 * 20);
}

TEST(CallbackServer, CompletesRequestsThatHaveBegunBeforeItEnds) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_in_handler = false;
  bool may_go_on = false;
  std::optional<CallbackServer> server(std::in_place, one_thread(),
                                       [&](const CallbackRequest& one) {
                                         std::unique_lock lock(mutex);
                                         is_in_handler = true;
                                         changed.notify_all();
                                         changed.wait(lock, [&] { return may_go_on; });
                                         return echo(one);
                                       });
  Sender sender(server->port());
  Sender waiting(server->port());
  Sender idle(server->port());
  ASSERT_TRUE(sender.send(request("x")));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_in_handler; });
  }
  ASSERT_TRUE(waiting.send(request("y")));
  std::thread end([&] { server.reset(); });
  {
    const std::lock_guard lock(mutex);
    may_go_on = true;
  }
  changed.notify_all();
  EXPECT_THAT(sender.rest(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(waiting.rest(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(idle.rest(), IsEmpty());
  end.join();
}

TEST(CallbackServer, SharesItsPortWithNobody) {
  const CallbackServer server({}, echo);
  CallbackServerOptions same;
  same.port = server.port();
  try {
    const CallbackServer second(same, echo);
    ADD_FAILURE() << "the port is taken";
  } catch (const Exception& exception) {
    EXPECT_EQ(exception.error().kind, ErrorKind::configuration);
    EXPECT_THAT(exception.error().message, HasSubstr(std::to_string(server.port())));
  }
  CallbackServerOptions nowhere;
  nowhere.address = "not.an.address";
  EXPECT_THROW(CallbackServer(nowhere, echo), Exception);
}

TEST(CallbackServer, ListensOnIpv6IfAskedTo) {
  CallbackServerOptions options;
  options.address = "::1";
  try {
    EXPECT_GT(CallbackServer(options, echo).port(), 0);
  } catch (const Exception& exception) {
    EXPECT_THAT(exception.what(), HasSubstr("cannot listen")) << "a machine without IPv6";
  }
}

TEST(CallbackServer, NeedsAHandler) {
  try {
    const CallbackServer server({}, nullptr);
    ADD_FAILURE() << "listens";
  } catch (const Exception& exception) {
    EXPECT_EQ(exception.error().kind, ErrorKind::configuration);
    EXPECT_THAT(exception.error().message, HasSubstr("handler"));
  }
}

TEST(CallbackServerOptions, AreCheckedAllAtOnce) {
  EXPECT_TRUE(validate(CallbackServerOptions()).ok());
  CallbackServerOptions options;
  options.address.clear();
  options.port = 65'536;
  options.threads = 0;
  options.max_header_bytes = 10;
  options.max_body_bytes = 0;
  options.request_timeout = std::chrono::milliseconds(0);
  options.idle_timeout = std::chrono::hours(2);
  EXPECT_EQ(validate(options).errors.size(), 7U);
  options.threads = 4;
  options.max_connections = 3;
  EXPECT_EQ(validate(options).errors.size(), 7U);
  EXPECT_THROW(CallbackServer(options, echo), Exception);
}

TEST(CallbackServer, HandsRequestsToAReceiver) {
  const WebhookReceiver receiver(support::tag_options());
  const CallbackServer server({},
                              [&](const CallbackRequest& one) { return receiver.receive(one); });
  Sender sender(server.port());
  ASSERT_TRUE(sender.send(request(callback_body(support::tagged("order-17")))));
  EXPECT_THAT(sender.answer(), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("ok\n")));
  ASSERT_TRUE(sender.send(request(callback_body("order-17"))));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 401"));
}

}  // namespace
}  // namespace dropcowboy::receiver
