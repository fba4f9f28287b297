// Every message handed over, refused ones included, ends in the statistics and in one `finished`
// event, exactly once; and every completion is called, whatever it does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "dropcowboy/foreign_id_tagger.hpp"
#include "support/client_over_fakes.hpp"
#include "support/fake_runtime.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using support::FakeTransport;
using support::good_request;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Untaggable final : public ForeignIdTagger {
 public:
  Result<std::string> tag(const TaggedMessage&) const override {
    throw std::runtime_error("no key");
  }
  std::size_t tag_length() const noexcept override { return 4; }
};

/// One way in which a message can end.
struct Ending {
  const char* name;
  std::function<void(ClientOptions&, FakeTransport&)> prepare;
  std::function<void(RvmRequest&, CallOptions&)> change;
  Outcome outcome;
  ErrorKind kind;  // of no meaning if accepted
};

void nothing(ClientOptions&, FakeTransport&) {}
void unchanged(RvmRequest&, CallOptions&) {}

std::vector<Ending> endings() {
  const auto answers = [](int status) {
    return [status](ClientOptions&, FakeTransport& transport) {
      transport.then(FakeTransport::answer(status));
    };
  };
  return {
      {"accepted", nothing, unchanged, Outcome::accepted, ErrorKind::service},
      {"rejected", answers(400), unchanged, Outcome::rejected, ErrorKind::refused},
      {"unknown", answers(500), unchanged, Outcome::unknown, ErrorKind::service},
      {"invalid", nothing, [](RvmRequest& r, CallOptions&) { r.phone_number = "?"; },
       Outcome::not_sent, ErrorKind::invalid_request},
      {"not_allowed",
       [](ClientOptions& o, FakeTransport&) {
         o.may_send = [](const OutgoingMessage&) { return false; };
       },
       unchanged, Outcome::not_sent, ErrorKind::not_allowed},
      {"may_send_throws",
       [](ClientOptions& o, FakeTransport&) {
         o.may_send = [](const OutgoingMessage&) -> bool { throw 17; };
       },
       unchanged, Outcome::not_sent, ErrorKind::not_allowed},
      {"untaggable",
       [](ClientOptions& o, FakeTransport&) {
         o.foreign_id_tagger = std::make_shared<Untaggable>();
       },
       unchanged, Outcome::not_sent, ErrorKind::configuration},
      {"cancelled", nothing,
       [](RvmRequest&, CallOptions& o) {
         o.cancel = CancelToken();
         o.cancel.cancel();
       },
       Outcome::not_sent, ErrorKind::cancelled},
      {"without_time", nothing,
       [](RvmRequest&, CallOptions& o) { o.total_timeout = milliseconds(0); }, Outcome::not_sent,
       ErrorKind::timeout},
  };
}

std::ostream& operator<<(std::ostream& out, const Ending& ending) { return out << ending.name; }

class EveryMessage : public support::ClientOverFakes, public ::testing::WithParamInterface<Ending> {
 protected:
  void SetUp() override {
    GetParam().prepare(base_options, *transport);
    GetParam().change(request, call_options);
    base_options.on_event = [this](const Event& event) {
      const std::lock_guard lock(mutex);
      if (event.type == EventType::finished) finished.push_back(event);
    };
  }
  Client async_client() {
    ClientOptions options = base_options;
    options.transport = transport;
    options.runtime = std::make_shared<support::FakeRuntime>(2);
    return Client(std::move(options));
  }
  void expect_one(const Client& sender, const Result<Receipt>& result) {
    const Outcome outcome = GetParam().outcome;
    EXPECT_EQ(result.has_value(), outcome == Outcome::accepted);
    if (!result) {
      EXPECT_EQ(result.error().kind, GetParam().kind) << result.error();
      EXPECT_EQ(result.error().foreign_id, "order-17");
    }
    const std::lock_guard lock(mutex);
    ASSERT_THAT(finished, SizeIs(1));
    EXPECT_EQ(finished[0].outcome, outcome);
    EXPECT_EQ(finished[0].foreign_id, "order-17");
    EXPECT_EQ(finished[0].operation, "POST /rvm");
    EXPECT_EQ(finished[0].transient, !result && result.error().transient);
    EXPECT_EQ(finished[0].attempt, static_cast<int>(transport->requests().size()));
    EXPECT_EQ(finished[0].reason.empty(), outcome == Outcome::accepted);
    const Stats stats = sender.stats();
    EXPECT_EQ(stats.accepted, outcome == Outcome::accepted ? 1U : 0U);
    EXPECT_EQ(stats.rejected, outcome == Outcome::rejected ? 1U : 0U);
    EXPECT_EQ(stats.unknown, outcome == Outcome::unknown ? 1U : 0U);
    EXPECT_EQ(stats.not_sent, outcome == Outcome::not_sent ? 1U : 0U);
    EXPECT_EQ(stats.in_flight, 0U);
    EXPECT_EQ(stats.queued, 0U);
  }

