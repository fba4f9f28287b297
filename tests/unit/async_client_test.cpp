// send_async over a transport and a clock that the test controls.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "dropcowboy/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::FakeTransport;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Future = std::future<Result<Receipt>>;

/// Long enough for a busy machine; only a failing test waits for it.
constexpr auto patience = seconds(20);

/// Holds an exchange until it is released, or stopped.
class Gate {
 public:
  FakeTransport::Step step(HttpResult answer) {
    return [this, answer](const HttpRequest&, const CancelToken& cancel) {
      const auto registration = cancel.on_cancel([this] {
        const std::lock_guard lock(mutex_);
        open_.notify_all();
      });
      std::unique_lock lock(mutex_);
      arrived_ = true;
      open_.notify_all();
      open_.wait(lock, [&] { return released_ || cancel.cancelled(); });
      if (released_) return answer;
      return FakeTransport::failure(Wire::maybe_sent, TransportFailure::cancelled);
    };
  }
  bool wait_for_arrival() {
    std::unique_lock lock(mutex_);
    return open_.wait_for(lock, patience, [this] { return arrived_; });
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    open_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable open_;
  bool arrived_ = false;
  bool released_ = false;
};

class AsyncClientTest : public ::testing::Test {
 protected:
  void start() {
    options.credentials = {"team-1", "s3cret"};
    options.base_url = "http://127.0.0.1:9/v1";
    options.transport = transport;
    options.runtime = runtime;
    client = std::make_unique<Client>(options);
  }

  static RvmRequest message(const std::string& foreign_id) {
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    return request;
  }

  static Result<Receipt> wait(Future& future) {
    if (future.wait_for(patience) != std::future_status::ready) throw std::runtime_error("hangs");
    return future.get();
  }

  static HttpResult good() { return FakeTransport::answer(200, R"({"status":"queued"})"); }

  ClientOptions options;
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<support::FakeRuntime> runtime =
      std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  Gate gate;
  std::unique_ptr<Client> client;
};

TEST_F(AsyncClientTest, AFutureHoldsTheReceipt) {
  start();
  Future future = client->send_async(message("a"));
  const auto receipt = wait(future);
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_EQ(receipt->foreign_id, "a");
  EXPECT_EQ(receipt->status, "queued");
}

TEST_F(AsyncClientTest, ACompletionIsCalledOnceOnTheClientsThread) {
  start();
  std::atomic<int> calls{0};
  std::promise<std::thread::id> thread;
  client->send_async(message("a"), [&](const Result<Receipt>& result) {
    EXPECT_TRUE(result);
    if (++calls == 1) thread.set_value(std::this_thread::get_id());
  });
  // Far longer than a test may take: whoever waits here has to be woken.
  EXPECT_TRUE(client->drain(std::chrono::hours(1)));
  EXPECT_NE(thread.get_future().get(), std::this_thread::get_id());
  EXPECT_EQ(calls, 1);
}

TEST_F(AsyncClientTest, WhatIsRefusedAtOnceCompletesBeforeTheCallReturns) {
  start();
  RvmRequest invalid;
  invalid.foreign_id = "a";
  bool completed = false;
  client->send_async(invalid, [&](const Result<Receipt>& result) {
    completed = true;
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_request);
    EXPECT_EQ(result.error().foreign_id, "a");
  });
  EXPECT_TRUE(completed);
  EXPECT_THAT(transport->requests(), SizeIs(0));
}

TEST_F(AsyncClientTest, AFullQueueRefuses) {
  options.limits.queue_capacity = 2;
  options.limits.when_full = WhenFull::refuse;
  transport->then(gate.step(good()));
  start();
  Future first = client->send_async(message("a"));
  ASSERT_TRUE(gate.wait_for_arrival());
  Future second = client->send_async(message("b"));
  Future third = client->send_async(message("c"));
  EXPECT_EQ(client->stats().queued, 2U);
  EXPECT_EQ(client->stats().in_flight, 1U);
  Future fourth = client->send_async(message("d"));
  const auto refused = wait(fourth);
  EXPECT_EQ(refused.error().kind, ErrorKind::overloaded);
  EXPECT_EQ(refused.error().outcome, Outcome::not_sent);
  EXPECT_TRUE(refused.error().transient);
  gate.release();
  EXPECT_TRUE(wait(first));
  EXPECT_TRUE(wait(second));
  EXPECT_TRUE(wait(third));
}

