// More messages than fit into a time limit or a queue, in virtual time: hours pass in no time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "dropcowboy/client.hpp"
#include "support/fake_runtime.hpp"
#include "support/requests.hpp"
#include "support/virtual_service.hpp"

namespace dropcowboy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using support::FakeRuntime;
using support::VirtualService;
using ::testing::HasSubstr;

/// The client's thread and the test's take part; the test must not block but by the client.
class CampaignTest : public ::testing::Test {
 protected:
  void begin(milliseconds an_answer_takes, std::size_t threads = 2) {
    runtime = std::make_shared<FakeRuntime>(threads);
    service = std::make_shared<VirtualService>(
        runtime, an_answer_takes, [this](const HttpRequest& request) {
          return answer ? answer(request) : VirtualService::queued();
        });
    options.credentials = {"team-1", "s3cret"};
    options.transport = service;
    options.runtime = runtime;
    client = std::make_unique<Client>(options);
  }

  static RvmRequest message(const std::string& foreign_id) {
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    return request;
  }
  void hand_over(const std::string& foreign_id, const CallOptions& call_options = {}) {
    client->send_async(message(foreign_id), keeper(), call_options);
  }
  Client::Completion keeper() {
    return [this](Result<Receipt> result) { keep(std::move(result)); };
  }
  void keep(Result<Receipt> result) {
    const std::lock_guard lock(mutex);
    if (result) {
      accepted.push_back(result->foreign_id);
    } else {
      errors.push_back(std::move(result).error());
    }
  }

  ClientOptions options;
  VirtualService::Answer answer;
  std::shared_ptr<FakeRuntime> runtime;
  std::shared_ptr<VirtualService> service;
  std::mutex mutex;
  std::vector<std::string> accepted;  // under mutex
  std::vector<Error> errors;          // under mutex
  std::unique_ptr<Client> client;
};

TEST_F(CampaignTest, TheTimeInTheQueueIsNotTheMessages) {
  options.limits.requests_per_second = 1;
  options.total_timeout = seconds(60);
  begin(milliseconds(0));
  for (int i = 0; i < 180; ++i) hand_over(std::to_string(i));
  EXPECT_TRUE(client->drain(minutes(5)));
  EXPECT_EQ(accepted.size(), 180U);
  EXPECT_GT(runtime->elapsed(), seconds(178));
}

TEST_F(CampaignTest, TheTimeLimitCountsFromTheFirstAttempt) {
  options.total_timeout = seconds(60);
  options.retry.max_attempts = 20;
  options.breaker.failures = 0;
  answer = [](const HttpRequest&) {
    return support::FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  };
  begin(seconds(10));
  hand_over("a");
  hand_over("b");
  EXPECT_TRUE(client->drain(hours(1)));
  ASSERT_EQ(errors.size(), 2U);
  for (const Error& error : errors) {
    EXPECT_EQ(error.retry_stop, RetryStop::deadline) << error;
    EXPECT_GT(error.attempts.size(), 1U) << "time was left for more than one";
  }
}

TEST_F(CampaignTest, AFullQueueHoldsUpTheCallerAndLosesNothing) {
  options.limits.queue_capacity = 10;
  options.limits.requests_per_second = 1;
  begin(milliseconds(0));
  std::uint64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    hand_over(std::to_string(i));
    most = std::max(most, client->stats().queued);
  }
  EXPECT_GT(runtime->elapsed(), seconds(180)) << "the caller was held up";
  EXPECT_TRUE(client->drain(minutes(1)));
  EXPECT_EQ(accepted.size(), 200U);
  EXPECT_LE(most, 10U);
}

TEST_F(CampaignTest, ACallerIsHeldUpAtMostUntilTheMessagesOwnTimeLimit) {
  options.limits.queue_capacity = 1;
  begin(hours(1));
  hand_over("under way");
  hand_over("queued");
  CallOptions limited;
  limited.total_timeout = seconds(10);
  hand_over("no room", limited);
  EXPECT_EQ(runtime->elapsed(), seconds(10));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].kind, ErrorKind::overloaded);
  EXPECT_EQ(errors[0].outcome, Outcome::not_sent);
  EXPECT_TRUE(errors[0].transient);
  EXPECT_THAT(errors[0].message, HasSubstr("queue stayed full"));
}

