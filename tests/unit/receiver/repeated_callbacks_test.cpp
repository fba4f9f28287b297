// What a WebhookReceiver takes for the same event, and that it hands each one on once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/callback_requests.hpp"

namespace dropcowboy::receiver {
namespace {

using support::callback_body;
using support::good_number;
using support::post;
using support::signature_options;
using support::signed_post;
using support::signer;
using support::tag_options;
using support::tagged;
using ::testing::HasSubstr;
using ::testing::Not;

struct SameRow {
  const char* name;
  const char* first;
  const char* second;
  bool is_same;
};

class SameEvent : public ::testing::TestWithParam<SameRow> {};

TEST_P(SameEvent, IsToldFromAnother) {
  ReceiverOptions options;
  options.accept_unauthenticated = true;
  const WebhookReceiver receiver(options);
  EXPECT_TRUE(receiver.receive(post(GetParam().first)).event);
  const Reception second = receiver.receive(post(GetParam().second));
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.duplicate, GetParam().is_same);
  EXPECT_EQ(second.event.has_value(), !GetParam().is_same);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SameEvent,
    ::testing::Values(
        SameRow{"identical", R"({"foreign_id":"a"})", R"({"foreign_id":"a"})", true},
        SameRow{"written_otherwise", R"({"foreign_id":"a","drop_id":"d","status":"SUCCESS"})",
                R"({"status":"success", "drop_id":"d", "foreign_id":"a", "new":1})", true},
        SameRow{"another_message", R"({"foreign_id":"a"})", R"({"foreign_id":"b"})", false},
        SameRow{"another_drop", R"({"foreign_id":"a","drop_id":"d"})",
                R"({"foreign_id":"a","drop_id":"e"})", false},
        SameRow{"another_status", R"({"foreign_id":"a","status":"success"})",
                R"({"foreign_id":"a","status":"failure"})", false},
        SameRow{"another_new_status", R"({"foreign_id":"a","status":"x"})",
                R"({"foreign_id":"a","status":"y"})", false},
        SameRow{"another_date", R"({"foreign_id":"a","attempt_date":"2019-03-17T21:10:26.000Z"})",
                R"({"foreign_id":"a","attempt_date":"2019-03-17T21:10:26.001Z"})", false},
        SameRow{"same_date_elsewhere",
                R"({"foreign_id":"a","attempt_date":"2019-03-17T21:10:26.000Z"})",
                R"({"foreign_id":"a","attempt_date":"2019-03-17T16:10:26-05:00"})", true},
        SameRow{"an_opt_out", R"({"foreign_id":"a","dnc":false})",
                R"({"foreign_id":"a","dnc":true})", false},
        SameRow{"an_opt_out_by_reason", R"({"foreign_id":"a","status":"failure","dnc":false})",
                R"({"foreign_id":"a","status":"failure","reason":"Internal DNC","dnc":false})",
                false},
        SameRow{"another_number", R"({"foreign_id":"a","phone_number":"+15550010001"})",
                R"({"foreign_id":"a","phone_number":"+15550010002"})", false},
        SameRow{"same_number_elsewise", R"({"foreign_id":"a","phone_number":"+15550010001"})",
                R"({"foreign_id":"a","phone_number":"+1 (555) 001-0001"})", true},
        SameRow{"empty_ids", R"({"foreign_id":"","phone_number":"+15550010001"})",
                R"({"foreign_id":"","phone_number":"+15550010002"})", false},
        SameRow{"empty_event_id", R"({"event_id":"","data":{"drop_id":"a"}})",
                R"({"event_id":"","data":{"drop_id":"b"}})", false},
        SameRow{"fields_kept_apart", R"({"foreign_id":"ab","drop_id":"c"})",
                R"({"foreign_id":"a","drop_id":"bc"})", false},
        SameRow{"by_event_id", R"({"event_id":"e","data":{"drop_id":"a"}})",
                R"({"event_id":"e","data":{"drop_id":"b"}})", true},
        SameRow{"by_event_id_and_event",
                R"({"event_id":"e","event":"contact.rvm.status","data":{"status":"success"}})",
                R"({"event_id":"e","event":"contact.rvm.status","data":{"status":"failure"}})",
                true},
        SameRow{"a_receipt_of_the_same_event_id",
                R"({"event_id":"e","event":"contact.rvm.status","data":{"status":"success"}})",
                R"({"event_id":"e","event":"contact.rvm.receipt","data":{"status":"success"}})",
                false},
        SameRow{"another_reason", R"({"foreign_id":"a","status":"failure","reason":"No Answer"})",
                R"({"foreign_id":"a","status":"failure","reason":"User Busy"})", false},
        SameRow{"same_reason_elsewise",
                R"({"foreign_id":"a","status":"failure","reason":"No Answer"})",
                R"({"foreign_id":"a","status":"failure","reason":"NO-ANSWER"})", true},
        SameRow{"another_reason_code", R"({"foreign_id":"a","reason_code":4005})",
                R"({"foreign_id":"a","reason_code":4006})", false},
        SameRow{"offset_without_a_colon",
                R"({"foreign_id":"a","attempt_date":"2024-03-10T07:30:00+0000"})",
                R"({"foreign_id":"a","attempt_date":"2024-03-10 07:30:00+00"})", true},
        SameRow{"offset_without_a_colon_and_another_reason",
                R"({"drop_id":"a","reason":"x","attempt_date":"2024-03-10T07:30:00+0000"})",
                R"({"drop_id":"a","reason":"y","attempt_date":"2024-03-10T07:30:00+0000"})", false},
        SameRow{"unreadable_dates", R"({"foreign_id":"a","attempt_date":"yesterday"})",
                R"({"foreign_id":"a","attempt_date":"today"})", false},
        SameRow{"one_unreadable_date_and_another_cost",
                R"({"foreign_id":"a","attempt_date":"10.3.24","product_cost":1})",
                R"({"foreign_id":"a","attempt_date":"10.3.24","product_cost":2})", false},
        SameRow{"dates_in_numbers", R"({"foreign_id":"a","attempt_date":1710055800})",
                R"({"foreign_id":"a","attempt_date":1710055801})", false},
        SameRow{"one_unreadable_date_repeated", R"({"foreign_id":"a","attempt_date":"today"})",
                R"({"foreign_id":"a","attempt_date":"today"})", true},
        SameRow{"another_event_id", R"({"event_id":"e","data":{"drop_id":"a"}})",
                R"({"event_id":"f","data":{"drop_id":"a"}})", false},
        SameRow{"nameless_and_different", R"({"status":"success","phone_number":"+15550010001"})",
                R"({"status":"success","phone_number":"+15550010002"})", false},
        SameRow{"nameless_and_identical", R"({"status":"success"})", R"({"status":"success"})",
                true}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WebhookReceiver, LetsNoTagHolderUseUpAnotherEventsId) {
  const WebhookReceiver receiver(tag_options());
  const auto body = [](const std::string& id) {
    return R"({"event_id":"e-1","phone_number":"+15550010001","foreign_id":")" + tagged(id) +
           R"("})";
  };
  EXPECT_TRUE(receiver.receive(post(body("mine"))).event);
  EXPECT_TRUE(receiver.receive(post(body("yours"))).event);
  EXPECT_TRUE(receiver.receive(post(body("yours"))).duplicate);
}

