// What an outage of the service leaves of a campaign: 64 messages under way, 1,000 a second, in
// virtual time. The engine moves the clock.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "delivery/worker.hpp"
#include "messages/send_answer.hpp"
#include "support/fake_runtime.hpp"
#include "support/fake_transport.hpp"
#include "support/pipeline.hpp"

namespace dropcowboy::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using TimePoint = CallState::TimePoint;

constexpr Operation operation{"POST /rvm", HttpMethod::post, Effect::sends, &understand_send,
                              "Do not send it again"};

/// Carries any number of exchanges, each of which takes 50 ms; the answer is settled at its start.
class TimedEngine final : public Engine {
 public:
  using Answer = std::function<HttpResult(TimePoint)>;

  TimedEngine(support::FakeRuntime& runtime, Answer answer)
      : runtime_(runtime), answer_(std::move(answer)) {}

  void start(Ticket ticket, const HttpRequest&, const CancelToken&) noexcept override {
    const TimePoint now = runtime_.now();
    started.push_back(now);
    under_way_.push_back({ticket, now + takes, answer_(now)});
    most_under_way = std::max(most_under_way, under_way_.size());
  }
  HttpResult abort(Ticket) override { return {}; }
  void perform(std::vector<Finished>& finished) override {
    const TimePoint now = runtime_.now();
    while (!under_way_.empty() && under_way_.front().done <= now) {
      finished.push_back({under_way_.front().ticket, std::move(under_way_.front().result)});
      under_way_.erase(under_way_.begin());
    }
  }
  void wait(TimePoint now, TimePoint until) override {
    if (!under_way_.empty()) until = std::min(until, under_way_.front().done);
    if (until > now) runtime_.advance(std::chrono::ceil<milliseconds>(until - now));
  }
  void wake() noexcept override {}

  static constexpr milliseconds takes{50};
  std::vector<TimePoint> started;
  std::size_t most_under_way = 0;

 private:
  struct Exchange {
    Ticket ticket;
    TimePoint done;
    HttpResult result;
  };

  support::FakeRuntime& runtime_;
  const Answer answer_;
  std::vector<Exchange> under_way_;  // in the order of their ends
};

class OutageTest : public ::testing::Test {
 protected:
  struct Tally {
    int accepted = 0, rejected = 0, unknown = 0, not_sent = 0;
  };

  /// Hands over so many messages and runs until all are completed.
  Tally run(int messages, const TimedEngine::Answer& answer) {
    options.credentials = {"team-1", "s3cret"};
    options.runtime = runtime;
    options.transport = std::make_shared<support::FakeTransport>();  // the engine's place is taken
    options.limits.queue_capacity = static_cast<std::size_t>(messages);
    options.on_event = [this](const Event& event) {
      if (event.type == EventType::breaker_opened || event.type == EventType::breaker_closed) {
        breaker_events.push_back(event);
      }
    };
    const auto pipeline = support::make_pipeline(options);
    auto owned = std::make_unique<TimedEngine>(*runtime, answer);
    engine = owned.get();
    worker = std::make_shared<Worker>(pipeline, std::move(owned), options.limits.max_in_flight);
    Tally tally;
    int left = messages;
    for (int i = 0; i < messages; ++i) {
      Submission submission{PreparedRequest{operation, "https://api.test/v1/rvm", "{}", "id"}};
      submission.submitted = runtime->now();
      submission.complete = [&](const Result<Response>& result) {
        ++(result                                        ? tally.accepted
           : result.error().outcome == Outcome::rejected ? tally.rejected
           : result.error().outcome == Outcome::unknown  ? tally.unknown
                                                         : tally.not_sent);
        if (--left == 0) worker->stop();
      };
      EXPECT_FALSE(worker->submit(submission));
    }
    std::thread([this] { worker->run(); }).join();  // it blocks the signals of its thread
    times_opened = pipeline->context().admission.times_breaker_opened();
    return tally;
  }

  static HttpResult good() { return support::FakeTransport::answer(200, R"({"status":"queued"})"); }

  ClientOptions options;
  std::shared_ptr<support::FakeRuntime> runtime = std::make_shared<support::FakeRuntime>();
  const TimePoint start = runtime->now();
  TimedEngine* engine = nullptr;
  std::shared_ptr<Worker> worker;
  std::vector<Event> breaker_events;
  std::uint64_t times_opened = 0;
};