TEST_F(CampaignTest, ACancelledTokenEndsTheWaitForRoom) {
  const CancelToken token;
  options.limits.queue_capacity = 1;
  options.limits.requests_per_second = 1;
  answer = [&](const HttpRequest&) {
    if (runtime->elapsed() >= seconds(3)) token.cancel();
    return VirtualService::queued();
  };
  begin(milliseconds(0));
  CallOptions cancellable;
  cancellable.cancel = token;
  for (int i = 0; i < 100; ++i) hand_over(std::to_string(i), cancellable);
  EXPECT_LT(runtime->elapsed(), seconds(10));
  EXPECT_TRUE(client->drain(minutes(1)));
  EXPECT_EQ(accepted.size() + errors.size(), 100U);
  EXPECT_EQ(errors.back().kind, ErrorKind::cancelled);
  EXPECT_EQ(errors.back().outcome, Outcome::not_sent);
  EXPECT_TRUE(errors.back().transient);
}

TEST_F(CampaignTest, WhatCannotBeKeptIsRefusedAtTheDoorWithTheReason) {
  options.limits.requests_per_second = 1;
  begin(milliseconds(0));
  for (int i = 0; i < 60; ++i) hand_over(std::to_string(i));
  CallOptions limited;
  limited.total_timeout = seconds(30);
  hand_over("too late", limited);
  ASSERT_EQ(errors.size(), 1U) << "at once, not after 30 s in the queue";
  EXPECT_EQ(errors[0].kind, ErrorKind::overloaded);
  EXPECT_TRUE(errors[0].transient);
  EXPECT_THAT(errors[0].message, HasSubstr("limits.requests_per_second"));
  limited.total_timeout = seconds(90);
  hand_over("in time", limited);
  EXPECT_TRUE(client->drain(hours(1)));
  EXPECT_EQ(errors.size(), 1U);
  EXPECT_EQ(accepted.back(), "in time");
}

TEST_F(CampaignTest, ATimeLimitOfItsOwnCountsFromTheSubmission) {
  begin(seconds(50));
  hand_over("under way");
  CallOptions limited;
  limited.total_timeout = seconds(20);
  hand_over("queued", limited);
  EXPECT_FALSE(client->drain(seconds(30))) << "the first one is still under way";
  EXPECT_TRUE(client->drain(seconds(30)));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].kind, ErrorKind::timeout);
  EXPECT_EQ(errors[0].outcome, Outcome::not_sent);
  EXPECT_EQ(service->requests(), 1);
}

TEST_F(CampaignTest, ACompletionNeverWaitsForRoom) {
  options.limits.queue_capacity = 1;
  begin(milliseconds(1));
  std::atomic<int> chained{0};
  client->send_async(message("first"), [&](const Result<Receipt>&) {
    for (int i = 0; i < 5; ++i) {
      client->send_async(message("chained"), [&](const Result<Receipt>& result) {
        EXPECT_TRUE(result);
        ++chained;
      });
    }
  });
  hand_over("queued");
  EXPECT_TRUE(client->drain(minutes(1)));
  EXPECT_TRUE(client->drain(minutes(1))) << "the chained ones were handed over later";
  EXPECT_EQ(chained, 5);
}

TEST_F(CampaignTest, DrainDoesNotCountWhatIsHandedOverMeanwhile) {
  begin(seconds(1));
  std::atomic<bool> goes_on{true};
  std::function<void()> chain = [&] {
    client->send_async(message("one more"), [&](const Result<Receipt>&) {
      if (goes_on) chain();
    });
  };
  chain();
  EXPECT_TRUE(client->drain(hours(1)));
  EXPECT_EQ(runtime->elapsed(), seconds(1));
  goes_on = false;
  EXPECT_TRUE(client->drain(hours(1)));
  EXPECT_EQ(runtime->elapsed(), seconds(2));
}

TEST_F(CampaignTest, DrainWaitsAsLongAsItIsToldByTheClientsClock) {
  begin(minutes(20));
  hand_over("a");
  EXPECT_FALSE(client->drain(milliseconds::min()));
  EXPECT_FALSE(client->drain(milliseconds(-1)));
  EXPECT_FALSE(client->drain(minutes(7)));
  EXPECT_EQ(runtime->elapsed(), minutes(7));
  EXPECT_TRUE(client->drain(milliseconds::max()));
  EXPECT_EQ(runtime->elapsed(), minutes(20));
}