TEST(WebhookReceiver, LetsNoTagHolderUseUpAnotherNumbersResult) {
  const WebhookReceiver receiver(tag_options());
  const std::string other = "+15550010002";
  EXPECT_TRUE(receiver.receive(post(callback_body(tagged("campaign")))).event);
  EXPECT_TRUE(receiver.receive(post(callback_body(tagged("campaign", other), other))).event);
}

TEST(WebhookReceiver, KeepsTeamsApartThatShareADeduplicator) {
  const auto shared = std::make_shared<InMemoryDeduplicator>();
  for (const char* team : {"team-1", "team-2"}) {
    const auto own =
        CallbackSigner::create(team, {{"k", "0123456789abcdef0123456789abcdef"}}).value();
    ReceiverOptions options;
    options.signer = own;
    options.deduplicator = shared;
    const WebhookReceiver receiver(options);
    const std::string body = callback_body(own->tag({team, "1001", good_number}).value());
    EXPECT_TRUE(receiver.receive(post(body)).event) << team;
    EXPECT_TRUE(receiver.receive(post(body)).duplicate) << team;
  }
}

TEST(WebhookReceiver, GivesNoIdForASignedEventWhoseTagIsNotOurs) {
  ReceiverOptions options = signature_options();
  options.signer = signer();
  const WebhookReceiver receiver(options);
  const std::string body = callback_body(tagged("order-17"), "+15550010002");
  const Reception reception = receiver.receive(signed_post(body));
  ASSERT_TRUE(reception.event);
  EXPECT_FALSE(reception.event->callback.foreign_id);
  EXPECT_EQ(reception.event->wire_foreign_id, tagged("order-17"));
  EXPECT_EQ(reception.tag_fault, TagFault::none) << "it was not rejected";
}

