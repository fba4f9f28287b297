#include "dropcowboy/receiver/webhook_receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "support/callback_requests.hpp"
#include "support/copied_secrets.hpp"

namespace dropcowboy::receiver {
namespace {

using support::callback_body;
using support::good_number;
using support::old_key;
using support::post;
using support::signature_options;
using support::signed_body;
using support::signed_post;
using support::signer;
using support::tag_options;
using support::tagged;
using support::webhook_path;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

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
        TagRow{"unknown_key",
               callback_body(
                   signer({support::new_key})->tag({"team-1", "order-17", good_number}).value()),
               TagFault::unknown_key},
        TagRow{"another_team",
               callback_body(
                   signer({old_key}, "team-2")->tag({"team-2", "order-17", good_number}).value()),
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
  const Reception reception = receiver.receive(signed_post(signed_body));
  EXPECT_EQ(reception.status, 200);
  ASSERT_TRUE(reception.event);
  EXPECT_EQ(reception.event->authenticity, Authenticity::signature);
  EXPECT_EQ(reception.event->callback.event_id, "e-1");
  EXPECT_EQ(reception.event->callback.phone_number, "+15550010004");
  EXPECT_EQ(reception.event->key_id, "");
}

TEST(WebhookReceiver, RefusesABadSignatureWithoutSayingWhy) {
  const WebhookReceiver receiver(signature_options());
  const std::string tampered = signed_body + " ";
  CallbackRequest request = signed_post(signed_body);
  request.body = tampered;
  Reception reception = receiver.receive(request);
  EXPECT_EQ(reception.status, 401);
  EXPECT_EQ(reception.body, "unauthorized\n");
  EXPECT_EQ(reception.rejection, Rejection::bad_signature);
  EXPECT_EQ(reception.signature_fault, SignatureFault::wrong_signature);
  reception = receiver.receive(post(signed_body));
  EXPECT_EQ(reception.status, 401);
  EXPECT_EQ(reception.body, "unauthorized\n");
  EXPECT_EQ(reception.signature_fault, SignatureFault::missing_signature);
}

TEST(WebhookReceiver, KnowsAReplayByItsEventId) {
  const WebhookReceiver receiver(signature_options());
  EXPECT_FALSE(receiver.receive(signed_post(signed_body)).duplicate);
  // The service sends an event again with another X-Attempt, maybe with another body.
  std::string second = signed_body;
  second.replace(second.find("No Answer"), 9, "User Busy");
  const Reception replayed = receiver.receive(signed_post(second));
  EXPECT_EQ(replayed.status, 200);
  EXPECT_TRUE(replayed.duplicate);
  EXPECT_FALSE(replayed.event);
  std::string other = signed_body;
  other.replace(other.find("e-1"), 3, "e-2");
  EXPECT_FALSE(receiver.receive(signed_post(other)).duplicate);
}

TEST(WebhookReceiver, WithBothTakesEitherAndLetsNoBadSignaturePass) {
  ReceiverOptions options = signature_options();
  options.signer = signer();
  const WebhookReceiver receiver(options);
  EXPECT_EQ(receiver.receive(post(callback_body(tagged("order-1")))).event->authenticity,
            Authenticity::tag);
  EXPECT_EQ(receiver.receive(signed_post(signed_body)).event->authenticity,
            Authenticity::signature);
  EXPECT_EQ(receiver.receive(post(signed_body)).status, 401) << "neither signed nor tagged";
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
  options.path_secret = webhook_path;
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
const std::string good_target = "/hooks/" + webhook_path;

INSTANTIATE_TEST_SUITE_P(
    Table, RequestTable,
    ::testing::Values(
        RequestRow{"good", "POST", good_target, "{}", Why::none, 200},
        RequestRow{"with_query", "POST", good_target + "?a=/b", "{}", Why::none, 200},
        RequestRow{"first_segment", "POST", "/" + webhook_path + "/x/y", "{}", Why::none, 200},
        RequestRow{"trailing_slash", "POST", good_target + "/", "{}", Why::none, 200},
        RequestRow{"no_path", "POST", "", "{}", Why::wrong_path, 404},
        RequestRow{"root", "POST", "/", "{}", Why::wrong_path, 404},
        RequestRow{"longer_segment", "POST", good_target + "a", "{}", Why::wrong_path, 404},
        RequestRow{"shorter_segment", "POST", good_target.substr(0, good_target.size() - 1), "{}",
                   Why::wrong_path, 404},
        RequestRow{"in_the_query", "POST", "/?" + webhook_path, "{}", Why::wrong_path, 404},
        RequestRow{"in_the_query_as_a_path", "POST", "/?/" + webhook_path, "{}", Why::wrong_path,
                   404},
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
  options.path_secret = webhook_path + "/x";
  EXPECT_THAT(validate(options).errors, SizeIs(4));
  EXPECT_THROW(WebhookReceiver{options}, Exception);
  EXPECT_TRUE(WebhookReceiver::create(tag_options()));
}

TEST(ReceiverOptions, NameWhatCameAlongWhenASecretWasCopied) {
  for (const auto& [copy, complaint] : support::badly_copied("whsec-sentinel")) {
    ReceiverOptions options;
    options.webhook_secrets = {"whsec-good", copy};
    const Validation found = validate(options);
    ASSERT_THAT(found.errors, SizeIs(1)) << copy;
    EXPECT_EQ(found.errors[0].field, "webhook_secrets");
    EXPECT_THAT(found.errors[0].message, AllOf(HasSubstr(complaint), Not(HasSubstr("sentinel"))));
  }
}

// ---- Exchanging secrets ----------------------------------------------------------------------

TEST(WebhookSecrets, AreExchangedWhileRunning) {
  WebhookReceiver receiver(signature_options());
  const auto receive = [&receiver] { return receiver.receive(signed_post(signed_body)); };
  ASSERT_TRUE(receiver.set_webhook_secrets({"whsec-other"}));
  EXPECT_EQ(receive().signature_fault, SignatureFault::wrong_signature);
  ASSERT_TRUE(receiver.set_webhook_secrets({"whsec-other", support::webhook_secret}));
  EXPECT_TRUE(receive().event);
}

TEST(WebhookSecrets, StayWhenTheNewOnesCannotWork) {
  WebhookReceiver receiver(signature_options());
  for (const std::vector<std::string>& secrets :
       {std::vector<std::string>{}, {""}, {"whsec-next\n"}}) {
    const auto refused = receiver.set_webhook_secrets(secrets);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
    EXPECT_THAT(refused.error().issues, SizeIs(1));
  }
  EXPECT_TRUE(receiver.receive(signed_post(signed_body)).event);
}

TEST(WebhookSecrets, MayAllBeTakenOutWhereTagsAreTaken) {
  ReceiverOptions options = signature_options();
  options.signer = signer();
  WebhookReceiver receiver(options);
  ASSERT_TRUE(receiver.set_webhook_secrets({}));
  EXPECT_EQ(receiver.receive(signed_post(signed_body)).rejection, Rejection::bad_tag);
  EXPECT_TRUE(receiver.receive(post(callback_body(tagged("order-1")))).event);
}

TEST(WebhookSecrets, MayBeExchangedByAnyThread) {
  WebhookReceiver receiver(signature_options());
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        refused += receiver.receive(signed_post(signed_body)).status == 200 ? 0 : 1;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(
        receiver.set_webhook_secrets({"whsec-" + std::to_string(i), support::webhook_secret}));
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace dropcowboy::receiver
