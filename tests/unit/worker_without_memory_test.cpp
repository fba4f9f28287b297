// What becomes of the calls of send_async when there is no memory: every single allocation of the
// worker is made to fail in turn. Each call completes once, with the truth, and the worker lives.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delivery/worker.hpp"
#include "messages/send_answer.hpp"
#include "support/allocations.hpp"
#include "support/answer_script.hpp"
#include "support/fake_runtime.hpp"
#include "support/pipeline.hpp"

namespace dropcowboy::delivery {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::accepted;
using support::AnswerScript;
using support::interrupted;
using support::refused;
using support::too_many;
using support::unclear;
using support::unreachable;

constexpr Operation operation{"POST /rvm", HttpMethod::post, Effect::sends, &understand_send,
                              "Do not send it again"};

/// A network without one, on the worker's thread: each call has its own script, by its body; where
/// that ends, no answer comes. Needs no memory of its own.
class ScriptedEngine final : public Engine {
 public:
  struct Exchanges {
    AnswerScript script;
    std::size_t begun = 0;
  };

  explicit ScriptedEngine(support::FakeRuntime& runtime) : runtime_(runtime) {}

  void will_answer(const std::string& body, AnswerScript script) {
    calls_[body].script = std::move(script);
  }
  /// What happens when nothing else does.
  void when_idle(std::function<void()> then) { when_idle_ = std::move(then); }

  /// See support::truth_after. Of what was begun and never answered nothing is known.
  std::optional<Outcome> truth(const std::string& body) const {
    const Exchanges& call = calls_.at(body);
    if (call.begun > call.script.size()) return Outcome::unknown;
    return support::truth_after(call.script, call.begun);
  }
  std::size_t begun(const std::string& body) const { return calls_.at(body).begun; }

  void start(Ticket ticket, const HttpRequest& request, const CancelToken&) noexcept override {
    Exchanges& call = calls_.find(request.body)->second;
    ++call.begun;
    under_way_[ticket] = &call;
  }
  HttpResult abort(Ticket ticket) override {
    under_way_[ticket] = nullptr;
    HttpResult result;
    result.failure = TransportFailure::cancelled;
    return result;
  }
  void perform(std::vector<Finished>& finished) override {
    for (Ticket ticket = 0; ticket < under_way_.size(); ++ticket) {
      Exchanges* const call = under_way_[ticket];
      if (call == nullptr || call->begun > call->script.size()) continue;
      finished.push_back({ticket, std::move(call->script[call->begun - 1].http)});
      under_way_[ticket] = nullptr;
    }
  }
  void wait(TimePoint now, TimePoint until) override {
    if (until - now < seconds(50)) {
      runtime_.advance(std::chrono::ceil<milliseconds>(until - now));
    } else if (const auto act = std::exchange(when_idle_, nullptr)) {
      act();
    } else {
      stop_();
    }
  }
  void wake() noexcept override {}

  void on_nothing_left(std::function<void()> stop) { stop_ = std::move(stop); }

 private:
  support::FakeRuntime& runtime_;
  std::map<std::string, Exchanges, std::less<>> calls_;
  std::vector<Exchanges*> under_way_ = std::vector<Exchanges*>(2);
  std::function<void()> when_idle_;
  std::function<void()> stop_;
};

/// A worker with two places in flight, and the calls it was given.
class Scene {
 public:
  explicit Scene(bool resends_unknown) {
    ClientOptions options;
    options.credentials = {"team-1", "a secret that needs memory"};
    options.runtime = runtime_;
    options.transport = std::make_shared<support::FakeTransport>();  // the engine's place is taken
    options.total_timeout = hours(1);
    options.retry.resend_unknown_at_risk_of_duplicates = resends_unknown;
    options.on_event = [this](const Event& event) {
      if (event.type == EventType::finished) finished_[event.foreign_id] = event.outcome;
    };
    auto engine = std::make_unique<ScriptedEngine>(*runtime_);
    engine_ = engine.get();
    pipeline_ = support::make_pipeline(std::move(options));
    worker_ = std::make_unique<Worker>(pipeline_, std::move(engine), 2);
    engine_->on_nothing_left([this] { worker_->stop(); });
  }

