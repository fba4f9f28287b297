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

/// Each exchange takes a millisecond. Waiting moves the clock: to the next answer, or as far as the
/// worker says, and a little further, as systems do.
class TimedEngine final : public Engine {
 public:
  TimedEngine(std::shared_ptr<support::FakeRuntime> runtime, microseconds lateness)
      : runtime_(std::move(runtime)), lateness_(lateness) {}

  void start(Ticket ticket, const HttpRequest&, const CancelToken&) noexcept override {
    starts_.push_back(runtime_->now());
    under_way_.emplace_back(ticket, runtime_->now() + milliseconds(1));
  }
  HttpResult abort(Ticket) override { return {}; }
  void perform(std::vector<Finished>& finished) override {
    while (!under_way_.empty() && under_way_.front().second <= runtime_->now()) {
      finished.push_back({under_way_.front().first,
                          support::FakeTransport::answer(200, R"({"status":"queued"})")});
      under_way_.pop_front();
    }
  }
  void wait(TimePoint now, TimePoint until) override {
    ++waits_;
    if (!under_way_.empty()) until = std::min(until, under_way_.front().second);
    runtime_->advance(until - now + lateness_);
  }
  void wake() noexcept override {}

  const std::vector<TimePoint>& starts() const { return starts_; }
  int waits() const { return waits_; }

 private:
  const std::shared_ptr<support::FakeRuntime> runtime_;
  const microseconds lateness_;
  std::deque<std::pair<Ticket, TimePoint>> under_way_;
  std::vector<TimePoint> starts_;
  int waits_ = 0;
};

struct Course {
  std::vector<Engine::TimePoint> starts{};
  int waits = 0;
};

Course send(int count, double rate, microseconds lateness = microseconds(200)) {
  auto runtime = std::make_shared<support::FakeRuntime>(support::FakeRuntime::by_hand);
  ClientOptions options;
  options.credentials = {"team-1", "a secret"};
  options.runtime = runtime;
  options.transport = std::make_shared<support::FakeTransport>();  // the engine's place is taken
  options.limits.requests_per_second = rate;
  options.limits.queue_capacity = static_cast<std::size_t>(count);
  auto engine = std::make_unique<TimedEngine>(runtime, lateness);
  const TimedEngine& timed = *engine;
  Worker worker(support::make_pipeline(std::move(options)), std::move(engine), 90);
  int completed = 0;
  for (int i = 0; i < count; ++i) {
    Submission submission{PreparedRequest{operation, "https://api.test/v1/rvm", "{}", "id"}};
    submission.submitted = runtime->now();
    submission.complete = [&, count](const Result<Response>& result) {
      EXPECT_TRUE(result);
      if (++completed == count) worker.stop();
    };
    EXPECT_FALSE(worker.submit(std::move(submission)));
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

}  // namespace
}  // namespace dropcowboy::delivery