TEST_F(CampaignTest, TheLongestTimeLimitOverflowsNowhere) {
  begin(milliseconds(1));
  CallOptions longest;
  longest.total_timeout = milliseconds::max();
  hand_over("a", longest);
  EXPECT_TRUE(client->drain(milliseconds::max()));
  EXPECT_EQ(accepted.size(), 1U);
  longest.total_timeout = milliseconds::min();
  hand_over("b", longest);
  EXPECT_TRUE(client->drain(milliseconds::max()));
  EXPECT_EQ(errors.size(), 1U);
}

TEST_F(CampaignTest, MoreThanAWeekCountsAsAWeek) {
  options.limits.requests_per_second = 0.00001;  // 27.8 hours from one to the next
  begin(milliseconds(0));
  const auto late = [this] {
    CallOptions longest;
    longest.total_timeout = milliseconds::max();
    hand_over("limited", longest);
    return !errors.empty();
  };
  for (int i = 0; i < 6; ++i) hand_over(std::to_string(i));
  EXPECT_FALSE(late()) << "it is sent on the seventh day";
  EXPECT_TRUE(late()) << "it would be sent on the ninth";
}

TEST_F(CampaignTest, ElapsedTimeIncludesTheTimeInTheQueue) {
  milliseconds longest{};
  options.on_event = [&](const Event& event) { longest = std::max(longest, event.elapsed); };
  begin(seconds(1));
  for (int i = 0; i < 10; ++i) hand_over(std::to_string(i));
  EXPECT_TRUE(client->drain(minutes(1)));
  EXPECT_EQ(longest, seconds(10));
}

TEST_F(CampaignTest, ARefusedRateChangesNothing) {
  options.limits.requests_per_second = 1;
  begin(milliseconds(0));
  EXPECT_FALSE(client->set_rate(10'001));
  for (int i = 0; i < 10; ++i) hand_over(std::to_string(i));
  EXPECT_TRUE(client->drain(minutes(1)));
  EXPECT_GT(runtime->elapsed(), seconds(8));
}

TEST_F(CampaignTest, BlockingSendsDoNotStarveTheQueue) {
  constexpr int threads = 4;
  options.limits.requests_per_second = 100;
  begin(milliseconds(0), 2 + threads);
  std::atomic<bool> goes_on{true};
  std::vector<std::thread> senders;
  for (int i = 0; i < threads; ++i) {
    senders.emplace_back([&] {
      while (goes_on) static_cast<void>(client->send(message("blocking")));
      runtime->leave();
    });
  }
  for (int i = 0; i < 10; ++i) hand_over(std::to_string(i));
  EXPECT_TRUE(client->drain(seconds(2))) << "each of five has a fifth of 100 a second";
  goes_on = false;
  // Until they have seen it the clock must go on; then they take no part any more.
  runtime->leave();
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(accepted.size(), 10U);
}

TEST_F(CampaignTest, APauseHoldsUpThoseWhoHaveTheirPlaceAlready) {
  constexpr int threads = 5;
  options.limits.requests_per_second = 10;
  options.retry.max_attempts = 1;
  std::mutex times_mutex;
  std::vector<std::chrono::steady_clock::duration> times;
  answer = [&](const HttpRequest&) {
    const std::lock_guard lock(times_mutex);
    times.push_back(runtime->elapsed());
    HttpResult slow_down = support::FakeTransport::answer(429);
    slow_down.retry_after = std::chrono::seconds(30);
    return times.size() == 1 ? slow_down : VirtualService::queued();
  };
  begin(milliseconds(0), 1 + threads);
  std::vector<std::thread> senders;
  for (int i = 0; i < threads; ++i) {
    senders.emplace_back([&] {
      static_cast<void>(client->send(message("blocking")));
      runtime->leave();
    });
  }
  runtime->leave();  // this one waits for the others, not by the clock
  for (std::thread& sender : senders) sender.join();
  ASSERT_EQ(times.size(), 5U);
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i], seconds(30));
}

TEST_F(CampaignTest, AHigherRateCountsForWhatWaitsAlready) {
  options.limits.requests_per_second = 0.001;
  begin(milliseconds(0));
  for (int i = 0; i < 10; ++i) hand_over(std::to_string(i));
  EXPECT_FALSE(client->drain(seconds(100)));
  EXPECT_TRUE(client->set_rate(10));
  EXPECT_TRUE(client->drain(seconds(2)));
  EXPECT_EQ(accepted.size(), 10U);
}

}  // namespace
}  // namespace dropcowboy