  /// Hands a call over that meets these answers, and after them silence.
  void submit(const std::string& body, AnswerScript script,
              std::optional<milliseconds> deadline = std::nullopt) {
    engine_->will_answer(body, std::move(script));
    bodies_.push_back(body);
    Submission submission{
        PreparedRequest{operation, "https://api.test/v1/rvm", body, "id of " + body}};
    submission.submitted = runtime_->now();
    submission.expires = runtime_->now() + deadline.value_or(hours(1));
    submission.cancel = token;
    submission.complete = [this, index = results_.size()](Result<Response> result) {
      EXPECT_FALSE(results_[index]) << bodies_[index] << " completes twice";
      results_[index].emplace(std::move(result));
      if (completions_throw) throw 17;
    };
    results_.emplace_back();
    ASSERT_FALSE(worker_->submit(submission));
  }

  /// Runs the worker to its end with its n-th allocation failing; whether it has that many.
  bool run(int n) {
    return support::run_without_allocation(n, [this] { worker_->run(); });
  }

  void expect_truth() const {
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
      SCOPED_TRACE(bodies_[i]);
      ASSERT_TRUE(results_[i]) << "never completed";
      const auto truth = engine_->truth(bodies_[i]);
      expect_same_told(i);
      if (results_[i]->has_value()) {
        EXPECT_FALSE(truth) << "accepted, says the worker";
        continue;
      }
      const Error& error = results_[i]->error();
      EXPECT_GE(error.outcome, truth.value_or(Outcome::unknown)) << error;
      if (engine_->begun(bodies_[i]) == 0) {
        EXPECT_EQ(error.outcome, Outcome::not_sent) << error;
      }
    }
    const Stats stats = pipeline_->context().statistics.snapshot();
    EXPECT_EQ(stats.accepted + stats.rejected + stats.unknown + stats.not_sent, bodies_.size());
    EXPECT_EQ(stats.in_flight, 0U);
    // Not on this thread, which was the worker's.
    auto drained = std::async(std::launch::async, [this] { return worker_->drain({}); });
    EXPECT_TRUE(drained.get());
  }

  /// Events and attempts say the same as the result.
  void expect_same_told(std::size_t call) const {
    const Result<Response>& result = *results_[call];
    const auto& attempts = result ? result->attempts : result.error().attempts;
    if (engine_->begun(bodies_[call]) > 0) {
      EXPECT_EQ(attempts.size(), engine_->begun(bodies_[call]));
    }
    const auto told = finished_.find("id of " + bodies_[call]);
    if (told == finished_.end()) return;
    if (result) {
      EXPECT_EQ(told->second, Outcome::accepted);
    } else {
      EXPECT_EQ(to_string(told->second), to_string(result.error().outcome));
    }
  }

  /// What a call ended with; nothing if it was accepted.
  std::optional<ErrorKind> end_of(const std::string& body) const {
    const auto at = std::find(bodies_.begin(), bodies_.end(), body) - bodies_.begin();
    const Result<Response>& result = *results_.at(static_cast<std::size_t>(at));
    if (result) return std::nullopt;
    return result.error().kind;
  }

  ScriptedEngine& engine() { return *engine_; }
  Worker& worker() { return *worker_; }
  support::FakeRuntime& runtime() { return *runtime_; }

  CancelToken token;
  bool completions_throw = false;

 private:
  const std::shared_ptr<support::FakeRuntime> runtime_ = std::make_shared<support::FakeRuntime>();
  std::shared_ptr<const Pipeline> pipeline_;
  ScriptedEngine* engine_ = nullptr;
  std::unique_ptr<Worker> worker_;
  std::vector<std::string> bodies_;
  std::vector<std::optional<Result<Response>>> results_;
  std::map<std::string, Outcome> finished_;  // as events told it, where there was memory to
};

/// One way in which the worker's life can go.
struct Course {
  const char* name;
  std::function<void(Scene&)> prepare;
  /// By body, if memory lasts: what kind of error each call ends with; nothing if it is accepted.
  std::map<std::string, std::optional<ErrorKind>> ends;
  bool resends_unknown = false;
};

std::ostream& operator<<(std::ostream& out, const Course& course) { return out << course.name; }

