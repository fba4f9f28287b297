#include "dropcowboy/receiver/webhook_receiver.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <stdexcept>
#include <thread>

#include "dropcowboy/receiver/event_queue.hpp"
#include "support/callbacks.hpp"

namespace dropcowboy::receiver {
namespace {

using support::callback_body;
using support::old_key;
using support::signature_of;
using support::signer;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* number = "+15550010001";
const std::string path = "4f1c8a523f0e4d0b9a550d6c1c1f7c3e";
const std::string secret = "whsec-current";
const std::string sent_at = "1700000000";
const std::string envelope =
    R"({"event_id":"e-1","event":"contact.rvm.status","event_at":1700000000000,)"
    R"("data":{"status":"failure","reason":"No Answer","drop_id":"d-1","to":"+15550010004"}})";

std::string tagged(const std::string& id, const std::string& phone_number = number) {
  return signer()->tag({"team-1", id, phone_number}).value();
}

ReceiverOptions tag_options() {
  ReceiverOptions options;
  options.signer = signer();
  return options;
}

ReceiverOptions signature_options() {
  ReceiverOptions options;
  options.webhook_secrets = {"whsec-next", secret};
  options.now = [] {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  };
  return options;
}

CallbackRequest post(const std::string& body) {
  static const std::string target = "/hooks/" + path + "/rvm?x=1";
  return {"POST", target, {}, body};
}

CallbackRequest signed_post(const std::string& body) {
  CallbackRequest request{"POST", "/", {}, body};
  request.headers = {{"X-Timestamp", sent_at},
                     {"X-Signature", signature_of(secret, sent_at, body)}};
  return request;
}

// ---- Tags ------------------------------------------------------------------------------------

TEST(WebhookReceiver, HandsOverATaggedCallbackUnderTheCallersId) {
  const WebhookReceiver receiver(tag_options());
  const std::string body = callback_body(tagged("order-17"));
  const Reception reception = receiver.receive(post(body));
  EXPECT_EQ(reception.status, 200);
  EXPECT_EQ(reception.rejection, Rejection::none);
  EXPECT_FALSE(reception.duplicate);
  ASSERT_TRUE(reception.event);
  EXPECT_EQ(reception.event->callback.foreign_id, "order-17");
  EXPECT_TRUE(reception.event->callback.delivered());
  EXPECT_EQ(reception.event->callback.body, body);
  EXPECT_EQ(reception.event->wire_foreign_id, tagged("order-17"));
  EXPECT_EQ(reception.event->authenticity, Authenticity::tag);
  EXPECT_EQ(reception.event->key_id, "2024-05");
  EXPECT_THAT(reception.event->dedup_key, SizeIs(43));
}

struct TagRow {
  const char* name;
  std::string body;
  TagFault fault;
};

class BadTag : public ::testing::TestWithParam<TagRow> {};

TEST_P(BadTag, IsAnsweredWithABare401) {
  const WebhookReceiver receiver(tag_options());
  const Reception reception = receiver.receive(post(GetParam().body));
  EXPECT_EQ(reception.status, 401);
  EXPECT_EQ(reception.body, "unauthorized\n");
  EXPECT_EQ(reception.rejection, Rejection::bad_tag);
  EXPECT_EQ(reception.tag_fault, GetParam().fault);
  EXPECT_FALSE(reception.event);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadTag,
    ::testing::Values(
        TagRow{"no_foreign_id", R"({"status":"success","phone_number":"+15550010001"})",
               TagFault::untagged},
        TagRow{"untagged", callback_body("order-17"), TagFault::untagged},
        TagRow{"null", R"({"foreign_id":null})", TagFault::untagged},
        TagRow{"truncated", callback_body(tagged("order-17").substr(0, 38)), TagFault::untagged},
        TagRow{"phone_mismatch", callback_body(tagged("order-17"), "+15550010002"),
               TagFault::wrong_tag},
        TagRow{"no_phone_number", R"({"foreign_id":")" + tagged("order-17") + R"("})",
               TagFault::wrong_tag},
        TagRow{
            "unknown_key",
            callback_body(signer({support::new_key})->tag({"team-1", "order-17", number}).value()),
            TagFault::unknown_key},
        TagRow{
            "another_team",
            callback_body(signer({old_key}, "team-2")->tag({"team-2", "order-17", number}).value()),
            TagFault::wrong_tag},
        TagRow{"repeated_key",
               R"({"foreign_id":")" + tagged("order-17") +
                   R"(","phone_number":"+15550010001","foreign_id":"order-18"})",
               TagFault::untagged}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WebhookReceiver, TakesNoFlippedBitForAnotherMessage) {
  const WebhookReceiver receiver(tag_options());
  const std::string genuine = callback_body(tagged("order-17"));
  std::mt19937 random(5);
  int accepted = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string body = genuine;
    char& c = body[random() % body.size()];
    c = static_cast<char>(static_cast<unsigned char>(c) ^ (1U << (random() % 8)));
    const Reception reception = receiver.receive(post(body));
    if (!reception.event) continue;
    ++accepted;
    // The tag vouches for the message it is about, not for the rest.
    ASSERT_EQ(reception.event->callback.foreign_id, "order-17") << body;
    ASSERT_EQ(reception.event->wire_foreign_id, tagged("order-17")) << body;
    ASSERT_THAT(reception.event->callback.phone_number.value(), HasSubstr("15550010001")) << body;
  }
  EXPECT_GT(accepted, 0) << "flips elsewhere in the body are not what a tag is about";
}