  RvmRequest request = good_request();
  CallOptions call_options;
  std::mutex mutex;
  std::vector<Event> finished;  // under mutex
};

TEST_P(EveryMessage, EndsOnceInTheBooksOfSend) {
  const Client sender = client();
  expect_one(sender, sender.send(request, call_options));
}

TEST_P(EveryMessage, EndsOnceInTheBooksOfSendAsync) {
  const Client sender = async_client();
  const auto result = sender.send_async(request, call_options).get();
  EXPECT_TRUE(sender.drain(milliseconds::max()));
  expect_one(sender, result);
}

TEST_P(EveryMessage, ReportsACompletionThatThrowsAndEndsTheSame) {
  int threw = 0;
  base_options.on_event = [&, before = base_options.on_event](const Event& event) {
    if (event.type == EventType::completion_threw) {
      EXPECT_EQ(event.foreign_id, "order-17");
      EXPECT_EQ(event.operation, "POST /rvm");
      ++threw;
    }
    before(event);
  };
  const Client sender = async_client();
  std::optional<Result<Receipt>> result;
  sender.send_async(
      request,
      [&](Result<Receipt> one) {
        result.emplace(std::move(one));
        throw 17;
      },
      call_options);
  EXPECT_TRUE(sender.drain(milliseconds::max()));
  ASSERT_TRUE(result);
  EXPECT_EQ(threw, 1);
  expect_one(sender, *result);
}

INSTANTIATE_TEST_SUITE_P(Endings, EveryMessage, ::testing::ValuesIn(endings()),
                         [](const auto& ending) { return std::string(ending.param.name); });

using AccountingTest = support::ClientOverFakes;