TEST_F(AsyncClientTest, AFullQueueCanLetTheCallerWait) {
  options.limits.queue_capacity = 1;
  transport->then(gate.step(good()));
  start();
  Future first = client->send_async(message("a"));
  ASSERT_TRUE(gate.wait_for_arrival());
  Future second = client->send_async(message("b"));
  std::thread waiting([&] {
    Future third = client->send_async(message("c"));
    EXPECT_TRUE(wait(third));
  });
  gate.release();
  waiting.join();
  EXPECT_TRUE(wait(first));
  EXPECT_TRUE(wait(second));
}

TEST_F(AsyncClientTest, DestructionCompletesEverythingExactlyOnce) {
  transport->then(gate.step(good()));
  start();
  constexpr int queued = 10'000;
  std::atomic<int> unknown{0};
  std::atomic<int> not_sent{0};
  const auto count = [&](const Result<Receipt>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::shutdown);
    (result.error().outcome == Outcome::unknown ? unknown : not_sent)++;
  };
  client->send_async(message("first"), count);
  ASSERT_TRUE(gate.wait_for_arrival());
  for (int i = 0; i < queued; ++i) client->send_async(message(std::to_string(i)), count);
  client.reset();
  EXPECT_EQ(unknown, 1);
  EXPECT_EQ(not_sent, queued);
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(AsyncClientTest, AssigningToAClientEndsItAsDestructionDoes) {
  transport->then(gate.step(good()));
  start();
  Future under_way = client->send_async(message("a"));
  ASSERT_TRUE(gate.wait_for_arrival());
  Future queued = client->send_async(message("b"));
  *client = Client(options);
  EXPECT_EQ(wait(under_way).error().outcome, Outcome::unknown);
  EXPECT_EQ(wait(queued).error().outcome, Outcome::not_sent);
  EXPECT_TRUE(client->send(message("c"))) << "the new one works";
}

