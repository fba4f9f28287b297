// What the library does when there is no memory: every single allocation of a call is made to fail
// in turn. A program of its own, because it replaces the global operator new.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/webhook.hpp"
#include "support/data_file.hpp"
#include "support/fakes.hpp"
#include "support/requests.hpp"

namespace {

// Of this thread alone, so that nobody else's allocations count or fail.
thread_local int allocations = 0;
/// Which of the coming allocations fails; 0: none.
thread_local int failing_allocation = 0;

/// By malloc(), which the sanitizers watch.
void* allocate(std::size_t size) noexcept {
  ++allocations;
  if (failing_allocation > 0 && --failing_allocation == 0) return nullptr;
  return std::malloc(size > 0 ? size : 1);
}

void* allocate_or_throw(std::size_t size) {
  void* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// All forms that anybody may call, so that each delete meets the new it belongs to.
void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace dropcowboy {
namespace {

using support::data_file;
using support::FakeTransport;

/// How many allocations a call makes.
template <class Call>
int allocations_of(Call call) {
  const int before = allocations;
  call();
  return allocations - before;
}

/// Lets the n-th allocation of a call fail. False if the call has fewer, so that none failed.
template <class Call>
bool run_without_allocation(int n, Call call) {
  failing_allocation = n;
  try {
    call();
  } catch (...) {
    failing_allocation = 0;
    throw;
  }
  return std::exchange(failing_allocation, 0) == 0;
}

/// Calls `attempt(n)` for n = 1, 2, ... until it reports that no allocation failed; how many did.
template <class Attempt>
int for_every_allocation(Attempt attempt) {
  int n = 1;
  while (attempt(n)) {
    ++n;
    if (::testing::Test::HasFailure()) break;  // the next ones would only repeat it
  }
  return n - 1;
}

TEST(Allocation, IsCountedAndFailsWhenTold) {
  std::optional<std::string> made;
  EXPECT_EQ(allocations_of([&] { made.emplace(100, 'x'); }), 1);
  EXPECT_THROW(run_without_allocation(1, [&] { made.emplace(200, 'x'); }), std::bad_alloc);
  EXPECT_FALSE(run_without_allocation(2, [&] { made.emplace(200, 'x'); }));
  EXPECT_GT(allocations_of([] { static_cast<void>(validate(RvmRequest())); }), 0)
      << "an issue needs memory";
}

TEST(Allocation, IsNotNeededToFindNothingWrong) {
  const auto request = RvmRequest::from_json(data_file("reference_request.json"));
  ASSERT_TRUE(request);
  Validation validation;
  EXPECT_EQ(allocations_of([&] { validation = validate(*request); }), 0);
  EXPECT_TRUE(validation.errors.empty()) << to_string(validation);
  EXPECT_TRUE(validation.warnings.empty()) << to_string(validation);
}

// ---- Sending ---------------------------------------------------------------------------------

/// What the service says, and what a truthful client makes of it.
struct Answer {
  HttpOutcome http;
  Outcome means = Outcome::unknown;
};

/// Counts a call before anything can fail; to give the answer it needs memory like everybody else.
class ScriptedTransport final : public Transport {
 public:
  explicit ScriptedTransport(std::vector<Answer> script) : script_(std::move(script)) {}

  HttpOutcome perform(const HttpRequest&, const Stop&) override {
    return script_.at(static_cast<std::size_t>(calls_++)).http;
  }

  int calls() const { return calls_; }
  void begin_again() { calls_ = 0; }

  /// What is known after all calls, the worst of them counting; nothing if the message was taken.
  std::optional<Delivery> truth() const {
    Delivery worst = Delivery::not_sent;
    for (int call = 0; call < calls_; ++call) {
      switch (script_[static_cast<std::size_t>(call)].means) {
        case Outcome::accepted: return std::nullopt;
        case Outcome::unknown: worst = Delivery::unknown; break;
        case Outcome::rejected: worst = std::max(worst, Delivery::rejected); break;
        case Outcome::not_sent: break;
      }
    }
    return worst;
  }

 private:
  const std::vector<Answer> script_;
  int calls_ = 0;
};

/// One way in which a send can go.
struct Course {
  const char* name;
  std::vector<Answer> answers;
  RvmRequest request = support::good_request();
};

std::ostream& operator<<(std::ostream& out, const Course& course) { return out << course.name; }

RvmRequest request_without_id() {
  RvmRequest request = support::good_request();
  request.foreign_id.reset();
  return request;
}

RvmRequest request_with_everything() {
  RvmRequest request = support::good_request();
  request.extra_json = R"({"color":"red","list":[1,2,{"deep":[true,null]}]})";
  request.byoc = R"({"trunk":{"name":"a trunk with a name too long for small buffers"}})";
  request.callback_url = "https://hooks.acme.test/dropcowboy/results";
  request.postal_code = "90210-0001";
  return request;
}

RvmRequest request_with_errors() {
  RvmRequest request;
  request.phone_number = "not a number";
  request.extra_json = "[]";
  return request;
}

Answer accepted() {
  HttpOutcome outcome = FakeTransport::answer(
      200, R"({"status":"queued","drop_id":"5f0c9d3e-7a51-4c55-9a43-d1f6a0b7c2e4"})");
  outcome.request_id = "an id of an exchange that needs memory";
  return {outcome, Outcome::accepted};
}

Answer refused() {
  return {FakeTransport::answer(
              400, R"({"status":"error","message":"no such brand, and this is a long story"})"),
          Outcome::rejected};
}

Answer too_many() {
  HttpOutcome outcome = FakeTransport::answer(429, R"({"message":"slow down"})");
  outcome.retry_after = "Sun, 06 Nov 1994 08:49:39 GMT";
  return {outcome, Outcome::rejected};
}

Answer unreachable() {
  HttpOutcome outcome = FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  outcome.detail = "the port is closed, and this needs memory to be said";
  return {outcome, Outcome::not_sent};
}

Answer interrupted() {
  HttpOutcome outcome = FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted);
  outcome.detail = "the connection broke, and this needs memory to be said";
  return {outcome, Outcome::unknown};
}

Answer unclear() { return {FakeTransport::answer(200, "<html>What was that?</html>")}; }

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
    options.environment = std::make_shared<support::FakeEnvironment>();
    options.transport = transport_;
    options.retry.quota = 1'000'000;  // enough for all courses that this client goes
    options.may_send = [](const RvmRequest& request) {
      return !std::string(request.phone_number + " to be called").empty();
    };
    options.on_event = [this](const Event& event) { last_reason_ = event.reason; };
    client_.emplace(std::move(options));
  }

  /// False if the send has fewer than n allocations.
  bool send_without_allocation(int n) {
    transport_->begin_again();
    result_.reset();
    SendOptions options;
    options.cancel.emplace();
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
    EXPECT_GE(error.delivery, truth.value_or(Delivery::unknown)) << error;
    if (transport_->calls() == 0) {
      EXPECT_EQ(error.delivery, Delivery::not_sent) << error;
    }
  }

  const std::shared_ptr<ScriptedTransport> transport_ =
      std::make_shared<ScriptedTransport>(GetParam().answers);
  std::string last_reason_;
  std::optional<Client> client_;
  std::optional<Result<RvmReceipt>> result_;
};

TEST_P(SendWithoutMemory, TellsTheTruth) {
  const int failed = for_every_allocation([this](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    bool struck = false;
    EXPECT_NO_THROW(struck = send_without_allocation(n));
    if (result_) expect_truth();
    return struck;
  });
  EXPECT_GE(failed, 3) << "hardly an allocation failed: the test shows nothing";
  ASSERT_TRUE(result_);
  // The last time there was memory for all, and the client is as good as new.
  EXPECT_EQ(transport_->calls(), static_cast<int>(GetParam().answers.size()));
  const auto truth = transport_->truth();
  EXPECT_EQ(result_->has_value(), !truth);
  if (truth) {
    EXPECT_EQ(result_->error().delivery, *truth) << result_->error();
    EXPECT_NE(result_->error().message, "out of memory");
  }
}

INSTANTIATE_TEST_SUITE_P(Courses, SendWithoutMemory, ::testing::ValuesIn(courses()),
                         [](const auto& course) { return std::string(course.param.name); });

// ---- Text ------------------------------------------------------------------------------------

/// Runs a call with each allocation failing in turn. It may let std::bad_alloc through, and nothing
/// else; if it ends, it must have done its work in spite of the failure.
template <class Call, class IsRight>
void expect_only_bad_alloc(Call call, IsRight is_right) {
  const int failed = for_every_allocation([&](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    try {
      std::optional<decltype(call())> result;
      const bool struck = run_without_allocation(n, [&] { result.emplace(call()); });
      EXPECT_TRUE(is_right(*result)) << "a lack of memory is taken for something else";
      return struck;
    } catch (const std::bad_alloc&) {
      return true;
    } catch (const std::exception& thrown) {
      ADD_FAILURE() << thrown.what();
      return false;
    }
  });
  EXPECT_GT(failed, 0) << "no allocation failed: the test shows nothing";
}

TEST(TextWithoutMemory, WebhookParse) {
  // With a member of every kind that needs memory, known and unknown.
  std::string body = data_file("callback_success.json");
  body.pop_back();
  while (body.back() != '}') body.pop_back();
  body.back() = ',';
  body += R"("extra":{"list":[1,"two",[3.5,{"four":null}]]},"quantity":2,"spam":"mistyped"})";
  const auto good = Webhook::parse(body);
  ASSERT_TRUE(good) << good.error();
  ASSERT_FALSE(good->unknown.empty());
  ASSERT_FALSE(good->issues.empty());
  expect_only_bad_alloc([&] { return Webhook::parse(body); },
                        [&](const Result<Webhook>& result) {
                          return result && result->unknown.size() == good->unknown.size() &&
                                 result->issues.size() == good->issues.size() &&
                                 result->foreign_id == good->foreign_id;
                        });
}

TEST(TextWithoutMemory, WebhookParseOfWhatIsNoJson) {
  const std::string body = R"({"drop_id":"5c8eb7a2f1d3e40011a9c3b7","list":[1,2,)";
  expect_only_bad_alloc([&] { return Webhook::parse(body); },
                        [](const Result<Webhook>& result) {
                          return !result && result.error().kind == ErrorKind::bad_response;
                        });
}

TEST(TextWithoutMemory, RequestToJson) {
  const RvmRequest request = request_with_everything();
  const std::string good = to_json(request);
  expect_only_bad_alloc([&] { return to_json(request); },
                        [&](const std::string& text) { return text == good; });
}

TEST(TextWithoutMemory, ValidationAndItsText) {
  const RvmRequest request = request_with_errors();
  const std::string good = to_string(validate(request));
  expect_only_bad_alloc([&] { return to_string(validate(request)); },
                        [&](const std::string& text) { return text == good; });
}

TEST(ClientWithoutMemory, IsMadeOrNot) {
  const auto transport = std::make_shared<FakeTransport>();
  expect_only_bad_alloc(
      [&] {
        ClientOptions options;
        options.credentials = {"team-1", "a secret that needs memory"};
        options.transport = transport;
        return Client::create(std::move(options));
      },
      [](const Result<Client>& client) { return client.has_value(); });
}

}  // namespace
}  // namespace dropcowboy