/// Two in flight without an answer, one that waits to try again, one in the queue.
void one_of_each(Scene& scene) {
  scene.submit("waits to try again", {unreachable()});
  scene.submit("in flight", {});
  scene.submit("in flight, too", {});
  scene.submit("queued", {});
  scene.submit("queued, too", {});
}

std::vector<Course> courses() {
  constexpr auto accepted_in_the_end = std::nullopt;
  return {
      {"accepted",
       [](Scene& scene) { scene.submit("one", {accepted()}); },
       {{"one", accepted_in_the_end}}},
      {"refused",
       [](Scene& scene) { scene.submit("one", {refused()}); },
       {{"one", ErrorKind::refused}}},
      {"accepted_after_retries",
       [](Scene& scene) {
         scene.submit("one", {too_many(), unreachable(), accepted()});
       },
       {{"one", accepted_in_the_end}}},
      {"refused_three_times",
       [](Scene& scene) {
         scene.submit("one", {too_many(), too_many(), too_many()});
       },
       {{"one", ErrorKind::rate_limited}}},
      {"unreachable",
       [](Scene& scene) {
         scene.submit("one", {unreachable(), unreachable(), unreachable()});
       },
       {{"one", ErrorKind::network}}},
      {"interrupted",
       [](Scene& scene) { scene.submit("one", {interrupted()}); },
       {{"one", ErrorKind::network}}},
      {"interrupted_and_sent_again",
       [](Scene& scene) {
         scene.submit("one", {interrupted(), unreachable(), accepted()});
       },
       {{"one", accepted_in_the_end}},
       true},
      {"unclear",
       [](Scene& scene) { scene.submit("one", {unclear()}); },
       {{"one", ErrorKind::bad_response}}},
      {"one_after_the_other",
       [](Scene& scene) {
         for (const char* body : {"one", "two", "three", "four"}) scene.submit(body, {accepted()});
       },
       {{"one", accepted_in_the_end}, {"four", accepted_in_the_end}}},
      {"a_completion_that_throws",
       [](Scene& scene) {
         scene.completions_throw = true;
         scene.submit("one", {accepted()});
         scene.submit("two", {refused()});
       },
       {{"one", accepted_in_the_end}, {"two", ErrorKind::refused}}},
      {"stopped",
       one_of_each,
       {{"in flight", ErrorKind::shutdown}, {"queued", ErrorKind::shutdown}}},
      {"pending_ones_cancelled",
       [](Scene& scene) {
         one_of_each(scene);
         scene.engine().when_idle([&scene] { scene.worker().cancel_pending(); });
       },
       {{"queued", ErrorKind::cancelled}}},
      {"all_cancelled",
       [](Scene& scene) {
         one_of_each(scene);
         scene.engine().when_idle([&scene] { scene.token.cancel(); });
       },
       {{"in flight", ErrorKind::cancelled}, {"queued", ErrorKind::cancelled}}},
      {"expired_in_the_queue",
       [](Scene& scene) {
         scene.submit("in flight", {});
         scene.submit("in flight, too", {});
         scene.submit("short", {}, seconds(1));
         scene.submit("long", {});
       },
       {{"short", ErrorKind::timeout}, {"long", ErrorKind::shutdown}}},
      {"no_time_to_try_again",
       [](Scene& scene) { scene.submit("one", {too_many()}, seconds(1)); },
       {{"one", ErrorKind::rate_limited}}},
  };
}

class WorkerWithoutMemory : public ::testing::TestWithParam<Course> {};

TEST_P(WorkerWithoutMemory, CompletesEachCallOnceWithTheTruth) {
  const int failed = support::for_every_allocation([](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    Scene scene(GetParam().resends_unknown);
    GetParam().prepare(scene);
    bool struck = false;
    EXPECT_NO_THROW(struck = scene.run(n));
    scene.expect_truth();
    if (!struck && !::testing::Test::HasFailure()) {
      for (const auto& [body, kind] : GetParam().ends) {
        EXPECT_EQ(scene.end_of(body), kind) << body;
      }
    }
    return struck;
  });
  EXPECT_GE(failed, 3) << "hardly an allocation failed: the test shows nothing";
}

INSTANTIATE_TEST_SUITE_P(Courses, WorkerWithoutMemory, ::testing::ValuesIn(courses()),
                         [](const auto& course) { return std::string(course.param.name); });

}  // namespace
}  // namespace dropcowboy::delivery