TEST_F(AsyncClientTest, CancellingWhatIsPendingLeavesWhatIsUnderWay) {
  transport->then(gate.step(good()));
  start();
  Future first = client->send_async(message("a"));
  ASSERT_TRUE(gate.wait_for_arrival());
  Future second = client->send_async(message("b"));
  client->cancel_pending();
  gate.release();
  EXPECT_TRUE(wait(first));
  const auto cancelled = wait(second);
  EXPECT_EQ(cancelled.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(cancelled.error().outcome, Outcome::not_sent);
  Future third = client->send_async(message("c"));
  EXPECT_TRUE(wait(third)) << "the client goes on";
}

TEST_F(AsyncClientTest, DrainTellsWhetherAllIsDone) {
  transport->then(gate.step(good()));
  start();
  EXPECT_TRUE(client->drain(milliseconds(0))) << "nothing was sent yet";
  Future first = client->send_async(message("a"));
  ASSERT_TRUE(gate.wait_for_arrival());
  EXPECT_FALSE(client->drain(milliseconds(0)));
  gate.release();
  EXPECT_TRUE(client->drain(patience));
}

TEST_F(AsyncClientTest, ATokenCancelsWhatIsQueuedAndWhatIsUnderWay) {
  transport->then(gate.step(good()));
  start();
  CallOptions cancellable;
  cancellable.cancel = CancelToken();
  Future first = client->send_async(message("a"), cancellable);
  ASSERT_TRUE(gate.wait_for_arrival());
  Future second = client->send_async(message("b"), cancellable);
  Future third = client->send_async(message("c"));
  cancellable.cancel.cancel();
  EXPECT_EQ(wait(first).error().outcome, Outcome::unknown);
  const auto queued = wait(second);
  EXPECT_EQ(queued.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(queued.error().outcome, Outcome::not_sent);
  EXPECT_TRUE(wait(third));
}

TEST_F(AsyncClientTest, TheDeadlineCountsFromTheSubmission) {
  transport->then(gate.step(good()));
  start();
  Future first = client->send_async(message("a"));
  ASSERT_TRUE(gate.wait_for_arrival());
  CallOptions short_one;
  short_one.total_timeout = seconds(10);
  Future second = client->send_async(message("b"), short_one);
  runtime->advance(seconds(11));
  gate.release();
  EXPECT_TRUE(wait(first));
  const auto expired = wait(second);
  EXPECT_EQ(expired.error().kind, ErrorKind::timeout);
  EXPECT_EQ(expired.error().outcome, Outcome::not_sent);
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(AsyncClientTest, ARetryThatWaitsHoldsUpNobody) {
  transport->then(FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  start();
  Future first = client->send_async(message("a"));
  Future second = client->send_async(message("b"));
  EXPECT_TRUE(wait(second));
  EXPECT_EQ(first.wait_for(seconds(0)), std::future_status::timeout);
  runtime->advance(seconds(1));
  const auto receipt = wait(first);
  ASSERT_TRUE(receipt) << receipt.error();
  EXPECT_THAT(receipt->attempts, SizeIs(2));
}

TEST_F(AsyncClientTest, ARetryAfterSlowsTheWholeClient) {
  for (const int status : {429, 503}) {
    HttpResult slow_down = FakeTransport::answer(status);
    slow_down.retry_after = std::chrono::seconds(30);
    transport = std::make_shared<FakeTransport>();
    transport->then(slow_down);
    options.retry.max_attempts = 1;
    start();
    Future first = client->send_async(message("a"));
    EXPECT_FALSE(wait(first));
    CallOptions impatient;
    impatient.total_timeout = seconds(20);
    const auto too_early = client->send(message("b"), impatient);
    EXPECT_EQ(too_early.error().kind, ErrorKind::overloaded);
    EXPECT_EQ(too_early.error().outcome, Outcome::not_sent);
    Future second = client->send_async(message("c"));
    EXPECT_THAT(transport->requests(), SizeIs(1));
    runtime->advance(seconds(31));
    EXPECT_TRUE(wait(second));
  }
}

TEST_F(AsyncClientTest, AThrowingCompletionIsReportedAndHarmsNobody) {
  std::atomic<int> reported{0};
  options.on_event = [&](const Event& event) {
    if (event.type != EventType::completion_threw) return;
    EXPECT_EQ(event.foreign_id, "a");
    ++reported;
  };
  start();
  client->send_async(message("a"),
                     [](const Result<Receipt>&) { throw std::runtime_error("user code"); });
  Future second = client->send_async(message("b"));
  EXPECT_TRUE(wait(second));
  EXPECT_TRUE(client->drain(patience));
  EXPECT_EQ(reported, 1);
}

TEST_F(AsyncClientTest, ACompletionMaySendAndMayNotWaitForItself) {
  start();
  std::promise<Result<Receipt>> chained;
  std::promise<bool> drained;
  client->send_async(message("a"), [&](const Result<Receipt>&) {
    drained.set_value(client->drain(patience));
    client->send_async(message("b"),
                       [&](Result<Receipt> result) { chained.set_value(std::move(result)); });
  });
  EXPECT_FALSE(drained.get_future().get());
  Future second = chained.get_future();
  EXPECT_EQ(wait(second).value().foreign_id, "b");
}

TEST_F(AsyncClientTest, ACompletionMayDestroyTheClient) {
  transport->then(gate.step(good()));
  start();
  std::promise<void> destroyed;
  client->send_async(message("a"), [&](const Result<Receipt>&) {
    client.reset();
    destroyed.set_value();
  });
  ASSERT_TRUE(gate.wait_for_arrival());
  std::promise<Result<Receipt>> left;
  client->send_async(message("b"),
                     [&](Result<Receipt> result) { left.set_value(std::move(result)); });
  gate.release();
  destroyed.get_future().get();
  Future rest = left.get_future();
  EXPECT_EQ(wait(rest).error().kind, ErrorKind::shutdown);
}

// What a completion of the old client sends while it ends is the old client's, and refused.
TEST_F(AsyncClientTest, ACompletionOfAClientThatIsAssignedToSendsNothingThroughTheNewOne) {
  start();
  transport->then(gate.step(good()));
  auto other = std::make_shared<FakeTransport>();
  options.transport = other;
  Client replacement(options);
  std::promise<Result<Receipt>> again;
  client->send_async(message("under way"), [&](const Result<Receipt>&) {
    client->send_async(message("again"),
                       [&](Result<Receipt> result) { again.set_value(std::move(result)); });
  });
  ASSERT_TRUE(gate.wait_for_arrival());
  *client = std::move(replacement);
  Future future = again.get_future();
  EXPECT_EQ(wait(future).error().kind, ErrorKind::shutdown);
  EXPECT_THAT(other->requests(), SizeIs(0));
  Future next = client->send_async(message("next"));
  EXPECT_TRUE(wait(next));
  EXPECT_THAT(other->requests(), SizeIs(1));
}

TEST_F(AsyncClientTest, ACompletionThatIsRefusedAtOnceMayEndTheClientAndThrow) {
  std::vector<Event> events;
  options.on_event = [&](const Event& event) { events.push_back(event); };
  start();
  RvmRequest invalid = message("a");
  invalid.phone_number = "5";
  client->send_async(invalid, [&](const Result<Receipt>& result) {
    EXPECT_FALSE(result);
    client.reset();
    throw std::runtime_error("of the application's");
  });
  EXPECT_FALSE(client);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().type, EventType::completion_threw);
}

TEST_F(AsyncClientTest, EverySubmissionCompletesOnceFromManyThreads) {
  options.limits.requests_per_second = 0;
  start();
  constexpr int threads = 8;
  constexpr int sends = 500;
  std::vector<std::atomic<int>> completions(threads * sends);
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t) {
    senders.emplace_back([&, t] {
      for (int i = t * sends; i < (t + 1) * sends; ++i) {
        client->send_async(message(std::to_string(i)), [&completions, i](const auto&) {
          ++completions[static_cast<std::size_t>(i)];
        });
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_TRUE(client->drain(patience));
  for (const auto& count : completions) EXPECT_EQ(count, 1);
}

TEST_F(AsyncClientTest, StatsTellWhatBecameOfEachCall) {
  start();
  transport->then(good());
  transport->then(FakeTransport::answer(400));
  transport->then(FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted));
  for (const char* id : {"a", "b", "c"}) {
    Future future = client->send_async(message(id));
    static_cast<void>(wait(future));
  }
  CallOptions none_left;
  none_left.total_timeout = milliseconds(0);
  EXPECT_FALSE(client->send(message("d"), none_left));
  EXPECT_TRUE(client->drain(patience));
  const Stats stats = client->stats();
  EXPECT_EQ(stats.accepted, 1U);
  EXPECT_EQ(stats.rejected, 1U);
  EXPECT_EQ(stats.unknown, 1U);
  EXPECT_EQ(stats.not_sent, 1U);
  EXPECT_EQ(stats.queued, 0U);
  EXPECT_EQ(stats.in_flight, 0U);
}

TEST_F(AsyncClientTest, TheRateCanBeChangedWithinItsRange) {
  start();
  EXPECT_TRUE(client->set_rate(10'000));
  EXPECT_TRUE(client->set_rate(0)) << "a loopback host";
  for (const double rate : {-1.0, 10'001.0, 0.000009, std::nan("")}) {
    const auto refused = client->set_rate(rate);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
    EXPECT_THAT(to_string(refused.error()), HasSubstr("limits.requests_per_second"));
  }
}

}  // namespace
}  // namespace dropcowboy