// ---- Signatures ------------------------------------------------------------------------------

TEST(WebhookReceiver, HandsOverASignedEvent) {
  const WebhookReceiver receiver(signature_options());
  const Reception reception = receiver.receive(signed_post(envelope));
  EXPECT_EQ(reception.status, 200);
  ASSERT_TRUE(reception.event);
  EXPECT_EQ(reception.event->authenticity, Authenticity::signature);
  EXPECT_EQ(reception.event->callback.event_id, "e-1");
  EXPECT_EQ(reception.event->callback.phone_number, "+15550010004");
  EXPECT_EQ(reception.event->key_id, "");
}

TEST(WebhookReceiver, RefusesABadSignatureWithoutSayingWhy) {
  const WebhookReceiver receiver(signature_options());
  const std::string tampered = envelope + " ";
  CallbackRequest request = signed_post(envelope);
  request.body = tampered;
  Reception reception = receiver.receive(request);
  EXPECT_EQ(reception.status, 401);
  EXPECT_EQ(reception.body, "unauthorized\n");
  EXPECT_EQ(reception.rejection, Rejection::bad_signature);
  EXPECT_EQ(reception.signature_fault, SignatureFault::wrong_signature);
  reception = receiver.receive(post(envelope));
  EXPECT_EQ(reception.status, 401);
  EXPECT_EQ(reception.body, "unauthorized\n");
  EXPECT_EQ(reception.signature_fault, SignatureFault::missing_signature);
}

TEST(WebhookReceiver, KnowsAReplayByItsEventId) {
  const WebhookReceiver receiver(signature_options());
  EXPECT_FALSE(receiver.receive(signed_post(envelope)).duplicate);
  // The service sends an event again with another X-Attempt, maybe with another body.
  std::string second = envelope;
  second.replace(second.find("No Answer"), 9, "User Busy");
  const Reception replayed = receiver.receive(signed_post(second));
  EXPECT_EQ(replayed.status, 200);
  EXPECT_TRUE(replayed.duplicate);
  EXPECT_FALSE(replayed.event);
  std::string other = envelope;
  other.replace(other.find("e-1"), 3, "e-2");
  EXPECT_FALSE(receiver.receive(signed_post(other)).duplicate);
}

