// What a blocking send says when there is no memory: every single allocation on its way is made to
// fail in turn. It throws, or tells the truth. worker_without_memory_test.cpp does the same to
// send_async.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "dropcowboy/client.hpp"
#include "support/allocations.hpp"
#include "support/answer_script.hpp"
#include "support/fake_runtime.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using support::accepted;
using support::AnswerScript;
using support::for_every_allocation;
using support::interrupted;
using support::refused;
using support::request_with_errors;
using support::request_with_everything;
using support::run_without_allocation;
using support::too_many;
using support::unclear;
using support::unreachable;

/// Counts a call before anything can fail; to give the answer it needs memory like everybody else.
class ScriptedTransport final : public Transport {
 public:
  explicit ScriptedTransport(AnswerScript script) : script_(std::move(script)) {}

  HttpResult perform(const HttpRequest&, const CancelToken&) override {
    return script_.at(calls_++).http;
  }

  std::size_t calls() const { return calls_; }
  void begin_again() { calls_ = 0; }
  std::optional<Outcome> truth() const { return support::truth_after(script_, calls_); }

 private:
  const AnswerScript script_;
  std::size_t calls_ = 0;
};

/// One way in which a send can go.
struct Course {
  const char* name;
  AnswerScript answers;
  RvmRequest request = support::good_request();
};

std::ostream& operator<<(std::ostream& out, const Course& course) { return out << course.name; }

RvmRequest request_without_id() {
  RvmRequest request = support::good_request();
  request.foreign_id.reset();
  return request;
}

std::vector<Course> courses() {
  return {
      {"accepted", {accepted()}},
      {"accepted_with_a_new_id", {accepted()}, request_without_id()},
      {"accepted_with_everything", {accepted()}, request_with_everything()},
      {"accepted_after_retries", {too_many(), unreachable(), accepted()}},
      {"refused", {refused()}},
      {"refused_three_times", {too_many(), too_many(), too_many()}},
      {"unreachable", {unreachable(), unreachable(), unreachable()}},
      {"interrupted", {interrupted()}},
      {"unclear", {unclear()}},
      {"invalid", {}, request_with_errors()},
  };
}

class SendWithoutMemory : public ::testing::TestWithParam<Course> {
 protected:
  SendWithoutMemory() {
    ClientOptions options;
    options.credentials = {"team-1", "a secret that needs memory"};
    options.runtime = std::make_shared<support::FakeRuntime>();
    options.transport = transport_;
    options.retry.budget = 1'000'000;  // enough for all courses that this client goes
    options.breaker.failures = 0;
    options.may_send = [](const OutgoingMessage& message) {
      return !(std::string(message.phone_number) + " to be called").empty();
    };
    options.on_event = [this](const Event& event) { last_reason_ = event.reason; };
    client_.emplace(std::move(options));
  }

  /// False if the send has fewer than n allocations.
  bool send_without_allocation(int n) {
    transport_->begin_again();
    result_.reset();
    CallOptions options;
    options.cancel = CancelToken();
    return run_without_allocation(
        n, [&] { result_.emplace(client_->send(GetParam().request, options)); });
  }

  void expect_truth() const {
    const auto truth = transport_->truth();
    if (result_->has_value()) {
      EXPECT_FALSE(truth) << "accepted, says the client";
      return;
    }
    const Error& error = result_->error();
    EXPECT_GE(error.outcome, truth.value_or(Outcome::unknown)) << error;
    if (transport_->calls() == 0) {
      EXPECT_EQ(error.outcome, Outcome::not_sent) << error;
    }
  }

  const std::shared_ptr<ScriptedTransport> transport_ =
      std::make_shared<ScriptedTransport>(GetParam().answers);
  std::string last_reason_;
  std::optional<Client> client_;
  std::optional<Result<Receipt>> result_;
};

TEST_P(SendWithoutMemory, TellsTheTruth) {
  const int failed = for_every_allocation([this](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    try {
      const bool struck = send_without_allocation(n);
      expect_truth();
      return struck;
    } catch (const std::bad_alloc&) {
      return true;
    }
  });
  EXPECT_GE(failed, 3) << "hardly an allocation failed: the test shows nothing";
  ASSERT_TRUE(result_);
  // The last time there was memory for all, and the client is as good as new.
  EXPECT_EQ(transport_->calls(), GetParam().answers.size());
  const auto truth = transport_->truth();
  EXPECT_EQ(result_->has_value(), !truth);
  if (truth) {
    EXPECT_EQ(result_->error().outcome, *truth) << result_->error();
    EXPECT_NE(result_->error().message, "out of memory");
  }
}