TEST_F(AccountingTest, AnEmptyCompletionIsAnErrorAtSubmissionAndNothingIsHandedOver) {
  int events = 0;
  base_options.on_event = [&](const Event&) { ++events; };
  const Client sender = client();
  for (const auto& submit : std::vector<std::function<void()>>{
           [&] { sender.send_async(good_request(), Client::Completion(nullptr)); },
           [&] { sender.send_async(support::good_sms(), Client::Completion(nullptr)); }}) {
    try {
      submit();
      ADD_FAILURE() << "it was taken";
    } catch (const Exception& exception) {
      EXPECT_EQ(exception.error().kind, ErrorKind::invalid_request);
      EXPECT_EQ(exception.error().outcome, Outcome::not_sent);
      EXPECT_THAT(to_string(exception.error()), HasSubstr("completion"));
    }
  }
  EXPECT_EQ(events, 0);
  EXPECT_EQ(sender.stats().not_sent, 0U);
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(AccountingTest, OfOtherCallsThoseCountThatPassedTheirChecks) {
  int finished = 0;
  base_options.on_event = [&](const Event& event) {
    if (event.type == EventType::finished) ++finished;
  };
  const Client sender = client();
  EXPECT_FALSE(sender.get_contact_list("")) << "refused by a check";
  EXPECT_EQ(finished, 0);
  EXPECT_EQ(sender.stats().not_sent, 0U);
  answer(200, "[]");
  EXPECT_TRUE(sender.list_brands());
  answer(400, "{}");
  EXPECT_FALSE(sender.list_pools());
  EXPECT_EQ(finished, 2);
  EXPECT_EQ(sender.stats().accepted, 1U);
  EXPECT_EQ(sender.stats().rejected, 1U);
}

TEST_F(AccountingTest, RetriesAreCounted) {
  for (int i = 0; i < 2; ++i) {
    transport->then(FakeTransport::failure(Wire::not_sent, TransportFailure::connect));
  }
  const Client sender = client();
  EXPECT_TRUE(sender.send(good_request()));
  EXPECT_EQ(sender.stats().retries, 2U);
  EXPECT_EQ(sender.stats().accepted, 1U) << "it is one message";
}

TEST_F(AccountingTest, MaySendIsAskedOnTheCallersThread) {
  std::vector<std::thread::id> asked;
  base_options.may_send = [&](const OutgoingMessage&) {
    asked.push_back(std::this_thread::get_id());
    return true;
  };
  const Client sender = client();
  EXPECT_TRUE(sender.send(good_request()));
  EXPECT_TRUE(sender.send_async(good_request()).get());
  EXPECT_THAT(asked, ElementsAre(std::this_thread::get_id(), std::this_thread::get_id()));
}

TEST_F(AccountingTest, AnEventIsToldOnTheThreadWhereItHappens) {
  std::mutex mutex;
  std::vector<std::thread::id> told;
  base_options.on_event = [&](const Event& event) {
    const std::lock_guard lock(mutex);
    if (event.type == EventType::finished) told.push_back(std::this_thread::get_id());
  };
  const Client sender = client();
  EXPECT_TRUE(sender.send(good_request()));
  EXPECT_FALSE(sender.send_async(RvmRequest()).get()) << "refused at once";
  EXPECT_TRUE(sender.send_async(good_request()).get());
  const std::lock_guard lock(mutex);
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[0], std::this_thread::get_id());
  EXPECT_EQ(told[1], std::this_thread::get_id());
  EXPECT_NE(told[2], std::this_thread::get_id());
}

// What a program does next differs: drop it, send it after the restart, send it when the person
// says so.
TEST_F(AccountingTest, RefusedShutDownAndCancelledCanBeToldApart) {
  std::map<std::string, Error> ends;
  const auto keep = [&](const Result<Receipt>& result) {
    ASSERT_FALSE(result);
    ends[result.error().foreign_id] = result.error();
  };
  base_options.may_send = [](const OutgoingMessage& message) {
    return message.foreign_id != "not allowed";
  };
  const CancelToken token;
  {
    const Client sender = client();
    const auto send = [&](const char* id, const CallOptions& call_options = {}) {
      RvmRequest request = good_request();
      request.foreign_id = id;
      sender.send_async(request, keep, call_options);
    };
    std::promise<void> arrived;
    transport->then([&](const HttpRequest&, const CancelToken& cancel) {
      arrived.set_value();
      std::promise<void> stopped;
      const auto registration = cancel.on_cancel([&] { stopped.set_value(); });
      stopped.get_future().wait();
      return FakeTransport::failure(Wire::maybe_sent, TransportFailure::cancelled);
    });
    send("under way");
    arrived.get_future().wait();
    CallOptions cancellable;
    cancellable.cancel = token;
    send("cancelled", cancellable);
    send("queued");
    send("not allowed");
    token.cancel();
  }
  ASSERT_THAT(ends, SizeIs(4));
  EXPECT_EQ(ends["not allowed"].kind, ErrorKind::not_allowed);
  EXPECT_FALSE(ends["not allowed"].transient);
  EXPECT_EQ(ends["cancelled"].kind, ErrorKind::cancelled);
  EXPECT_TRUE(ends["cancelled"].transient);
  EXPECT_EQ(ends["queued"].kind, ErrorKind::shutdown);
  EXPECT_TRUE(ends["queued"].transient);
  EXPECT_EQ(ends["queued"].outcome, Outcome::not_sent);
  EXPECT_EQ(ends["under way"].kind, ErrorKind::shutdown);
  EXPECT_EQ(ends["under way"].outcome, Outcome::unknown);
  EXPECT_THAT(ends["under way"].message, HasSubstr("do not send it again"));
}

