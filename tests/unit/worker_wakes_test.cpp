// An engine that swallows every wake-up which comes before perform() has returned, as libcurl 8.21
// does: no order may get lost in it, or the client would sleep on for a minute.

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "delivery/worker.hpp"
#include "messages/send_answer.hpp"
#include "support/fake_transport.hpp"
#include "support/pipeline.hpp"

namespace dropcowboy::delivery {
namespace {

constexpr Operation operation{"POST /rvm", HttpMethod::post, Effect::sends, &understand_send,
                              "Do not send it again"};

/// Exchanges begin and never end. A wait that nobody ends is a failure.
class SwallowingEngine final : public Engine {
 public:
  /// Once, in the middle of the first perform() that has something under way.
  void during_perform(std::function<void()> act) { act_ = std::move(act); }
  bool overslept() const { return overslept_; }
  /// The next wake() returns when the worker has looked at everything, and waits again.
  void hold_next_wake() { holds_wake_ = true; }

  void start(Ticket, const HttpRequest&, const CancelToken&) noexcept override { ++under_way_; }
  HttpResult abort(Ticket) override {
    --under_way_;
    HttpResult result;
    result.failure = TransportFailure::cancelled;
    return result;
  }
  void perform(std::vector<Finished>&) override {
    if (under_way_ > 0 && act_) std::exchange(act_, nullptr)();
    const std::lock_guard lock(mutex_);
    woken_ = false;
  }
  void wait(TimePoint, TimePoint) override {
    std::unique_lock lock(mutex_);
    ++waits_;
    wakes_.notify_all();
    if (!wakes_.wait_for(lock, std::chrono::seconds(20), [this] { return woken_; })) {
      overslept_ = true;
    }
    woken_ = false;
  }
  void wake() noexcept override {
    std::unique_lock lock(mutex_);
    woken_ = true;
    wakes_.notify_all();
    if (!std::exchange(holds_wake_, false)) return;
    const int before = waits_;
    if (!wakes_.wait_for(lock, std::chrono::seconds(20), [&] { return waits_ > before; })) {
      overslept_ = true;
    }
  }

 private:
  std::function<void()> act_;
  int under_way_ = 0;
  bool overslept_ = false;
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool woken_ = false;
  bool holds_wake_ = false;
  int waits_ = 0;
};

class SwallowedWake : public ::testing::Test {
 protected:
  SwallowedWake() {
    ClientOptions options;
    options.credentials = {"team-1", "a secret"};
    options.transport = std::make_shared<support::FakeTransport>();  // the engine's place is taken
    auto engine = std::make_unique<SwallowingEngine>();
    engine_ = engine.get();
    worker_.emplace(support::make_pipeline(std::move(options)), std::move(engine), 1);
  }

  /// Runs the worker with so many calls, of which one is under way, until `act` has had its effect:
  /// `all` are completed.
  void run(int calls, std::function<void()> act) {
    engine_->during_perform(std::move(act));
    for (int i = 0; i < calls; ++i) {
      Submission submission{PreparedRequest{operation, "https://api.test/v1/rvm", "{}", "id"}};
      submission.submitted = std::chrono::steady_clock::now();
      submission.cancel = token_;
      submission.complete = [this, calls](const Result<Response>&) {
        if (++completed_ == calls) worker_->stop();
      };
      EXPECT_FALSE(worker_->submit(submission));
    }
    std::thread([this] { worker_->run(); }).join();
    EXPECT_EQ(completed_, calls);
    EXPECT_FALSE(engine_->overslept());
  }

  const CancelToken token_;
  int completed_ = 0;
  SwallowingEngine* engine_ = nullptr;
  std::optional<Worker> worker_;
};

TEST_F(SwallowedWake, ACancellationBeforeACallIsQueuedIsNotLost) {
  std::promise<void> is_under_way;
  engine_->during_perform([&] { is_under_way.set_value(); });
  const auto submit = [&](const CancelToken& token, MoveOnlyFunction<Result<Response>> complete) {
    Submission submission{PreparedRequest{operation, "https://api.test/v1/rvm", "{}", "id"}};
    submission.submitted = std::chrono::steady_clock::now();
    submission.cancel = token;
    submission.complete = std::move(complete);
    EXPECT_FALSE(worker_->submit(submission));
  };
  submit(CancelToken(), [](const Result<Response>&) {});
  std::thread worker([this] { worker_->run(); });
  is_under_way.get_future().wait();
  token_.cancel();
  engine_->hold_next_wake();
  std::promise<ErrorKind> ended;
  submit(token_, [&](const Result<Response>& result) { ended.set_value(result.error().kind); });
  auto kind = ended.get_future();
  EXPECT_EQ(kind.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  worker_->stop();
  worker.join();
  EXPECT_EQ(kind.get(), ErrorKind::cancelled);
}

TEST_F(SwallowedWake, DoesNotHideAStop) {
  run(2, [this] { worker_->stop(); });
}

TEST_F(SwallowedWake, DoesNotHideACancellation) {
  run(2, [this] { token_.cancel(); });
}

TEST_F(SwallowedWake, DoesNotHideThatWaitingCallsAreGivenUp) {
  run(2, [this] {
    worker_->cancel_pending();
    std::thread([this] { token_.cancel(); }).join();
  });
}

}  // namespace
}  // namespace dropcowboy::delivery
