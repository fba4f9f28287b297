// Everything at once from 16 threads, for the thread sanitizer above all: send and send_async
// against each other, submissions while draining, the end of the client while its completions
// submit. Whatever happens, each message completes once and is in the statistics once.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "dropcowboy/client.hpp"
#include "support/requests.hpp"
#include "support/virtual_service.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using support::FakeTransport;
using support::VirtualService;

constexpr int threads = 16;
constexpr int rounds = 100;

class AsyncStressTest : public ::testing::Test {
 protected:
  AsyncStressTest() {
    options.credentials = {"team-1", "s3cret"};
    options.base_url = "http://127.0.0.1:9/v1";
    options.runtime = Runtime::system();
    options.limits.requests_per_second = 0;
    options.limits.queue_capacity = 8;  // so that everybody waits for room now and then
    options.retry.max_attempts = 1;
    options.breaker.first_wait = milliseconds(1);
    options.breaker.longest_wait = milliseconds(1);
    options.transport = std::make_shared<VirtualService>(
        options.runtime, milliseconds(0), [this](const HttpRequest&) {
          const int number = ++answered;  // five failures in a row now and then: the breaker opens
          return number % 50 < 5 ? FakeTransport::answer(500) : VirtualService::queued();
        });
    options.on_event = [this](const Event& event) {
      if (event.type == EventType::finished) ++finished;
    };
  }

  template <class Work>
  static void run_threads(Work work) {
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back([&work, i] { work(i); });
    for (std::thread& thread : running) thread.join();
  }
  void hand_over(const Client& client, const CallOptions& call_options = {}) {
    ++handed_over;
    client.send_async(
        support::good_request(), [this](const Result<Receipt>&) { ++completed; }, call_options);
  }
  void expect_all_completed() const {
    EXPECT_EQ(completed, handed_over);
    EXPECT_EQ(finished, handed_over);
  }
  static std::uint64_t sum(const Stats& stats) {
    return stats.accepted + stats.rejected + stats.unknown + stats.not_sent;
  }

  ClientOptions options;
  std::atomic<int> answered{0};
  std::atomic<std::uint64_t> handed_over{0};
  std::atomic<std::uint64_t> completed{0};
  std::atomic<std::uint64_t> finished{0};
};

TEST_F(AsyncStressTest, EverythingAtOnce) {
  const CancelToken shared;
  const Client client(options);
  run_threads([&](int thread) {
    CallOptions cancellable;
    cancellable.cancel = shared;
    CallOptions limited;
    limited.total_timeout = milliseconds(thread);
    for (int i = 0; i < rounds; ++i) {
      switch ((thread + i) % 8) {
        case 0:
          ++handed_over;
          static_cast<void>(client.send(support::good_request()));
          ++completed;
          break;
        case 1: hand_over(client, cancellable); break;
        case 2: hand_over(client, limited); break;
        case 3: EXPECT_TRUE(client.drain(milliseconds::max())); break;
        case 4: static_cast<void>(client.stats()); break;
        case 5: EXPECT_TRUE(client.set_rate(i % 2 == 0 ? 0 : 10'000)); break;
        case 6:
          if (i == rounds / 2) client.cancel_pending();
          if (thread == 0 && i > rounds / 2) shared.cancel();
          break;
        default: hand_over(client); break;
      }
    }
  });
  EXPECT_TRUE(client.drain(milliseconds::max()));
  expect_all_completed();
  EXPECT_EQ(sum(client.stats()), handed_over);
  EXPECT_EQ(client.stats().queued, 0U);
  EXPECT_EQ(client.stats().in_flight, 0U);
}

TEST_F(AsyncStressTest, DrainsWhileOthersSubmitWithoutEnd) {
  const Client client(options);
  std::atomic<bool> goes_on{true};
  std::atomic<int> drains{0};
  run_threads([&](int thread) {
    if (thread % 4 != 0) {
      while (goes_on) hand_over(client);
      return;
    }
    for (int i = 0; i < rounds / 10; ++i) EXPECT_TRUE(client.drain(milliseconds::max()));
    if (++drains == threads / 4) goes_on = false;
  });
  EXPECT_TRUE(client.drain(milliseconds::max()));
  expect_all_completed();
}

TEST_F(AsyncStressTest, TheLastOneEndsTheClientWhileCompletionsSubmit) {
  for (int round = 0; round < rounds / 5; ++round) {
    auto client = std::make_shared<Client>(options);
    const Client* raw = client.get();  // valid in completions: the client waits for them
    std::vector<std::shared_ptr<Client>> shares(threads, client);
    client.reset();
    run_threads([&](int thread) {
      const auto mine = std::move(shares[static_cast<std::size_t>(thread)]);
      for (int i = 0; i < 4; ++i) {
        ++handed_over;
        mine->send_async(support::good_request(), [this, raw](const Result<Receipt>&) {
          ++completed;
          hand_over(*raw);
        });
      }
    });
    expect_all_completed();
  }
}

TEST_F(AsyncStressTest, ACompletionEndsTheClientWhileOthersAreQueued) {
  for (int round = 0; round < rounds / 5; ++round) {
    auto client = std::make_unique<Client>(options);
    std::promise<void> ended;
    std::promise<void> all_queued;
    ++handed_over;
    client->send_async(support::good_request(), [&](const Result<Receipt>&) {
      all_queued.get_future().wait();
      ++completed;
      client.reset();
      ended.set_value();
    });
    for (int i = 0; i < 8; ++i) hand_over(*client);
    all_queued.set_value();
    ended.get_future().wait();
    while (completed < handed_over) std::this_thread::yield();  // on the thread that goes on
    expect_all_completed();
  }
}

}  // namespace
}  // namespace dropcowboy