// Why there was no further attempt.

HttpResult refused() { return FakeTransport::failure(Wire::not_sent, TransportFailure::connect); }

TEST_F(AccountingTest, AnErrorSaysThatTheAttemptsWereUsedUp) {
  for (int i = 0; i < 3; ++i) transport->then(refused());
  const auto error = client().send(good_request()).error();
  EXPECT_EQ(error.retry_stop, RetryStop::attempts);
  EXPECT_THAT(to_string(error), HasSubstr("retries stopped by attempts"));
}

TEST_F(AccountingTest, AnErrorSaysThatTheBudgetWasUsedUp) {
  base_options.retry.budget = 7;
  for (int i = 0; i < 3; ++i) transport->then(refused());
  const auto error = client().send(good_request()).error();
  EXPECT_THAT(error.attempts, SizeIs(2));
  EXPECT_EQ(error.retry_stop, RetryStop::budget);
}

TEST_F(AccountingTest, AnErrorSaysThatNoTimeWasLeft) {
  HttpResult later = FakeTransport::answer(429);
  later.retry_after = std::chrono::seconds(3600);
  transport->then(later);
  EXPECT_EQ(client().send(good_request()).error().retry_stop, RetryStop::deadline);
}

TEST_F(AccountingTest, AnErrorSaysThatTheWaitForTheNextAttemptTookTooLong) {
  transport->then(refused());
  runtime->while_waiting = [this] { runtime->advance(std::chrono::minutes(10)); };
  EXPECT_EQ(client().send(good_request()).error().retry_stop, RetryStop::deadline);
}

TEST_F(AccountingTest, AnErrorSaysThatTheRetriesWereCancelled) {
  CallOptions cancellable;
  cancellable.cancel = CancelToken();
  runtime->while_waiting = [&] { cancellable.cancel.cancel(); };
  transport->then(refused());
  const auto error = client().send(good_request(), cancellable).error();
  EXPECT_EQ(error.kind, ErrorKind::cancelled);
  EXPECT_EQ(error.retry_stop, RetryStop::cancelled);
}

TEST_F(AccountingTest, AnErrorSaysThatTheClientEndedBeforeTheNextAttempt) {
  std::optional<Error> error;
  std::promise<void> waits;
  base_options.runtime = Runtime::system();
  base_options.retry.initial_backoff = std::chrono::hours(24);
  base_options.retry.max_backoff = std::chrono::hours(24);
  base_options.total_timeout = std::chrono::hours(24 * 7);
  base_options.on_event = [&](const Event& event) {
    if (event.type == EventType::retry_scheduled) waits.set_value();
  };
  transport->then(refused());
  {
    ClientOptions options = base_options;
    options.transport = transport;
    const Client sender(options);
    sender.send_async(good_request(),
                      [&](const Result<Receipt>& result) { error = result.error(); });
    waits.get_future().wait();
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::shutdown);
  EXPECT_EQ(error->outcome, Outcome::not_sent);
  EXPECT_EQ(error->retry_stop, RetryStop::shutdown);
}

TEST_F(AccountingTest, NothingStoppedWhatIsNeverRepeated) {
  for (const int status : {400, 500}) {
    answer(status, "");
    EXPECT_EQ(client().send(good_request()).error().retry_stop, RetryStop::none);
  }
  RvmRequest invalid;
  EXPECT_EQ(client().send(invalid).error().retry_stop, RetryStop::none);
}

}  // namespace
}  // namespace dropcowboy