INSTANTIATE_TEST_SUITE_P(Courses, SendWithoutMemory, ::testing::ValuesIn(courses()),
                         [](const auto& course) { return std::string(course.param.name); });

/// Answers the first message when it is told to, the second one from a script.
class GatedTransport final : public Transport {
 public:
  explicit GatedTransport(support::ScriptedAnswer second) : second_(std::move(second)) {}

  HttpResult perform(const HttpRequest&, const CancelToken&) override {
    if (calls_++ > 0) return second_.http;
    opened_.get_future().wait();
    return accepted().http;
  }
  void open() { opened_.set_value(); }
  bool took_the_second() const { return calls_ > 1; }

 private:
  const support::ScriptedAnswer second_;
  std::promise<void> opened_;
  std::atomic<int> calls_{0};
};

class SendAsyncWithoutMemory : public ::testing::TestWithParam<support::ScriptedAnswer> {
 protected:
  static void expect_truth(const Result<Receipt>& result, bool was_sent) {
    if (result) {
      EXPECT_EQ(result->foreign_id, "order-17");
      EXPECT_EQ(GetParam().means, Outcome::accepted);
      return;
    }
    EXPECT_EQ(result.error().foreign_id, "order-17");
    const Outcome truth = !was_sent                               ? Outcome::not_sent
                          : GetParam().means == Outcome::rejected ? Outcome::rejected
                                                                  : Outcome::unknown;
    EXPECT_GE(result.error().outcome, truth) << result.error();
    if (!was_sent) {
      EXPECT_EQ(result.error().outcome, truth) << result.error();
    }
  }
};

// The failure strikes on the client's thread, while the second message is on its way: what becomes
// of its answer counts here, the rest is in worker_without_memory_test.cpp.
TEST_P(SendAsyncWithoutMemory, CompletesWithTheTruth) {
  const int failed = for_every_allocation([](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    const auto transport = std::make_shared<GatedTransport>(GetParam());
    ClientOptions options;
    options.credentials = {"team-1", "a secret that needs memory"};
    options.transport = transport;
    options.retry.max_attempts = 1;
    const Client client(options);
    bool struck = false;
    std::optional<Result<Receipt>> result;
    client.send_async(support::good_request(),
                      [n](const Result<Receipt>&) { support::fail_allocation(n); });
    client.send_async(support::good_request(), [&](Result<Receipt> of_second) {
      struck = !support::is_failure_left();
      result.emplace(std::move(of_second));
    });
    transport->open();
    EXPECT_TRUE(client.drain(std::chrono::seconds(20)));
    EXPECT_TRUE(result) << "never completed";
    if (!result) return false;
    expect_truth(*result, transport->took_the_second());
    if (!struck) {
      EXPECT_EQ(result->has_value(), GetParam().means == Outcome::accepted);
    }
    return struck;
  });
  EXPECT_GE(failed, 3) << "hardly an allocation failed: the test shows nothing";
}

INSTANTIATE_TEST_SUITE_P(Answers, SendAsyncWithoutMemory,
                         ::testing::Values(accepted(), refused(), interrupted(), unclear()));

/// A transport of an application, which breaks after the message has left.
class ThrowingTransport final : public Transport {
 public:
  HttpResult perform(const HttpRequest&, const CancelToken&) override {
    ++calls_;
    throw std::runtime_error("the connection broke, and this needs memory to be said");
  }
  int calls() const { return calls_; }

 private:
  int calls_ = 0;
};

TEST(TransportThatThrowsWithoutMemory, IsNeverTakenForNotSent) {
  const auto transport = std::make_shared<ThrowingTransport>();
  ClientOptions options;
  options.credentials = {"team-1", "a secret that needs memory"};
  options.runtime = std::make_shared<support::FakeRuntime>();
  options.transport = transport;
  const Client client(options);
  const RvmRequest request = support::good_request();
  for_every_allocation([&](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    const int before = transport->calls();
    std::optional<Result<Receipt>> result;
    bool struck = true;
    try {
      struck = run_without_allocation(n, [&] { result.emplace(client.send(request)); });
    } catch (const std::bad_alloc&) {
      // Then the caller knows that it is unknown.
    }
    EXPECT_LE(transport->calls() - before, 1);
    if (!result) return struck;
    EXPECT_FALSE(*result);
    EXPECT_EQ(result->error().outcome,
              transport->calls() > before ? Outcome::unknown : Outcome::not_sent);
    return struck;
  });
}

}  // namespace
}  // namespace dropcowboy