TEST(WebhookReceiver, HandsAnEventOverOnceFromSixteenThreads) {
  const WebhookReceiver receiver(tag_options());
  for (int round = 0; round < 50; ++round) {
    const std::string body = callback_body(tagged("order-" + std::to_string(round)));
    std::atomic<int> handed_over{0};
    std::atomic<int> answered{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&] {
        while (!go) std::this_thread::yield();
        const Reception reception = receiver.receive(post(body), [&](CallbackEvent&&) {
          ++handed_over;
          return true;
        });
        const bool is_known = reception.duplicate || reception.rejection == Rejection::in_progress;
        answered += reception.rejection == Rejection::none || is_known ? 1 : 0;
      });
    }
    go = true;
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(handed_over, 1);
    ASSERT_EQ(answered, 16);
  }
}

TEST(WebhookReceiver, AnswersInProgressWhileAnotherThreadHandsOver) {
  const WebhookReceiver receiver(tag_options());
  const std::string body = callback_body(tagged("order-17"));
  Reception inner;
  const Reception outer = receiver.receive(post(body), [&](CallbackEvent&&) {
    inner = receiver.receive(post(body), [](CallbackEvent&&) { return true; });
    return true;
  });
  EXPECT_EQ(outer.status, 200);
  EXPECT_EQ(inner.status, 503) << "nobody may be told 200 before the event is safe";
  EXPECT_EQ(inner.rejection, Rejection::in_progress);
  EXPECT_FALSE(inner.duplicate);
}

TEST(WebhookReceiver, CountsAnEventAsNewUntilTheHandlerHasTakenIt) {
  const WebhookReceiver receiver(tag_options());
  const std::string body = callback_body(tagged("order-17"));
  Reception reception = receiver.receive(post(body), [](CallbackEvent&&) { return false; });
  EXPECT_EQ(reception.status, 503);
  EXPECT_EQ(reception.rejection, Rejection::not_handed_over);
  reception = receiver.receive(
      post(body), [](CallbackEvent&&) -> bool { throw std::runtime_error("no database"); });
  EXPECT_EQ(reception.status, 503);
  EXPECT_EQ(reception.rejection, Rejection::not_handed_over);
  EXPECT_THAT(std::string(reception.body), Not(HasSubstr("database")));
  reception = receiver.receive(post(body), [](CallbackEvent&&) { return true; });
  EXPECT_EQ(reception.status, 200);
  EXPECT_FALSE(reception.duplicate);
  EXPECT_TRUE(receiver.receive(post(body)).duplicate);
}

TEST(WebhookReceiver, TakesBackAnEventThatWasPulled) {
  const WebhookReceiver receiver(tag_options());
  const std::string body = callback_body(tagged("order-17"));
  const Reception first = receiver.receive(post(body));
  ASSERT_TRUE(first.event);
  EXPECT_TRUE(receiver.receive(post(body)).duplicate);
  receiver.release(first.event->dedup_key);
  EXPECT_TRUE(receiver.receive(post(body)).event);
}

/// A database that fails when told to.
class FailingDeduplicator final : public Deduplicator {
 public:
  Claim claim(const std::string&) override {
    if (failing == "claim") throw std::runtime_error("no database");
    return Claim::fresh;
  }
  void confirm(const std::string&) override {
    if (failing == "confirm") throw std::runtime_error("no database");
    ++confirmed;
  }
  void release(const std::string&) override {
    ++released;
    if (failing == "release") throw std::runtime_error("no database");
  }

  std::string failing;
  int confirmed = 0;
  int released = 0;
};

TEST(WebhookReceiver, SurvivesADeduplicatorThatThrows) {
  const auto database = std::make_shared<FailingDeduplicator>();
  ReceiverOptions options = tag_options();
  options.deduplicator = database;
  const WebhookReceiver receiver(options);
  const std::string body = callback_body(tagged("order-17"));
  int handed_over = 0;
  const auto receive = [&](bool is_taken) {
    return receiver.receive(post(body), [&](CallbackEvent&&) {
      ++handed_over;
      return is_taken;
    });
  };
  database->failing = "claim";
  EXPECT_EQ(receive(true).rejection, Rejection::no_deduplication);
  EXPECT_EQ(receive(true).status, 503);
  EXPECT_EQ(handed_over, 0);
  database->failing = "release";
  EXPECT_EQ(receive(false).rejection, Rejection::not_handed_over);
  EXPECT_EQ(database->released, 1);
  database->failing = "confirm";
  EXPECT_EQ(receive(true).status, 200) << "the application has it";
  EXPECT_EQ(database->released, 1) << "so it must not come again";
  EXPECT_EQ(handed_over, 2);
  database->failing.clear();
  EXPECT_EQ(receive(true).status, 200);
  EXPECT_EQ(database->confirmed, 1);
}

}  // namespace
}  // namespace dropcowboy::receiver