TEST_F(OutageTest, AnOutageLeavesNoMoreUnknownThanWereUnderWayAndAFewProbes) {
  struct Row {
    const char* name;
    HttpResult result;
  };
  const Row rows[] = {
      {"500", support::FakeTransport::answer(500)},
      {"silence", support::FakeTransport::failure(Wire::maybe_sent, TransportFailure::timeout)},
      {"broken", support::FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted)},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const TimePoint begins = runtime->now();
    const Tally tally = run(40'000, [&](TimePoint now) {
      return now >= begins + seconds(5) && now < begins + seconds(35) ? row.result : good();
    });
    EXPECT_LT(tally.unknown, options.limits.max_in_flight + 10);
    EXPECT_EQ(tally.accepted, 40'000 - tally.unknown) << "all others waited for its end";
    EXPECT_LT(runtime->now() - begins, seconds(40 + 40)) << "and not for much longer";
  }
}

TEST_F(OutageTest, WithoutTheBreakerItIsAStorm) {
  options.breaker.failures = 0;
  const Tally tally = run(40'000, [&](TimePoint now) {
    return now >= start + seconds(5) && now < start + seconds(35)
               ? support::FakeTransport::answer(500)
               : good();
  });
  EXPECT_GT(tally.unknown, 25'000) << "what the breaker is there for";
}

TEST_F(OutageTest, ARefusedAccountRefusesAFewMessagesOnly) {
  for (const int status : {401, 402, 403}) {
    SCOPED_TRACE(status);
    const TimePoint begins = runtime->now();
    const Tally tally = run(10'000, [&](TimePoint now) {
      return now < begins + minutes(1) ? support::FakeTransport::answer(status) : good();
    });
    EXPECT_LT(tally.rejected, options.limits.max_in_flight + 10);
    EXPECT_EQ(tally.accepted, 10'000 - tally.rejected);
  }
}

TEST_F(OutageTest, ANetworkThatIsDownLosesAFewMessagesOnly) {
  const Tally tally = run(10'000, [&](TimePoint now) {
    return now < start + minutes(1)
               ? support::FakeTransport::failure(Wire::not_sent, TransportFailure::connect)
               : good();
  });
  EXPECT_LT(tally.not_sent, options.limits.max_in_flight + 10);
  EXPECT_EQ(tally.accepted, 10'000 - tally.not_sent);
}

TEST_F(OutageTest, AfterItTheServiceIsNotOverrun) {
  run(5'000, [&](TimePoint now) {
    return now < start + seconds(3) ? support::FakeTransport::answer(500) : good();
  });
  // 5 s after it opened one is tried; then 2, 4, 8... may be under way.
  const auto probe = std::find_if(engine->started.begin(), engine->started.end(),
                                  [&](TimePoint at) { return at > start + seconds(5); });
  ASSERT_NE(probe, engine->started.end());
  const auto by = [&](milliseconds after) {
    return std::count_if(probe, engine->started.end(),
                         [&](TimePoint at) { return at < *probe + after; });
  };
  EXPECT_EQ(by(milliseconds(50)), 1);
  EXPECT_LE(by(milliseconds(100)), 1 + 2);
  EXPECT_LE(by(milliseconds(150)), 1 + 2 + 8);
  EXPECT_LE(engine->most_under_way, 64U);
}

TEST_F(OutageTest, StatisticsAndEventsSaySo) {
  run(1'000, [&](TimePoint now) {
    return now < start + seconds(10) ? support::FakeTransport::answer(500) : good();
  });
  // It opened, the probe after 5 s failed, the one 10 s later did not.
  EXPECT_EQ(times_opened, 2U);
  ASSERT_EQ(breaker_events.size(), 3U);
  EXPECT_EQ(breaker_events[0].type, EventType::breaker_opened);
  EXPECT_EQ(breaker_events[0].wait, seconds(5));
  EXPECT_EQ(breaker_events[0].outcome, Outcome::unknown);
  EXPECT_EQ(breaker_events[0].http_status, 500);
  EXPECT_EQ(breaker_events[0].foreign_id, "id");
  EXPECT_EQ(breaker_events[0].operation, "POST /rvm");
  EXPECT_FALSE(breaker_events[0].reason.empty());
  EXPECT_EQ(breaker_events[1].type, EventType::breaker_opened);
  EXPECT_EQ(breaker_events[1].wait, seconds(10));
  EXPECT_EQ(breaker_events[2].type, EventType::breaker_closed);
  EXPECT_EQ(breaker_events[2].outcome, Outcome::accepted);
}

}  // namespace
}  // namespace dropcowboy::delivery