TEST(WebhookReceiver, WithBothTakesEitherAndLetsNoBadSignaturePass) {
  ReceiverOptions options = signature_options();
  options.signer = signer();
  const WebhookReceiver receiver(options);
  EXPECT_EQ(receiver.receive(post(callback_body(tagged("order-1")))).event->authenticity,
            Authenticity::tag);
  EXPECT_EQ(receiver.receive(signed_post(envelope)).event->authenticity, Authenticity::signature);
  EXPECT_EQ(receiver.receive(post(envelope)).status, 401) << "neither signed nor tagged";
  const std::string body = callback_body(tagged("order-2"));
  CallbackRequest request = post(body);
  request.headers = {{"X-Signature", "sha256=00"}};
  EXPECT_EQ(receiver.receive(request).rejection, Rejection::bad_signature);

  const std::string signed_and_tagged = callback_body(tagged("order-3"));
  const Reception both = receiver.receive(signed_post(signed_and_tagged));
  ASSERT_TRUE(both.event);
  EXPECT_EQ(both.event->authenticity, Authenticity::signature);
  EXPECT_EQ(both.event->callback.foreign_id, "order-3");
  const std::string untagged = callback_body("order-4");
  EXPECT_EQ(receiver.receive(signed_post(untagged)).event->callback.foreign_id, "order-4");
}

TEST(WebhookReceiver, HandsOnTheUnauthenticatedOnlyWhenToldTo) {
  ReceiverOptions options = tag_options();
  options.accept_unauthenticated = true;
  const WebhookReceiver receiver(options);
  const Reception untagged = receiver.receive(post(callback_body("order-17")));
  ASSERT_TRUE(untagged.event);
  EXPECT_EQ(untagged.event->authenticity, Authenticity::none);
  EXPECT_EQ(untagged.event->callback.foreign_id, "order-17");
  EXPECT_EQ(receiver.receive(post(callback_body(tagged("order-17")))).event->authenticity,
            Authenticity::tag);
  EXPECT_EQ(receiver.receive(post(callback_body(tagged("order-17"), "+15550010002"))).status, 401)
      << "a wrong tag is a forgery";
}

// ---- The request -----------------------------------------------------------------------------

struct RequestRow {
  const char* name;
  const char* method;
  std::string target;
  std::string body;
  Rejection rejection;
  int status;
};

void PrintTo(const RequestRow& row, std::ostream* out) { *out << row.name; }

class RequestTable : public ::testing::TestWithParam<RequestRow> {};

TEST_P(RequestTable, IsAnswered) {
  ReceiverOptions options;
  options.accept_unauthenticated = true;
  options.path_secret = path;
  options.max_body_bytes = 64;
  const RequestRow& row = GetParam();
  const Reception reception =
      WebhookReceiver(options).receive({row.method, row.target, {}, row.body});
  EXPECT_EQ(reception.rejection, row.rejection) << to_string(reception.rejection);
  EXPECT_EQ(reception.status, row.status);
  EXPECT_EQ(reception.event.has_value(), row.status == 200);
  EXPECT_FALSE(reception.body.empty());
}

using Why = Rejection;
const std::string good_target = "/hooks/" + path;

