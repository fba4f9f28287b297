// What the worker makes of a high pace: it starts messages in batches, so that it need not wake for
// each, and yet keeps the rate. In virtual time.

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "delivery/worker.hpp"
#include "messages/send_answer.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/pipeline.hpp"

namespace dropcowboy::delivery {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Operation operation{"POST /rvm", HttpMethod::post, Effect::sends, &understand_send,
                              "Do not send it again"};

/// Each exchange takes a millisecond, or what the script says. Waiting moves the clock: to the next
/// answer, or as far as the worker says, and a little further, as systems do.
class TimedEngine final : public Engine {
 public:
  struct Exchange {
    milliseconds takes{1};
    int status = 200;
  };

  TimedEngine(std::shared_ptr<support::FakeRuntime> runtime, microseconds lateness,
              std::vector<Exchange> script = {})
      : runtime_(std::move(runtime)), lateness_(lateness), script_(std::move(script)) {}

  void start(Ticket ticket, const HttpRequest&, const CancelToken&) noexcept override {
    const Exchange exchange =
        starts_.size() < script_.size() ? script_[starts_.size()] : Exchange();
    starts_.push_back(runtime_->now());
    under_way_.push_back({ticket, runtime_->now() + exchange.takes, exchange.status});
  }
  HttpResult abort(Ticket) override { return {}; }
  void perform(std::vector<Finished>& finished) override {
    while (!under_way_.empty() && under_way_.front().until <= runtime_->now()) {
      finished.push_back(
          {under_way_.front().ticket,
           support::FakeTransport::answer(under_way_.front().status, R"({"status":"queued"})")});
      under_way_.pop_front();
    }
  }
  void wait(TimePoint now, TimePoint until) override {
    ++waits_;
    if (!under_way_.empty()) until = std::min(until, under_way_.front().until);
    runtime_->advance(until - now + lateness_);
  }
  void wake() noexcept override {}

  const std::vector<TimePoint>& starts() const { return starts_; }
  int waits() const { return waits_; }

 private:
  const std::shared_ptr<support::FakeRuntime> runtime_;
  struct UnderWay {
    Ticket ticket;
    TimePoint until;
    int status;
  };

