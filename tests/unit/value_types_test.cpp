// The types that a user holds: safe on temporaries, comparable, printable, movable.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <sstream>
#include <type_traits>

#include "dropcowboy/webhook.hpp"
#include "support/client_over_fakes.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

template <class T, class = void>
struct HasArrow : std::false_type {};
template <class T>
struct HasArrow<T, std::void_t<decltype(std::declval<T>().operator->())>> : std::true_type {};

static_assert(HasArrow<Result<Receipt>&>::value);
static_assert(HasArrow<const Result<Receipt>&>::value);
static_assert(!HasArrow<Result<Receipt>>::value, "a pointer into a temporary");
static_assert(std::is_same_v<decltype(std::declval<Result<Receipt>>().error()), Error>);
static_assert(std::is_same_v<decltype(std::declval<Result<void>>().error()), Error>);
static_assert(!std::is_copy_constructible_v<Client::Completion>);
static_assert(!std::is_default_constructible_v<Client::Completion>, "or {} would be one");

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

class ValueTypes : public support::ClientOverFakes {};

TEST_F(ValueTypes, TheErrorOfATemporaryResultLivesAsLongAsItsLoop) {
  RvmRequest request;
  std::size_t issues = 0;
  for (const Issue& issue : client().send(request).error().issues) {
    EXPECT_FALSE(issue.message.empty());
    ++issues;
  }
  EXPECT_EQ(issues, validate(request).errors.size());
}

TEST_F(ValueTypes, AResultFallsBackToAnotherValue) {
  const Result<int> there(7);
  const Result<int> missing{Error()};
  EXPECT_EQ(there.value_or(3), 7);
  EXPECT_EQ(missing.value_or(3), 3);
  EXPECT_EQ(Result<std::unique_ptr<int>>(std::make_unique<int>(7)).value_or(nullptr) != nullptr,
            true);
}

TEST_F(ValueTypes, RequestsCompareByEveryField) {
  const RvmRequest rvm = support::request_with_everything();
  EXPECT_EQ(rvm, rvm);
  for (auto member :
       {&RvmRequest::recording_id, &RvmRequest::audio_url, &RvmRequest::voice_id,
        &RvmRequest::tts_body, &RvmRequest::forwarding_number, &RvmRequest::phone_ivr_id,
        &RvmRequest::pool_id, &RvmRequest::caller_id, &RvmRequest::byoc, &RvmRequest::foreign_id,
        &RvmRequest::postal_code, &RvmRequest::callback_url, &RvmRequest::status_format,
        &RvmRequest::extra_json}) {
    RvmRequest other = rvm;
    other.*member = "something else";
    EXPECT_NE(rvm, other);
  }
  for (auto member : {&RvmRequest::brand_id, &RvmRequest::phone_number}) {
    RvmRequest other = rvm;
    other.*member = "something else";
    EXPECT_NE(rvm, other);
  }
  SmsRequest sms;
  SmsRequest other;
  EXPECT_EQ(sms, other);
  other.opt_in = !sms.opt_in;
  EXPECT_NE(sms, other);
}

TEST_F(ValueTypes, ReceiptsAndIssuesCompareByEveryField) {
  const auto receipt = client().send(support::good_request());
  ASSERT_TRUE(receipt);
  Receipt other = *receipt;
  EXPECT_EQ(*receipt, other);
  other.attempts[0].http_status = 202;
  EXPECT_NE(*receipt, other);
  const Issue issue{Severity::warning, "voice_id", IssueCode::not_a_guid, "is no GUID"};
  Issue changed = issue;
  EXPECT_EQ(issue, changed);
  changed.severity = Severity::error;
  EXPECT_NE(issue, changed);
}

TEST_F(ValueTypes, ArePrinted) {
  const Issue issue{Severity::warning, "voice_id", IssueCode::not_a_guid, "is no GUID"};
  EXPECT_EQ(printed(issue), "warning voice_id: is no GUID");
  Validation both;
  both.errors.push_back({Severity::error, "brand_id", IssueCode::missing, "is required"});
  both.warnings.push_back(issue);
  EXPECT_EQ(printed(both), "error brand_id: is required\nwarning voice_id: is no GUID");
  EXPECT_EQ(printed(Money{99'000}), "0.099");
  Event event;
  event.type = EventType::retry_scheduled;
  event.operation = "POST /rvm";
  event.foreign_id = "order\n17";
  event.attempt = 1;
  event.outcome = Outcome::not_sent;
  event.transient = true;
  event.http_status = 421;
  event.wait = std::chrono::milliseconds(250);
  event.elapsed = std::chrono::milliseconds(30);
  event.reason = "the service sent the request back unread";
  EXPECT_EQ(printed(event),
            "retry_scheduled POST /rvm, foreign_id order\\n17, attempt 1, not_sent, transient, "
            "HTTP 421, waits 250 ms, 30 ms since it was handed over: the service sent the request "
            "back unread");
  event.type = EventType::attempt_started;
  event.wait = {};
  event.reason.clear();
  EXPECT_EQ(
      printed(event),
      "attempt_started POST /rvm, foreign_id order\\n17, attempt 1, 30 ms since it was handed "
      "over");
}

TEST_F(ValueTypes, MoneyAddsUpInPlace) {
  Money sum;
  sum += Money{99'000};
  sum += Money{1'000};
  EXPECT_EQ(sum, Money{100'000});
}

TEST_F(ValueTypes, ACompletionMayOwnWhatCannotBeCopied) {
  std::promise<std::string> promise;
  auto id = promise.get_future();
  const Client sender = client();
  sender.send_async(support::good_request(), [promise = std::move(promise)](auto result) mutable {
    promise.set_value(result ? result->foreign_id : std::string());
  });
  EXPECT_EQ(id.get(), "order-17");
}

TEST_F(ValueTypes, EmptyBracesAreOptions) {
  const Client sender = client();
  EXPECT_TRUE(sender.send_async(support::good_request(), {}).get());
}

TEST_F(ValueTypes, AnEmptyFunctionMakesAnEmptyCompletion) {
  EXPECT_FALSE(Client::Completion(nullptr));
  EXPECT_FALSE(Client::Completion(std::function<void(Result<Receipt>)>()));
  EXPECT_FALSE(Client::Completion(static_cast<void (*)(Result<Receipt>)>(nullptr)));
  EXPECT_TRUE(Client::Completion([](const Result<Receipt>&) {}));
}

}  // namespace
}  // namespace dropcowboy