INSTANTIATE_TEST_SUITE_P(
    Table, RequestTable,
    ::testing::Values(
        RequestRow{"good", "POST", good_target, "{}", Why::none, 200},
        RequestRow{"with_query", "POST", good_target + "?a=/b", "{}", Why::none, 200},
        RequestRow{"first_segment", "POST", "/" + path + "/x/y", "{}", Why::none, 200},
        RequestRow{"trailing_slash", "POST", good_target + "/", "{}", Why::none, 200},
        RequestRow{"no_path", "POST", "", "{}", Why::wrong_path, 404},
        RequestRow{"root", "POST", "/", "{}", Why::wrong_path, 404},
        RequestRow{"longer_segment", "POST", good_target + "a", "{}", Why::wrong_path, 404},
        RequestRow{"shorter_segment", "POST", good_target.substr(0, good_target.size() - 1), "{}",
                   Why::wrong_path, 404},
        RequestRow{"in_the_query", "POST", "/?" + path, "{}", Why::wrong_path, 404},
        RequestRow{"in_the_query_as_a_path", "POST", "/?/" + path, "{}", Why::wrong_path, 404},
        RequestRow{"path_before_method", "GET", "/", "", Why::wrong_path, 404},
        RequestRow{"get", "GET", good_target, "", Why::wrong_method, 405},
        RequestRow{"put", "PUT", good_target, "{}", Why::wrong_method, 405},
        RequestRow{"lower_case", "post", good_target, "{}", Why::wrong_method, 405},
        RequestRow{"no_method", "", good_target, "{}", Why::wrong_method, 405},
        RequestRow{"at_the_limit", "POST", good_target, "{}" + std::string(62, ' '), Why::none,
                   200},
        RequestRow{"too_large", "POST", good_target, "{}" + std::string(63, ' '), Why::too_large,
                   413},
        RequestRow{"empty", "POST", good_target, "", Why::not_a_callback, 400},
        RequestRow{"list", "POST", good_target, "[{}]", Why::not_a_callback, 400},
        RequestRow{"form", "POST", good_target, "status=success", Why::not_a_callback, 400},
        RequestRow{"cut", "POST", good_target, "{\"status\":", Why::not_a_callback, 400}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ReceiverOptions, AreCheckedAllAtOnce) {
  EXPECT_THAT(validate(ReceiverOptions()).errors, SizeIs(1)) << "nothing authenticates";
  ReceiverOptions options;
  options.webhook_secrets = {"good", " "};
  options.signature_tolerance = std::chrono::seconds(0);
  options.path_secret = "sentinel";
  options.max_body_bytes = 0;
  const auto refused = WebhookReceiver::create(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
  EXPECT_THAT(refused.error().issues, SizeIs(4));
  EXPECT_THAT(to_string(refused.error()), Not(HasSubstr("sentinel")));
  options.path_secret = path + "/x";
  EXPECT_THAT(validate(options).errors, SizeIs(4));
  EXPECT_THROW(WebhookReceiver{options}, Exception);
  EXPECT_TRUE(WebhookReceiver::create(tag_options()));
}

// ---- Once ------------------------------------------------------------------------------------

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
    const std::string body = callback_body(own->tag({team, "1001", number}).value());
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
  receiver.give_back(first.event->dedup_key);
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

// ---- The queue -------------------------------------------------------------------------------

CallbackEvent event(const std::string& id) {
  CallbackEvent made;
  made.wire_foreign_id = id;
  return made;
}

TEST(EventQueue, IsBoundedAndInOrder) {
  EventQueue queue(2);
  EXPECT_TRUE(queue.push(event("a")));
  EXPECT_TRUE(queue.push(event("b")));
  CallbackEvent third = event("c");
  EXPECT_FALSE(queue.push(std::move(third)));
  EXPECT_EQ(third.wire_foreign_id, "c") << "what was refused is left alone";
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.pop()->wire_foreign_id, "a");
  EXPECT_TRUE(queue.push(std::move(third)));
  EXPECT_EQ(queue.pop()->wire_foreign_id, "b");
  EXPECT_EQ(queue.pop()->wire_foreign_id, "c");
  EXPECT_THROW(EventQueue{0}, Exception);
}

TEST(EventQueue, GivesOutWhatIsInItAfterItWasClosed) {
  EventQueue queue(10);
  EXPECT_TRUE(queue.push(event("a")));
  queue.close();
  EXPECT_FALSE(queue.push(event("b")));
  EXPECT_EQ(queue.pop()->wire_foreign_id, "a");
  EXPECT_FALSE(queue.pop());
}

TEST(EventQueue, CarriesEveryEventToOneWorker) {
  EventQueue queue(8);
  std::atomic<int> worked{0};
  std::vector<std::thread> workers;
  for (int w = 0; w < 3; ++w) {
    workers.emplace_back([&] {
      while (queue.pop()) ++worked;
    });
  }
  std::vector<std::thread> senders;
  std::atomic<int> pushed{0};
  for (int s = 0; s < 3; ++s) {
    senders.emplace_back([&] {
      for (int i = 0; i < 300; ++i) pushed += queue.push(event("x")) ? 1 : 0;
    });
  }
  for (std::thread& sender : senders) sender.join();
  queue.close();
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(worked, pushed);
  EXPECT_GT(pushed, 0);
}

TEST(ReceiverNames, AreWords) {
  EXPECT_EQ(to_string(Authenticity::none), "none");
  EXPECT_EQ(to_string(Authenticity::tag), "tag");
  EXPECT_EQ(to_string(Authenticity::signature), "signature");
  EXPECT_EQ(to_string(Rejection::none), "none");
  EXPECT_EQ(to_string(Rejection::no_deduplication), "no_deduplication");
}

}  // namespace
}  // namespace dropcowboy::receiver