  const microseconds lateness_;
  const std::vector<Exchange> script_;
  std::deque<UnderWay> under_way_;
  std::vector<TimePoint> starts_;
  int waits_ = 0;
};

struct Course {
  std::vector<Engine::TimePoint> starts{};
  int waits = 0;
};

ClientOptions options_for(const std::shared_ptr<support::FakeRuntime>& runtime) {
  ClientOptions options;
  options.credentials = {"team-1", "a secret"};
  options.runtime = runtime;
  options.transport = std::make_shared<support::FakeTransport>();  // the engine's place is taken
  return options;
}

Submission submission_at(Engine::TimePoint now, MoveOnlyFunction<Result<Response>> complete) {
  Submission submission{PreparedRequest{operation, "https://api.test/v1/rvm", "{}", "id"}};
  submission.submitted = now;
  submission.complete = std::move(complete);
  return submission;
}

Course send(int count, double rate, microseconds lateness = microseconds(200)) {
  auto runtime = std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  ClientOptions options = options_for(runtime);
  options.limits.requests_per_second = rate;
  options.limits.queue_capacity = static_cast<std::size_t>(count);
  auto engine = std::make_unique<TimedEngine>(runtime, lateness);
  const TimedEngine& timed = *engine;
  Worker worker(support::make_pipeline(std::move(options)), std::move(engine), 90);
  int completed = 0;
  for (int i = 0; i < count; ++i) {
    Submission submission =
        submission_at(runtime->now(), [&, count](const Result<Response>& result) {
          EXPECT_TRUE(result);
          if (++completed == count) worker.stop();
        });
    EXPECT_FALSE(worker.submit(submission));
  }
  worker.run();
  EXPECT_EQ(completed, count);
  return {timed.starts(), timed.waits()};
}

double seconds_between(const Course& course) {
  return std::chrono::duration<double>(course.starts.back() - course.starts.front()).count();
}

TEST(WorkerPace, StartsInBatchesAtAHighPaceAndKeepsIt) {
  const Course course = send(10'000, 10'000);
  EXPECT_NEAR(seconds_between(course), 1.0, 0.011);
  EXPECT_LE(course.waits, 500) << "one to start a batch and one for its answers, each 5 ms";
}

TEST(WorkerPace, LosesNoSlotIfTheSystemWakesItLate) {
  EXPECT_NEAR(seconds_between(send(10'000, 10'000, milliseconds(4))), 1.0, 0.011);
}

TEST(WorkerPace, NoHundredMillisecondsHoldMoreThanTheRateAndABatch) {
  const Course course = send(5'000, 10'000, milliseconds(3));
  std::size_t first = 0;
  for (std::size_t last = 0; last < course.starts.size(); ++last) {
    while (course.starts[last] - course.starts[first] >= milliseconds(100)) ++first;
    ASSERT_LE(last - first + 1, 1'000U + 100U + 1U);
  }
}

TEST(WorkerPace, StartsEachMessageInItsSlotAtALowPace) {
  const Course course = send(20, 50, microseconds(0));
  // The first one is taken to be late by a batch, as after every pause.
  for (std::size_t i = 2; i < course.starts.size(); ++i) {
    EXPECT_EQ(course.starts[i] - course.starts[i - 1], milliseconds(20));
  }
}

// With one place, which another message holds for half a minute.
TEST(WorkerLimits, WhatCannotBeTriedAgainInTimeEndsInTimeAndTheWorkerSleeps) {
  auto runtime = std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  ClientOptions options = options_for(runtime);
  auto engine = std::make_unique<TimedEngine>(
      runtime, microseconds(200),
      std::vector<TimedEngine::Exchange>{{milliseconds(1), 429}, {std::chrono::seconds(30), 200}});
  const TimedEngine& timed = *engine;
  Worker worker(support::make_pipeline(std::move(options)), std::move(engine), 1);
  const auto began = runtime->now();
  Engine::TimePoint ended{};
  Submission limited = submission_at(began, [&](const Result<Response>& result) {
    ended = runtime->now();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().http_status, 429);
    EXPECT_EQ(result.error().retry_stop, RetryStop::deadline);
  });
  limited.expires = began + std::chrono::seconds(5);
  Submission slow = submission_at(began, [&](const Result<Response>& result) {
    EXPECT_TRUE(result);
    worker.stop();
  });
  slow.expires = began + std::chrono::minutes(5);
  EXPECT_FALSE(worker.submit(limited));
  EXPECT_FALSE(worker.submit(slow));
  worker.run();
  EXPECT_LT(ended - began, milliseconds(5'200));
  EXPECT_LT(timed.waits(), 50);
}

// It need not wait for its deadline to learn that nothing is tried before that.
TEST(WorkerLimits, WhatTheBreakerHoldsUpBeyondItsDeadlineEndsWhenItIsDue) {
  auto runtime = std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  ClientOptions options = options_for(runtime);
  options.breaker.failures = 1;
  options.breaker.first_wait = std::chrono::minutes(1);
  Worker worker(support::make_pipeline(std::move(options)),
                std::make_unique<TimedEngine>(runtime, microseconds(200),
                                              std::vector<TimedEngine::Exchange>{
                                                  {milliseconds(1), 429}, {milliseconds(1), 401}}),
                1);
  const auto began = runtime->now();
  Engine::TimePoint ended{};
  Submission limited = submission_at(began, [&](const Result<Response>& result) {
    ended = runtime->now();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().http_status, 429);
    EXPECT_EQ(result.error().retry_stop, RetryStop::breaker);
    worker.stop();
  });
  limited.expires = began + std::chrono::seconds(30);
  Submission without_account =
      submission_at(began, [](const Result<Response>& result) { EXPECT_FALSE(result); });
  EXPECT_FALSE(worker.submit(limited));
  EXPECT_FALSE(worker.submit(without_account));
  worker.run();
  EXPECT_LT(ended - began, std::chrono::seconds(2));
}

TEST(WorkerLimits, WhatIsHandedOverAfterACancellationOfNothingIsSent) {
  auto runtime = std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  Worker worker(support::make_pipeline(options_for(runtime)),
                std::make_unique<TimedEngine>(runtime, microseconds(200)), 1);
  worker.cancel_pending();
  Submission after = submission_at(runtime->now(), [&](const Result<Response>& result) {
    EXPECT_TRUE(result) << result.error();
    worker.stop();
  });
  EXPECT_FALSE(worker.submit(after));
  worker.run();
}

TEST(WorkerLimits, WhatIsHandedOverAfterACancellationIsSent) {
  auto runtime = std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  Worker worker(support::make_pipeline(options_for(runtime)),
                std::make_unique<TimedEngine>(runtime, microseconds(200)), 1);
  Submission before = submission_at(runtime->now(), [](const Result<Response>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  });
  Submission after = submission_at(runtime->now(), [&](const Result<Response>& result) {
    EXPECT_TRUE(result) << result.error();
    worker.stop();
  });
  EXPECT_FALSE(worker.submit(before));
  worker.cancel_pending();
  EXPECT_FALSE(worker.submit(after));
  worker.run();
}

}  // namespace
}  // namespace dropcowboy::delivery
